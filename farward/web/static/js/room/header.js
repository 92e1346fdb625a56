/** The top of the room: the one next step, where we are in the visit and for how long, and the state of the connection. */

import { byId, el, rebuild, setText } from "./dom.js";
import { elapsed, say } from "./words.js";

const ORDER = ["huddle", "check_in", "interview", "hallway", "together", "wrap_up", "debrief"];
const PATIENT_ORDER = ["check_in", "interview", "together", "wrap_up"];

/** The phases that this person's bar shows: the patient's side sees its own visit, not the staff's. */
function phasesFor({ kind, phase }, role) {
  if (kind === "seminar") return ["huddle", "together"];
  const order = ["patient", "companion", "interpreter"].includes(role) ? PATIENT_ORDER : ORDER;
  return order.includes(phase) || phase === "closed" || phase === "tech_break" ? order : [phase, ...order];
}

export function mountHeader({ live, journal, room, role }) {
  function showPhases() {
    const { encounter } = room();
    const phases = phasesFor(encounter, role);
    const here = encounter.phase === "tech_break" ? encounter.resumes : encounter.phase;
    const reached = encounter.phase === "closed" ? phases.length : phases.indexOf(here);
    rebuild(byId("phases"), [phases, encounter.phase, reached], () =>
      phases.map((phase, index) =>
        el(
          "li",
          { class: index < reached ? "done" : null, "aria-current": index === reached ? "step" : null },
          el("span", {}, say(`phase.${phase}`)),
        ),
      ),
    );
    setText(byId("phase"), say(`phase.${encounter.phase}`));
  }

  function tick() {
    const { encounter } = room();
    const running = encounter.phase_since && encounter.phase !== "closed";
    setText(byId("elapsed"), running ? elapsed(encounter.phase_since, journal.now()) : "");
  }

  function showStatus() {
    const node = byId("status");
    node.dataset.status = live.status;
    setText(node, say(`status.${live.status}`));
  }

  live.on("status", showStatus);
  setInterval(tick, 1000);
  showStatus();
  return {
    update() {
      setText(byId("next"), room().next);
      showPhases();
      tick();
    },
  };
}
