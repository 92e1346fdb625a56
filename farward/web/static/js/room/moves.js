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
/** Moves that end something for the patient, and so are asked about. */
const ASKED = ["debrief", "closed"];

export function mountMoves({ seat: me, role, room, act }) {
  const myself = () => room().seats.find((person) => person.seat === me);
  let whispering = false;

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
    if (on === whispering) return;
    whispering = on;
    byId("whisper")?.setAttribute("aria-pressed", String(on));
    act("whisper", { on }, "care");
  }

  /** Press and hold with a finger or mouse; the keyboard switches it on and off. */
  function whisperButton() {
    const button = el(
      "button",
      { class: "button quiet press", type: "button", id: "whisper", "aria-pressed": String(whispering), dataset: { key: "whisper" } },
      icon("whisper"),
      say("whisper.hold"),
    );
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      whisper(true);
    });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) button.addEventListener(type, () => whisper(false));
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("keydown", (event) => {
      if (event.repeat || ![" ", "Enter"].includes(event.key)) return;
      event.preventDefault();
      whisper(!whispering);
    });
    return button;
  }

  function showStance() {
    const node = byId("stance");
    if (!node) return;
    const { encounter, seats } = room();
    const stance = myself()?.stance;
    const choosing = CONVERSATION.includes(encounter.phase) && encounter.kind !== "seminar";
    const mayWhisper = WHISPER.includes(encounter.phase) && encounter.kind !== "seminar" && seats.some(({ role: other }) => other === "learner");
    if (!mayWhisper) whispering = false;
    node.hidden = !choosing && !mayWhisper;
    rebuild(node, [stance, choosing, mayWhisper], () => [
      ...(choosing ? STANCES : []).map(([name, picture]) =>
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
      mayWhisper && whisperButton(),
    ].filter(Boolean));
  }

  if (role === "preceptor") globalThis.addEventListener("blur", () => whisper(false));
  return {
    update() {
      showMoves();
      showStance();
    },
  };
}
