/**
 * Asking for a sharp picture. Staff ask, the patient's device offers to take one or to say no, and staff see which.
 * The asking is in the journal, so it waits for a device that is not there, and a reload forgets nothing.
 */

import { dismiss, notice } from "./room/notices.js";

const KEY = "still-asked";
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

export function mountAsking({ panel, seat, staff, journal, nameOf, take, pending }) {
  const words = panel.dataset;
  const find = (name) => panel.querySelector(`[data-${name}]`);
  let offered = null;
  let allowed = false;

  const written = () => [...journal.entries(), ...journal.drafts()];

  /** The newest asking, and what became of it: `waits`, `declined`, `coming` or `here`. */
  function newest(mine) {
    const all = written();
    const asked = all.filter(({ kind, payload }) => kind === "still.ask" && mine(payload)).at(-1);
    if (!asked) return null;
    const answered = (kind) => all.some((entry) => entry.kind === kind && entry.payload.ask === asked.id);
    if (answered("still")) return { asked, state: "here" };
    if (pending().some(({ ask }) => ask === asked.id)) return { asked, state: "coming" };
    return { asked, state: answered("still.declined") ? "declined" : "waits" };
  }

  function offer() {
    const found = newest(({ of }) => of === seat);
    const open = allowed && found?.state === "waits" ? found.asked : null;
    if (open?.id === offered?.id) return;
    offered = open;
    if (!open) {
      dismiss(KEY);
      return;
    }
    const told = open.payload.text ? words.askedFor : words.asked;
    const no = () => journal.append("still.declined", { ask: open.id }, { audience: "care" });
    notice(fill(told, { name: nameOf(open.author), text: open.payload.text }), {
      key: KEY, keep: true, actions: [[words.photo, () => take(open.id)], [words.later, no]],
    });
  }

  function tell() {
    const found = newest(() => true);
    const node = find("ask-state");
    if (!node) return;
    const told = { waits: words.askWaits, declined: words.askDeclined }[found?.state] ?? "";
    node.textContent = found ? fill(told, { name: nameOf(`seat:${found.asked.payload.of}`) }) : "";
  }

  const show = () => (staff ? tell() : offer());

  find("ask")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { text, of } = event.target.elements;
    const line = text.value.trim();
    text.value = "";
    await journal.append("still.ask", line ? { of: of.value, text: line } : { of: of.value }, { audience: "room" });
    show();
  });
  journal.on("entry", ({ kind }) => kind.startsWith("still") && show());
  return {
    /** Whom one may ask, as options of the form; nobody without consent. */
    update(people, mayAsk) {
      allowed = mayAsk;
      const form = find("ask");
      if (form) {
        form.hidden = !mayAsk || people.length === 0;
        const mark = people.map((one) => `${one.seat} ${one.name}`).join();
        if (form.dataset.shown !== mark) {
          form.dataset.shown = mark;
          form.elements.of.replaceChildren(...people.map((one) => new Option(one.name, one.seat)));
          form.elements.of.closest(".field").hidden = people.length < 2;
        }
      }
      show();
    },
    show,
  };
}
