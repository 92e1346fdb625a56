/** What this seat may do with the visit now: move it on, and for a preceptor where to stand and whom to speak to. */

import { byId, el, icon, rebuild } from "./dom.js";
import { confirm } from "./notices.js";
import { say } from "./words.js";

const CONVERSATION = ["check_in", "interview"];
const WHISPER = ["check_in", "interview", "together"];
const STANCES = [
  ["listening", "ear"],
  ["in", "enter"],
  ["away", "exit"],
];
/** How long the server's word on a whisper may lag behind the button. */
const SETTLE_MS = 3000;
/** Moves that end something for the patient, and so are asked about. */
const ASKED = ["debrief", "closed"];

export function mountMoves({ seat: me, room, act, live, journal }) {
  const myself = () => room().seats.find((person) => person.seat === me);
  const button = byId("stance") ? makeWhisperButton() : null;
  let whispering = false;
  let held = false;
  let askedAt = -SETTLE_MS;

  async function move({ to, label }) {
    if (ASKED.includes(to) && !(await confirm(say(`ask.${to}`), label))) return;
    act("phase", { from: room().encounter.phase, to });
  }

  function showMoves() {
    const { moves } = room();
    byId("moves").hidden = moves.length === 0;
    rebuild(byId("moves"), moves, () =>
      moves.map((step, index) => {
        const style = step.to === "tech_break" ? "plain" : index === 0 ? "big" : "big quiet";
        const why = step.blocked && el("p", { class: "why", id: `why-${step.to}` }, step.blocked);
        const button = el(
          "button",
          {
            class: `button ${style}`,
            type: "button",
            dataset: { key: step.to, move: step.to },
            "aria-disabled": step.blocked ? "true" : null,
            "aria-describedby": step.blocked ? `why-${step.to}` : null,
            onclick: () => !step.blocked && move(step),
          },
          step.label,
        );
        return el("div", { class: "move" }, button, why);
      }),
    );
  }

  function whisper(on) {
    if (on === whispering || (on && !live.connected)) return;
    whispering = on;
    askedAt = performance.now();
    button?.setAttribute("aria-pressed", String(on));
    // An end is kept for later as well: a whisper must never go on because the network was away.
    journal.append("whisper", { on }, { audience: "care" });
  }

  /** Press and hold with a finger or mouse; the keyboard switches it on and off. One button for good: it may be held. */
  function makeWhisperButton() {
    const made = el("button", { class: "button quiet press", type: "button", id: "whisper", "aria-pressed": "false" }, icon("whisper"), say("whisper.hold"));
    made.addEventListener("pointerdown", () => {
      held = true;
      whisper(true);
    });
    made.addEventListener("contextmenu", (event) => event.preventDefault());
    made.addEventListener("keydown", (event) => {
      if (event.repeat || ![" ", "Enter"].includes(event.key)) return;
      event.preventDefault();
      whisper(!whispering);
    });
    // On the window: the finger may have left the button, or the page may have moved under it.
    for (const type of ["pointerup", "pointercancel", "blur", "pagehide"]) {
      globalThis.addEventListener(type, () => {
        if (held) whisper(false);
        held = false;
      });
    }
    return made;
  }

  /** A whisper may have begun elsewhere, in the tower or before a reload: the button shows what the server says. */
  function followServer() {
    const said = journal.pending().some(({ kind }) => kind === "whisper") || performance.now() - askedAt < SETTLE_MS;
    if (!said && !held) whispering = Boolean(myself()?.whispering);
  }

  function showStance() {
    const node = byId("stance");
    if (!node) return;
    const { encounter, seats } = room();
    const stance = myself()?.stance;
    const choosing = CONVERSATION.includes(encounter.phase) && encounter.kind !== "seminar";
    const mayWhisper = WHISPER.includes(encounter.phase) && encounter.kind !== "seminar" && seats.some(({ role: other }) => other === "learner");
    followServer();
    button.hidden = !mayWhisper;
    button.setAttribute("aria-pressed", String(whispering));
    node.hidden = !choosing && !mayWhisper;
    rebuild(byId("stances"), [stance, choosing], () =>
      (choosing ? STANCES : []).map(([name, picture]) =>
        el(
          "button",
          {
            class: "button quiet",
            type: "button",
            "aria-pressed": String(stance === name),
            dataset: { key: name, stance: name },
            onclick: () => stance !== name && act("stance", { stance: name }),
          },
          icon(picture),
          say(`stance.${name}`),
        ),
      ),
    );
  }

  byId("stance")?.append(button);
  return {
    update() {
      showMoves();
      showStance();
    },
  };
}
