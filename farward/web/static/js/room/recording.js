/**
 * Recording in the room: the button, the red sign that everyone sees while anybody records, and the uploads.
 *
 * What a person asks for is one thing, what may be recorded now another: `follow` brings the device from the one to the
 * other whenever either changes. Where the patient's side waits, its devices stop; what staff record there is a
 * recording of its own, for learner and preceptor alone.
 */

import { uuid7 } from "../ids.js";
import { readPreferences } from "../media.js";
import { closeDevices, measureClock, openDevices, openVault, startRecording } from "../record.js";
import { byId, setText } from "./dom.js";
import { confirm, notice } from "./notices.js";
import { createConsents } from "./recording_consent.js";
import { createSender } from "./recording_sender.js";
import { say } from "./words.js";

const PROBLEMS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", NotReadableError: "busy", AbortError: "busy" };
const PATIENT_SIDE = new Set(["patient", "companion", "interpreter"]);
const APART = new Set(["huddle", "hallway", "tech_break"]);
const OVER = new Set(["debrief", "closed"]);
/** Reasons that the person is told, as they did not ask for them. */
const TOLD = new Set(["consent", "full", "device", "ended"]);

export async function mountRecording({ seat: me, role, room, journal, live, peers, queue, nameOf }) {
  const vault = await openVault(me);
  const panel = byId("recording");
  const button = byId("record");
  const sign = byId("recording-sign");
  const consents = createConsents({ me, role, room, journal, panel });
  const sender = createSender({ me, vault, journal, live, queue, peers, isOver: () => over(), show: (text) => setText(byId("recording-state"), text) });
  /** Since when the person wants to record, and with what; null while they do not. */
  let wish = null;
  let segment = null;
  let stream = null;
  let following = Promise.resolve();

  const over = () => OVER.has(room().encounter.phase);

  /** Whether the device may record now, `open` or `apart`, or why not. */
  function place() {
    const { encounter, hold } = room();
    if (!consents.allowed()) return "consent";
    if (over()) return "ended";
    if (hold && PATIENT_SIDE.has(role)) return "held";
    const keptApart = APART.has(encounter.phase) && encounter.mode === "live" && !["seminar", "practice"].includes(encounter.kind);
    return keptApart ? "apart" : "open";
  }

  /** Who records now, as the journal tells it. */
  function recorders() {
    const begun = new Map();
    for (const { kind, author, payload } of journal.entries()) {
      if (kind === "recording.started") begun.set(payload.recording, author);
      if (kind === "recording.stopped") begun.delete(payload.recording);
    }
    const gone = new Set(room().seats.filter(({ presence }) => presence === "left").map(({ seat }) => `seat:${seat}`));
    return [...new Set(begun.values())].filter((author) => !gone.has(author));
  }

  function show() {
    const names = recorders().map(nameOf);
    sign.hidden = names.length === 0;
    setText(sign.querySelector("span"), names.length > 0 ? say("recording.sign", { names: names.join(", ") }) : "");
    button.setAttribute("aria-pressed", String(wish !== null));
    setText(button.querySelector("span"), say(wish ? "recording.stop" : "recording.start"));
    button.disabled = !wish && (consents.missing().length > 0 || over());
    byId("recording-held").hidden = !wish || place() !== "held";
    consents.show();
  }

  async function begin(where) {
    const audience = where === "apart" ? "care" : "everyone";
    stream ??= await openDevices({ picture: wish.picture, ...wish.devices });
    segment = await startRecording({ vault, id: uuid7(), stream, clock: wish.clock, audience, onEnd: (why) => stop(why) });
    segment.where = where;
    const { id, started, within, picture } = segment.recording;
    await journal.append("recording.started", { recording: id, started, within, picture }, { audience });
  }

  async function end(why) {
    const ending = segment;
    segment = null;
    const { id, ms, audience } = await ending.stop();
    if (why !== "phase") {
      closeDevices(stream);
      stream = null;
    }
    await journal.append("recording.stopped", { recording: id, ms, why }, { audience });
  }

  /** Bring the device to what is wished and allowed now. */
  async function step() {
    const where = place();
    const may = where === "open" || where === "apart";
    if (wish && !may && where !== "held") wish.why ??= where;
    const why = wish?.why ?? (wish ? null : "person");
    const wanted = wish && !why && may ? where : null;
    if (segment && segment.where !== wanted) await end(why ?? (may ? "phase" : where));
    if (wish?.why) {
      if (TOLD.has(wish.why)) notice(say(`recording.ended.${wish.why}`), { tone: "warn", key: "recording", keep: wish.why === "full" });
      wish = null;
    }
    if (wanted && !segment) await begin(wanted);
    if (consents.denied()) await sender.erase();
    sender.hold(segment !== null);
  }

  function failed(error) {
    console.warn(error);
    wish = null;
    closeDevices(stream);
    stream = null;
    notice(PROBLEMS[error.name] ? say(`device.mic.${PROBLEMS[error.name]}`) : say("recording.failed"), { tone: "warn", key: "recording" });
  }

  function follow() {
    following = following.then(step).catch(failed).then(show);
    return following;
  }

  function stop(why) {
    if (wish) wish.why ??= why;
    return follow();
  }

  async function start() {
    if (!(await consents.ask())) return;
    const { microphone, camera } = readPreferences();
    const picture = panel.querySelector("[name=picture]").checked;
    try {
      wish = { picture, devices: { microphone, camera }, clock: await measureClock(me) };
    } catch (error) {
      failed(error);
    }
    await follow();
  }

  let busy = false;
  async function press() {
    if (busy) return;
    busy = true;
    await (wish ? stop("person") : start());
    busy = false;
  }

  async function takeBack() {
    if (!(await confirm(say("recording.take_back_ask"), say("recording.take_back"), { danger: true }))) return;
    await consents.takeBack();
    await follow();
    notice(say("recording.erased"), { tone: "good", key: "recording" });
  }

  button.addEventListener("click", press);
  byId("record-take-back").addEventListener("click", takeBack);
  byId("record-agree").addEventListener("click", async () => { if (await consents.ask()) show(); });
  live.on("room", follow);
  live.on("bye", () => live.status === "ended" && stop("ended"));
  journal.on("entry", ({ kind }) => (kind.startsWith("recording.") || kind === "consent") && follow());
  journal.on("refused", async ({ kind, payload }) => {
    if (kind !== "recording.started") return;
    if (segment?.recording.id === payload.recording) await stop("person");
    await vault.remove(payload.recording).catch(console.warn);
  });
  panel.hidden = false;
  show();
  await sender.recover();
  follow();
}
