/** The top of the room: the one next step, where we are in the visit and for how long, and the state of the connection. */

import { byId, el, rebuild, setText } from "./dom.js";
import { elapsed, say } from "./words.js";

const ORDER = ["huddle", "check_in", "interview", "hallway", "together", "wrap_up", "debrief"];
const PATIENT_ORDER = ["check_in", "interview", "together", "wrap_up"];

const PATIENT_SIDE = ["patient", "companion", "interpreter"];
/** Where the patient's side stands while the staff are elsewhere. */
const STANDS = { hallway: "interview", debrief: "closed" };

/** The name of a phase for this person: the patient's side is not in the hallway, it waits. */
export function phaseName(phase, role) {
  return say(`${PATIENT_SIDE.includes(role) ? "phase_outside" : "phase"}.${phase}`);
}

/** The phases that this person's bar shows, and how many lie behind: the patient's side sees its own visit. */
function progress({ kind, phase, resumes }, role) {
  const outside = PATIENT_SIDE.includes(role);
  const phases = kind === "seminar" ? ["huddle", "together"] : outside ? PATIENT_ORDER : ORDER;
  const now = phase === "tech_break" ? resumes : phase;
  const here = outside ? (STANDS[now] ?? now) : now;
  return { phases, reached: here === "closed" ? phases.length : phases.indexOf(here) };
}

export function mountHeader({ live, journal, room, role }) {
  function showPhases() {
    const { encounter } = room();
    const { phases, reached } = progress(encounter, role);
    rebuild(byId("phases"), [phases, encounter.phase, reached], () =>
      phases.map((phase, index) =>
        el(
          "li",
          { class: index < reached ? "done" : null, "aria-current": index === reached ? "step" : null },
          el("span", {}, phaseName(phase, role)),
        ),
      ),
    );
    setText(byId("phase"), phaseName(encounter.phase, role));
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
