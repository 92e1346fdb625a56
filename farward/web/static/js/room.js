/**
 * The room: one screen for every role. The server's `room` frame says what is so; each part shows its share of it.
 *
 * Tests and the rehearsal look in through `window.farward`, which only reads:
 *   `room()` the newest room frame, `status()` of the live channel, `links()` the wired pairs with their state,
 *   `ladder()` how this device is connected and what was measured last,
 *   `levels()` resolves to `{seatId: {audioEnergy, audioLevel, videoFrames, bytes}}` as received from each seat.
 */

import { uuid7 } from "./ids.js";
import { openJournal } from "./journal.js";
import { forgetSeat, goodLease, holdLease } from "./kept.js";
import { connect } from "./live.js";
import { createMedia, readPreferences } from "./media.js";
import { QUIET } from "./order.js";
import { createPeers } from "./peers.js";
import { createQueue } from "./queue.js";
import { mountConnection } from "./room/connection.js";
import { mountConsents } from "./room/consents.js";
import { mountControls } from "./room/controls.js";
import { byId, el, setText } from "./room/dom.js";
import { mountHeader } from "./room/header.js";
import { mountHold } from "./room/hold.js";
import { mountLater, voicesFirst } from "./room/later.js";
import { startMeasuring } from "./room/measure.js";
import { mountMoves } from "./room/moves.js";
import { dismiss, notice } from "./room/notices.js";
import { mountPeople } from "./room/people.js";
import { mountThread } from "./room/thread.js";
import { mountTiles } from "./room/tiles.js";
import { mountVitals } from "./room/vitals.js";
import { moment, say } from "./room/words.js";
import { canSeal } from "./sealing.js";

const { seat, role } = document.querySelector("[data-seat]").dataset;
const base = `/s/${seat}`;
const data = (id) => JSON.parse(byId(id)?.textContent ?? "null");
const CARE = new Set(["learner", "preceptor"]);
const PATIENT_SIDE = new Set(["patient", "companion", "interpreter"]);
/** Refusals of these are shown where the words are; others are told once. */
const KEPT_KINDS = new Set(["message", "clip", "question", "answer", "mark", "help", "summary", "observation"]);

/** When this page was kept on the device, if that is where it comes from: there was no network to ask for a newer one. */
const keptAt = document.body.dataset.kept;

/** After these this device has no business any more with what was read here. */
const LOST = new Set(["removed", "revoked", "cancelled", "gone"]);

/** The key under which this device keeps things: the page brings it, or it is here from the last visit with a network. */
async function leaseKey() {
  if (!canSeal()) return null;
  const lease = data("lease");
  byId("lease")?.remove();
  try {
    return lease ? await holdLease(seat, lease) : ((await goodLease(seat))?.key ?? null);
  } catch (error) {
    console.warn(error);
    return null;
  }
}

/** A window that did not come through the lobby must not take the seat from another without asking. */
function cameThroughLobby() {
  if (keptAt) return true;
  const sent = document.cookie.split("; ").includes("here=1");
  document.cookie = `here=; path=${base}/; max-age=0`;
  try {
    if (sent) sessionStorage.setItem(`farward.here.${seat}`, "yes");
    return sessionStorage.getItem(`farward.here.${seat}`) === "yes";
  } catch {
    return true;
  }
}

function nameOf(room, author) {
  if (author === "system") return say("thread.system");
  const person = room.seats.find((other) => author === `seat:${other.seat}`);
  return person?.name ?? say(author.startsWith("user:") ? "thread.office" : "thread.former");
}

/** Say to both ends of a whisper who hears it. */
function showWhisper(room) {
  const node = byId("whispers");
  const others = (room.whisper ?? []).filter((other) => other !== seat);
  const names = room.seats.filter((person) => others.includes(person.seat)).map((person) => person.name);
  node.hidden = names.length === 0;
  setText(node.querySelector("span"), say(role === "preceptor" ? "whispers.you" : "whispers.to_you", { name: names.join(", ") }));
}

/** Say who listens without being heard: silent listening is never secret. */
function discloseListeners(room) {
  const names = room.seats
    .filter((person) => person.seat !== seat && room.circle?.listeners?.includes(person.seat))
    .map((person) => person.name);
  const own = room.circle?.listeners?.includes(seat);
  const node = byId("listeners");
  node.hidden = names.length === 0 && !own;
  setText(node.querySelector("span"), own ? say("listening.you") : say(names.length > 1 ? "listening.many" : "listening.one", { name: names.join(", ") }));
}

function showEnd({ code, message }) {
  if (code === "held" || code === "early") {
    location.replace(`${base}/lobby`);
    return;
  }
  const node = byId("ended");
  document.body.classList.add("over");
  setText(node.querySelector("p"), message);
  const back = code === "taken_over" ? el("a", { class: "button big", href: `${base}/lobby` }, say("ended.back")) : null;
  node.querySelector(".row").replaceChildren(...[back].filter(Boolean));
  node.hidden = false;
  node.focus();
}

const isOver = ({ encounter: { phase } }) => phase === "closed" || (phase === "debrief" && PATIENT_SIDE.has(role));

/** Nobody need be here at one time, so nothing live is opened. */
const byMessages = ({ encounter }) => encounter.mode === "store_and_forward";

/** Camera and microphone as chosen in the lobby. Who watches or helps starts without and may switch them on. */
async function openWished(media, room) {
  const { mic, cam } = readPreferences();
  if (byMessages(room) || role === "helper" || role === "observer" || isOver(room)) return;
  if (mic !== false && cam !== false) await media.openBoth();
  else if (mic !== false) await media.open("audio");
  else if (cam !== false) await media.open("video");
}

async function start() {
  let room = data("room-state");
  const states = new Map();
  const current = () => room;
  const key = await leaseKey();
  const journal = await openJournal({ seat, key });
  const queue = createQueue({ journal });
  const media = createMedia();
  let quality = { current: "good" };
  const live = connect({
    seat,
    journal,
    instance: uuid7(),
    quality: () => quality.current,
    calm: () => peers.flowing?.() ?? false,
  });
  const peers = createPeers({ live, media, ladder: data("ladder") });

  /** Something for now: it is not kept for later, when it might mean something else. */
  function act(kind, payload, audience = "everyone") {
    if (live.connected) return journal.append(kind, payload, { audience });
    notice(say("offline.act"), { tone: "warn", key: "offline" });
    return null;
  }

  const shared = {
    seat, role, key, journal, queue, live, media, peers, states, act, room: current,
    nameOf: (author) => nameOf(room, author),
    texts: data("consent-texts"),
    connection: data("connection"),
    sparing: Boolean(data("connection")?.saveData || navigator.connection?.saveData),
    leaveUrl: `${base}/leave`,
  };
  const people = mountPeople(shared);
  const tiles = mountTiles({ ...shared, fillMenu: people.fillMenu });
  const thread = mountThread(shared);
  const parts = [
    mountHeader(shared),
    tiles,
    people,
    mountHold(shared),
    mountMoves(shared),
    thread,
    mountConsents(shared),
    mountVitals(shared),
    mountConnection(shared),
    mountControls({ ...shared, onSpeaker: tiles.useSpeakers }),
  ];

  let released = false;
  /** When the visit is over for this person, the camera's light goes out, and a patient's device keeps nothing. */
  function release() {
    if (released || !isOver(room)) return;
    released = true;
    thread.close();
    media.close();
    if (!CARE.has(role)) forgetAll();
  }

  function forgetAll() {
    journal.forget();
    forgetSeat(seat).catch(console.warn);
  }

  /** Camera and microphone wait for a connection where there is none: nobody would see or hear them. */
  async function openWhenUseful() {
    if (!keptAt) return openWished(media, room);
    notice(say("offline.kept", { when: moment(keptAt) }), { tone: "warn", key: "kept", keep: true });
    const stop = live.on("room", () => {
      stop?.();
      dismiss("kept");
      openWished(media, room);
    });
    return null;
  }

  function show(next) {
    room = next;
    release();
    document.body.dataset.phase = room.encounter.phase;
    document.body.classList.toggle("finished", isOver(room));
    document.body.classList.toggle("by-messages", byMessages(room));
    discloseListeners(room);
    showWhisper(room);
    for (const part of parts) part.update();
  }

  let showing = false;
  /** Several things may change at once: show them once. */
  function showSoon() {
    if (showing) return;
    showing = true;
    setTimeout(() => {
      showing = false;
      tiles.update();
    }, 30);
  }

  live.on("room", show);
  live.on("state", ({ from, data: passing }) => {
    states.set(from, { ...states.get(from), ...passing, ...(passing.typing ? { typedAt: performance.now() } : {}) });
    showSoon();
  });
  live.on("bye", (frame) => {
    if (live.status !== "ended") return;
    thread.close();
    media.close();
    if (LOST.has(frame.code)) forgetAll();
    showEnd(frame);
  });
  peers.on("track", showSoon);
  media.on("change", showSoon);
  journal.on("memory", () => notice(say("storage.failed"), { tone: "warn", key: "storage", keep: true }));
  journal.on("refused", ({ id, kind, message }) => {
    if (KEPT_KINDS.has(kind) || kind.startsWith("note.")) return;
    journal.drop(id);
    if (!QUIET.has(kind)) notice(message, { tone: "warn", key: "refused" });
  });
  byId("mark-form")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = event.target.elements.text;
    const text = field.value.trim();
    field.value = "";
    await journal.append("mark", text ? { label: "teach this", text } : { label: "teach this" }, { audience: "care" });
    notice(say("mark.done"), { tone: "good", key: "mark" });
  });
  document.addEventListener("pointerdown", () => media.wake());
  globalThis.addEventListener("beforeunload", (event) => !journal.durable && journal.unsent() > 0 && event.preventDefault());

  if (!journal.durable) notice(say("storage.none"), { tone: "warn", key: "storage", keep: true });
  show(room);
  for (const form of document.querySelectorAll("form[data-waits]")) form.inert = false;
  quality = startMeasuring(shared);
  const heard = keptAt ? Promise.resolve() : voicesFirst(shared);
  mountLater({ ...shared, thread }, heard);
  await openWhenUseful();
  heard.then(() => import("./offline.js").then(({ keepHere }) => keepHere(shared)).catch(console.warn));

  globalThis.farward = Object.freeze({
    room: current,
    status: () => live.status,
    links: peers.links,
    ladder: peers.ladder,
    async levels() {
      const readings = await peers.stats();
      return Object.fromEntries(
        Object.entries(readings).map(([id, { audioEnergy, audioLevel, videoFrames, bytes }]) => [id, { audioEnergy, audioLevel, videoFrames, bytes }]),
      );
    },
  });
}

addEventListener("pageshow", (event) => event.persisted && location.reload());
if (cameThroughLobby()) start();
else location.replace(`${base}/lobby`);
