/** The patient's side while the staff talk among themselves: why, for how long, and that nobody hears or sees them. */

import { byId, setText } from "./dom.js";
import { elapsed, say } from "./words.js";

export function mountHold({ seat: me, journal, room }) {
  const node = byId("hold");
  let held = false;

  function companyWords() {
    const { circle, seats } = room();
    const others = (circle?.members ?? []).filter((seat) => seat !== me);
    const names = seats.filter((person) => others.includes(person.seat)).map((person) => person.name);
    return names.length > 0 ? say("hold.with", { name: names.join(", ") }) : say("hold.alone");
  }

  /** Nobody is carried off in the middle of a sentence. */
  const isWriting = () => document.activeElement?.matches("textarea, input") && document.activeElement.value !== "";

  function tick() {
    const { hold } = room();
    if (hold) setText(byId("hold-time"), elapsed(hold.since, journal.now()));
  }

  setInterval(tick, 1000);
  return {
    update() {
      const { hold } = room();
      if (Boolean(hold) !== held && !isWriting()) scrollTo({ top: 0 });
      document.body.classList.toggle("held", Boolean(hold));
      node.hidden = !hold;
      if (hold) {
        setText(byId("hold-why"), hold.why);
        setText(byId("hold-privacy"), companyWords());
      } else if (held) {
        // The phone may lie on the table by now.
        navigator.vibrate?.(200);
      }
      held = Boolean(hold);
      tick();
    },
  };
}
