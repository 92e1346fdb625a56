/**
 * Recording in the room: the button, the red sign that everyone sees while anybody records, and the uploads, which wait
 * until nobody records and the line carries more than voice.
 */

import { backoff } from "../backoff.js";
import { uuid7 } from "../ids.js";
import { readPreferences } from "../media.js";
import { measureClock, openVault, startRecording } from "../record.js";
import { upload } from "../tus.js";
import { byId, setText } from "./dom.js";
import { confirm, notice } from "./notices.js";
import { say } from "./words.js";

const NARROW = new Set(["text", "clip", "voice"]);
const LOOK_MS = 2000;
const PROBLEMS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", NotReadableError: "busy", AbortError: "busy" };
/** Answers that would be the same next time. */
const FINAL = new Set([413, 415]);

const megabytes = (bytes) => (bytes / 1_000_000).toFixed(1);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function mountRecording({ seat: me, room, journal, queue, live, media, peers, nameOf }) {
  const vault = await openVault(me);
  const panel = byId("recording");
  const button = byId("record");
  const sign = byId("recording-sign");
  const state = byId("recording-state");
  const metered = panel.querySelector("[name=metered]");
  let current = null;
  let busy = false;
  let uploading = null;
  let waiting = 0;

  /** In a visit with a real patient, only while their consent stands. The server holds to the same. */
  function allowed() {
    const { encounter, seats, consents } = room();
    if (encounter.kind !== "clinic") return true;
    return seats.filter(({ role }) => role === "patient").every(({ seat }) =>
      consents.some((one) => one.subject === seat && one.purpose === "recording" && one.decision === "given"));
  }

  const over = () => ["debrief", "closed"].includes(room().encounter.phase);

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
    button.setAttribute("aria-pressed", String(current !== null));
    setText(button.querySelector("span"), say(current ? "recording.stop" : "recording.start"));
    button.disabled = !current && (!allowed() || over());
    byId("recording-blocked").hidden = allowed();
  }

  async function start() {
    if (!(await confirm(say("recording.ask"), say("recording.start")))) return;
    const id = uuid7();
    const picture = panel.querySelector("[name=picture]").checked;
    try {
      const clock = await measureClock(me);
      const { microphone, camera } = readPreferences();
      current = await startRecording({ vault, id, picture, clock, devices: { microphone, camera }, onEnd: (why) => stop(why) });
    } catch (error) {
      notice(PROBLEMS[error.name] ? say(`device.mic.${PROBLEMS[error.name]}`) : say("recording.failed"), { tone: "warn", key: "recording" });
      return;
    }
    const { started, within } = current.recording;
    await journal.append("recording.started", { recording: id, started, within, picture });
  }

  async function stop(why) {
    const own = current;
    current = null;
    show();
    if (!own) return;
    const { id, ms } = await own.stop();
    await journal.append("recording.stopped", { recording: id, ms, why });
    if (why !== "person") notice(say(`recording.ended.${why}`), { tone: "warn", key: "recording", keep: why === "full" });
    kick();
  }

  async function press() {
    if (busy) return;
    busy = true;
    await (current ? stop("person") : start());
    busy = false;
    show();
  }

  // Uploading

  function line() {
    const { type, saveData } = navigator.connection ?? {};
    if (!live.connected) return "offline";
    if ((type === "cellular" || saveData) && !metered.checked) return "metered";
    return !over() && NARROW.has(peers.ladder?.()?.rung) ? "narrow" : "";
  }

  /** Until the line allows, with the reason on the screen. */
  async function pause() {
    for (let why = "-"; why || current; ) {
      why = line();
      if (why || current) {
        setText(state, say(`recording.waits.${current ? "recording" : why}`));
        await wait(LOOK_MS);
      }
    }
    await queue?.turn("recordings");
  }

  async function send(recording) {
    const blob = await vault.open(recording.id, recording.type);
    if (blob.size === 0) {
      await vault.remove(recording.id);
      return;
    }
    const location = await upload({
      address: `/s/${me}/uploads/`,
      blob,
      location: recording.location ?? null,
      keep: (found) => vault.put(Object.assign(recording, { location: found })),
      async progress(sent, all) {
        queue?.report("recordings", { count: waiting, bytes: all - sent });
        await pause();
        setText(state, say("recording.sending", { sent: megabytes(sent), all: megabytes(all) }));
      },
    });
    const told = { recording: recording.id, upload: location.split("/").at(-1), ms: recording.ms, size: blob.size };
    await journal.append("recording.uploaded", told);
    await vault.remove(recording.id);
    setText(state, say("recording.sent"));
  }

  async function sendAll() {
    const refused = new Set();
    for (let failures = 0; ; ) {
      const [recording, ...later] = (await vault.all()).filter(({ id, done }) => done && !refused.has(id));
      waiting = recording ? later.length + 1 : 0;
      queue?.report("recordings", { count: waiting, bytes: 0 });
      if (!recording) return;
      try {
        await send(recording);
        failures = 0;
      } catch (error) {
        if (error.status === 403 || FINAL.has(error.status)) {
          refused.add(recording.id);
          setText(state, error.message);
          continue;
        }
        setText(state, say("recording.waits.offline"));
        await wait(backoff((failures += 1)));
      }
    }
  }

  function kick() {
    uploading ??= sendAll().catch(console.error).finally(() => { uploading = null; });
  }

  /** A page that was closed while it recorded left its recording open. */
  for (const recording of await vault.all()) {
    if (recording.done) continue;
    await vault.put({ ...recording, done: true });
    await journal.append("recording.stopped", { recording: recording.id, ms: recording.ms, why: "reload" });
  }

  function update() {
    if (current && !allowed()) stop("consent");
    else if (current && over()) stop("ended");
    show();
  }

  button.addEventListener("click", press);
  metered.addEventListener("change", () => metered.checked && queue?.allow());
  live.on("room", update);
  journal.on("entry", ({ kind }) => kind.startsWith("recording.") && show());
  panel.hidden = false;
  update();
  kick();
}
