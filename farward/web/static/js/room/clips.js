/**
 * Voice notes in the room: the button that records, what still waits on this device, and the players in the thread.
 *
 * While a note is recorded the live microphone is off, so that what is meant for colleagues is not said to everyone.
 * One plays at a time; when it ends, the next one that was not heard yet follows.
 */

import { CLIP, MOST_MS, canRecord, length, putInPieces, startRecording } from "../clip.js";
import { emitter } from "../events.js";
import { uuid7 } from "../ids.js";
import { readPreferences } from "../media.js";
import { createUploads, openUploadStore, sha256Hex } from "../upload.js";
import { createRescue, offerRescued, withoutMade } from "./clip_rescue.js";
import { byId, el, icon, setText } from "./dom.js";
import { dismiss, notice } from "./notices.js";
import { say } from "./words.js";

/** A press shorter than this only begins; a longer one records while it lasts. */
const HOLD_MS = 500;
const POOR = new Set(["clip", "text"]);
/** Reasons for which a person, and not the line, has it so. */
const CHOSEN = new Set(["pin", "budget", "save_data"]);
const PROBLEMS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", NotReadableError: "busy", AbortError: "busy" };

export async function mountClips({ seat: me, role, key, journal, queue, media, peers, audience, nameOf }) {
  const events = emitter();
  const store = await openUploadStore(me, "clips", key);
  const uploads = await createUploads({ seat: me, journal, queue, store: withoutMade(store), put: putInPieces(me), what: CLIP });
  const rescue = createRescue(store);
  const button = byId("clip-record");
  const bar = byId("clip-bar");
  const sound = new Audio();
  let playing = null;
  let poor = false;
  let recording = null;
  let starting = false;
  let made = null;
  let second = false;
  let ended = false;
  let micWasOn = false;
  let timer = null;

  // Recording

  async function start() {
    if (recording || starting || ended) return;
    starting = true;
    pause();
    micWasOn = media.state().mic === "on";
    if (micWasOn) await media.setMic(false);
    try {
      made = { id: uuid7(), sentAs: uuid7(), at: new Date(journal.now()).toISOString(), audience: audience() };
      const mine = made;
      recording = await startRecording({ deviceId: readPreferences().microphone, onPart: (sound, ms) => rescue.keep({ ...mine, ms }, sound) });
      timer = setInterval(tick, 250);
      if (ended) await finish(false);
    } catch (error) {
      notice(say(`device.mic.${PROBLEMS[error.name] ?? "unsupported"}`), { tone: "warn", key: "clip" });
      await giveBack();
    }
    starting = false;
    showRecording();
  }

  async function giveBack() {
    if (micWasOn) await media.setMic(true);
    micWasOn = false;
  }

  async function finish(wanted) {
    const ending = recording;
    if (!ending) return;
    const { id, sentAs, at } = made;
    recording = null;
    clearInterval(timer);
    showRecording();
    const { ms, bytes, type } = await ending.stop();
    await giveBack();
    const kept = wanted && bytes.byteLength > 0;
    if (kept) await uploads.add({ id: sentAs, at, ms, bytes, type, audience: audience(), sha256: await sha256Hex(bytes) });
    await rescue.forget(id);
    if (!kept) return;
    if (!uploads.durable) notice(say("storage.none"), { tone: "warn", key: "storage", keep: true });
  }

  function tick() {
    if (!recording) return;
    if (recording.ms() >= MOST_MS) finish(true);
    else showRecording();
  }

  function showRecording() {
    const on = recording !== null;
    button.setAttribute("aria-pressed", String(on));
    button.setAttribute("aria-label", say(on ? "clip.send" : poor ? "clip.hold" : "clip.record"));
    setText(button.querySelector("span"), on ? say("clip.send") : say("clip.hold"));
    bar.hidden = !on;
    setText(byId("clip-time"), on ? say("clip.recording", { time: length(recording.ms()), most: length(MOST_MS) }) : "");
  }

  function press(event) {
    button.setPointerCapture(event.pointerId);
    second = recording !== null;
    if (!second) start();
  }

  /** Let go after holding: that was all. After a tap the recording goes on until the next. */
  function release() {
    if (second || recording?.ms() >= HOLD_MS) finish(true);
  }

  button.addEventListener("pointerdown", (event) => event.button === 0 && press(event));
  button.addEventListener("pointerup", (event) => event.button === 0 && release());
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  // A keyboard or a screen reader clicks without a pointer.
  button.addEventListener("click", (event) => event.detail === 0 && (recording ? finish(true) : start()));
  byId("clip-send").addEventListener("click", () => finish(true));
  byId("clip-drop").addEventListener("click", () => finish(false));
  bar.addEventListener("keydown", (event) => event.key === "Escape" && finish(false));

  // Playing

  const clips = () => journal.entries().filter(({ kind }) => kind === "clip");
  const heardBy = (id) =>
    [...new Set([...journal.entries(), ...journal.drafts()].filter(({ kind, payload }) => kind === "heard" && payload.clip === id).map(({ author }) => author ?? `seat:${me}`))];
  const isNew = ({ author, payload }) => author !== `seat:${me}` && !heardBy(payload.clip).includes(`seat:${me}`);

  async function bytesOf({ payload, bytes, type }) {
    if (bytes) return new Blob([bytes], { type });
    const answer = await fetch(`/s/${me}/clips/${payload.clip}`);
    if (!answer.ok) throw new Error("not here");
    return answer.blob();
  }

  function pause() {
    sound.pause();
    setPlaying(null);
  }

  function setPlaying(id) {
    playing = id;
    for (const player of document.querySelectorAll("[data-clip]")) showPlayer(player);
  }

  async function play(entry) {
    if (playing === entry.payload.clip) return pause();
    sound.pause();
    setPlaying(entry.payload.clip);
    try {
      const blob = await bytesOf(entry);
      if (playing !== entry.payload.clip) return;
      URL.revokeObjectURL(sound.src);
      sound.src = URL.createObjectURL(blob);
      await sound.play();
      if (isNew(entry)) journal.append("heard", { clip: entry.payload.clip }, { audience: entry.author });
    } catch (error) {
      if (error.name === "AbortError") return;
      setPlaying(null);
      notice(say("clip.failed"), { tone: "warn", key: "clip" });
    }
  }

  sound.addEventListener("ended", () => {
    const all = clips();
    const next = all.slice(all.findIndex(({ payload }) => payload.clip === playing) + 1).find(isNew);
    setPlaying(null);
    if (next) play(next);
  });
  sound.addEventListener("timeupdate", () => {
    const player = document.querySelector(`[data-clip="${CSS.escape(playing ?? "")}"]`);
    if (player) setText(player.querySelector(".clip-time"), length(sound.currentTime * 1000));
  });

  function showPlayer(player) {
    const on = player.dataset.clip === playing;
    const control = player.querySelector("button");
    control.setAttribute("aria-label", say(on ? "clip.pause" : "clip.play", { time: player.dataset.length }));
    control.replaceChildren(icon(on ? "pause" : "play"));
    if (!on) setText(player.querySelector(".clip-time"), player.dataset.length);
  }

  function player(entry) {
    const node = el(
      "div",
      { class: "player", dataset: { clip: entry.payload.clip, length: length(entry.payload.ms) } },
      el("button", { class: "button quiet", type: "button", onclick: () => play(entry) }),
      el("span", { class: "clip-time number" }),
      isNew(entry) && el("span", { class: "pill" }, say("clip.new")),
    );
    showPlayer(node);
    return node;
  }

  /** What waits on this device, as the thread shows drafts. */
  function drafts() {
    return uploads.pending().map((clip) => ({
      id: clip.id, kind: "clip", at: clip.at, audience: clip.audience, author: `seat:${me}`, bytes: clip.bytes, type: clip.type,
      payload: { clip: clip.id, ms: clip.ms }, state: clip.refused ? "refused" : "local", message: clip.refused,
    }));
  }

  /** Who has heard one's own note, in words; empty while nobody has. */
  function heard(entry) {
    const names = heardBy(entry.payload.clip).map(nameOf);
    return names.length > 0 ? say("clip.heard", { name: names.join(", ") }) : "";
  }

  /** Where the line carries no talk, speaking notes comes to the fore by itself, and goes back when talk is back. */
  function showAdvice() {
    const { rung, reason } = peers.ladder?.() ?? {};
    const now = POOR.has(rung) && !button.hidden;
    const advice = byId("clip-advice");
    if (now) setText(advice, CHOSEN.has(reason) ? advice.dataset.chosen : advice.dataset.weak);
    if (now === poor) return;
    poor = now;
    advice.hidden = !poor;
    if (poor) dismiss("clip-back");
    byId("compose").classList.toggle("speak", poor);
    showRecording();
    if (poor) button.scrollIntoView({ block: "nearest" });
    else notice(say("clip.back"), { tone: "good", key: "clip-back" });
  }

  /** While notes take the place of talk, what comes in is played as it comes. */
  function playIncoming(entry) {
    if (poor && entry.kind === "clip" && isNew(entry) && playing === null && !recording && document.visibilityState === "visible") play(entry);
  }

  uploads.on("change", () => events.emit("change"));
  peers.on("rung", showAdvice);
  journal.on("entry", playIncoming);
  button.hidden = role === "helper" || !canRecord();
  showAdvice();
  showRecording();
  offerRescued({ rescue, add: uploads.add }).catch(console.warn);
  // The card that offers other ways on offers this one where it is there.
  if (!button.hidden) button.dataset.clipRecord = "";
  return {
    on: events.on,
    drafts,
    player,
    heard,
    /** Changes with what a line of the thread says of its clip. */
    mark: (entry) => `${isNew(entry)} ${heardBy(entry.payload.clip).length}`,
    retry: uploads.retry,
    drop: uploads.drop,
    /** The visit is over for this person: the microphone is let go, and what was said so far is kept. */
    close() {
      ended = true;
      micWasOn = false;
      button.hidden = true;
      pause();
      return finish(true);
    },
  };
}
