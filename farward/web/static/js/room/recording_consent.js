/** Who has said yes to being recorded: everyone for their own device, and with a real patient all of the patient's side. */

import { byId } from "./dom.js";
import { confirm } from "./notices.js";
import { say } from "./words.js";

const PATIENT_SIDE = new Set(["patient", "companion", "interpreter"]);

export function createConsents({ me, role, room, journal, panel }) {
  /** What somebody has decided last, as far as this device knows: `given`, `refused`, `withdrawn` or nothing. */
  function decisionOf(seat) {
    const told = [...journal.entries(), ...journal.pending().filter(({ state }) => state === "local")];
    return told.findLast(({ kind, payload }) => kind === "consent" && payload.purpose === "recording" && payload.subject === seat)?.payload.decision;
  }

  const mine = () => decisionOf(me) === "given";
  const isClinic = () => room().encounter.kind === "clinic";

  /** Those on the patient's side whose word counts: the patient, who came along, and who has answered. */
  function asked() {
    if (!isClinic()) return [];
    return room().seats.filter(({ seat, role: as, presence }) => PATIENT_SIDE.has(as) && (as === "patient" || presence !== "away" || decisionOf(seat)));
  }

  const missing = () => asked().filter(({ seat }) => seat !== me && decisionOf(seat) !== "given");
  const isNo = (seat) => ["refused", "withdrawn"].includes(decisionOf(seat));

  function decide(decision) {
    const { version, language } = panel.dataset;
    const payload = { purpose: "recording", decision, text_version: version, language, by: "self", subject: me };
    return journal.append("consent", payload, { audience: "room" });
  }

  return {
    /** The others whose yes is still missing. The server holds to the same. */
    missing,
    allowed: () => mine() && missing().length === 0,
    /** Whether somebody has said no, so that what was recorded here must go. */
    denied: () => isNo(me) || asked().some(({ seat }) => isNo(seat)),
    /** The own yes, asked for once. Resolves to whether it stands. */
    async ask() {
      if (mine()) return true;
      if (!(await confirm(byId("recording-text").textContent, say("recording.agree")))) return false;
      await decide("given");
      return true;
    },
    takeBack: () => decide("withdrawn"),
    show() {
      const names = missing().map(({ name }) => name);
      byId("recording-blocked").hidden = names.length === 0;
      byId("recording-blocked").textContent = say("recording.blocked", { names: names.join(", ") });
      byId("record-agree").hidden = mine() || !isClinic() || !PATIENT_SIDE.has(role);
      byId("record-take-back").hidden = !mine();
    },
  };
}
