/**
 * The parts of the room that come once it stands. Voices are first: on a narrow link whatever else comes meanwhile delays
 * the first word. Until a part is there it is `inert`, for what is written into a form that nobody reads yet is lost;
 * it stays so where the part does not come.
 */

import { byId } from "./dom.js";
import { notice } from "./notices.js";
import { say } from "./words.js";

/** From a path that stands to the first word there are still the keys to agree on. */
const FIRST_WORD_MS = 1500;
const MOST_WAIT_MS = 6000;

/** Once the first word can be heard. What nobody is wired for, or takes long, is not waited for; nor who wants to do something. */
export function voicesFirst({ live, peers }) {
  return new Promise((resolve) => {
    setTimeout(resolve, MOST_WAIT_MS);
    live.on("wiring", ({ peers: wires }) => wires.length === 0 && resolve());
    peers.on("state", (_seat, state) => state === "connected" && setTimeout(resolve, FIRST_WORD_MS));
    for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, resolve, { once: true });
  });
}

/** At once; or, where data is to be saved, once the person is on the way to this part of the page. */
function whenNear(sparing, node) {
  if (!sparing) return Promise.resolve();
  node.inert = false;
  return new Promise((resolve) => {
    const watcher = new IntersectionObserver((changes) => {
      if (!changes.some(({ isIntersecting }) => isIntersecting)) return;
      watcher.disconnect();
      node.inert = true;
      resolve();
    });
    watcher.observe(node);
  });
}

const PARTS = [
  ["note", () => import("../note.js"), ({ openNote }, given) => openNote(given)],
  ["clip-bar", () => import("./clips.js"), async ({ mountClips }, given) => given.thread.useClips(await mountClips({ ...given, audience: given.thread.audience }))],
  ["handover", () => import("./handover.js"), ({ mountHandover }, given) => mountHandover(given)],
  ["capture", () => import("../capture.js"), ({ mountCapture }, given) => {
    given.root.hidden = false;
    return mountCapture(given);
  }],
  ["recording", () => import("./recording.js"), async ({ mountRecording }, given) => {
    if (globalThis.MediaRecorder && globalThis.indexedDB) await mountRecording({ ...given, room: given.current });
  }],
  ["summary", () => import("../summary.js"), ({ mountSummary }, given) => mountSummary(given)],
  ["tower", () => import("../tower.js"), ({ mountStrip }, given) => mountStrip(given)],
];
/** Parts that a helper has no use for. */
const HELPER_HAS_NOT = new Set(["clip-bar"]);

async function mount([id, load, begin], shared) {
  const root = byId(id);
  try {
    if (id === "note") await whenNear(shared.sparing, root);
    await begin(await load(), { ...shared, root, room: shared.room(), current: shared.room });
    root.inert = false;
  } catch (error) {
    console.error(error);
    notice(say("part_failed"), { tone: "warn", key: "part", actions: [[say("reload"), () => location.reload()]] });
  }
}

/** Load the parts that are on this page once `time` resolves. */
export function mountLater(shared, time) {
  const parts = PARTS.filter(([id]) => byId(id) && !(shared.role === "helper" && HELPER_HAS_NOT.has(id)));
  time.then(() => Promise.all(parts.map((part) => mount(part, shared))));
}
