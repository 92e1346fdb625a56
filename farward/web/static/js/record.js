/**
 * Recording the own camera and microphone, whatever the call gets of them. Each second is sealed as it comes, under a
 * key that cannot leave this browser, and kept in IndexedDB: a page that is closed or dies loses at most the last one.
 */

import { finished, settled } from "./idb.js";
import { goodLease } from "./kept.js";
import { roomLeft } from "./storage.js";

const TYPES = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const SOUND_TYPES = ["audio/webm;codecs=opus", "audio/mp4"];
const CHUNK_MS = 1000;
const SOUND_BITS = 48_000;
const PICTURE_BITS = 500_000;
const PICTURE = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15 } };
/** How often the clock is asked for; the quickest answer is the truest. */
const LOOKS = 5;
/** Recording ends before the device is quite full: what is written in the visit needs room too. */
const RESERVE_BYTES = 20_000_000;
const RESERVE_EVERY = 10;

const sum = (sizes) => sizes.reduce((all, size) => all + size, 0);

/**
 * The key to seal with, and those that earlier recordings may have: the lease's, as for all that rests on this device, so
 * that they are locked when it is over. Where there is no lease the device makes a key of its own.
 */
async function vaultKeys(seat, store, brought) {
  const lease = brought ?? (await goodLease(seat).catch(() => null))?.key;
  const own = (await settled(store("keys").get("own")))?.key;
  if (lease || own) return [lease, own].filter(Boolean);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await settled(store("keys", "readwrite").put({ id: "own", key }));
  return [key];
}

/** Sealed recordings of one seat on this device. `brought` is the lease's key where the device keeps no lease any more. */
export async function openVault(seat, brought = null) {
  const opening = indexedDB.open(`farward-recordings-${seat}`, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("recordings", { keyPath: "id" });
    opening.result.createObjectStore("chunks", { keyPath: ["recording", "number"] });
    opening.result.createObjectStore("keys", { keyPath: "id" });
  };
  const database = await settled(opening);
  const begin = (names, mode) => database.transaction(names, mode, { durability: "strict" });
  const store = (name, mode = "readonly") => begin(name, mode).objectStore(name);
  const [key, ...earlier] = await vaultKeys(seat, store, brought);

  async function opened({ iv, sealed }) {
    for (const other of earlier) {
      const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, other, sealed).catch(() => null);
      if (bytes) return bytes;
    }
    return crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);
  }

  async function openChunk(recording, number) {
    const chunk = await settled(store("chunks").get([recording, number]));
    if (!chunk) throw Object.assign(new Error("missing"), { final: true });
    return new Blob([await opened(chunk)]);
  }

  return {
    all: () => settled(store("recordings").getAll()),
    put: (recording) => settled(store("recordings", "readwrite").put(recording)),
    /** Remember more of a recording that is still here. Resolves to whether it is. */
    async update(recording, more) {
      const recordings = store("recordings", "readwrite");
      if (!(await settled(recordings.get(recording.id)))) return false;
      await settled(recordings.put(Object.assign(recording, more)));
      return true;
    },
    /** One more chunk, and what is then known of its recording. Rejects with QuotaExceededError on a full device. */
    async add(recording, blob) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, await blob.arrayBuffer());
      const transaction = begin(["chunks", "recordings"], "readwrite");
      const sizes = [...recording.sizes, blob.size];
      transaction.objectStore("chunks").put({ recording: recording.id, number: recording.sizes.length, iv, sealed });
      transaction.objectStore("recordings").put({ ...recording, sizes });
      await finished(transaction);
      recording.sizes = sizes;
    },
    sizeOf: ({ sizes }) => sum(sizes),
    /** A recording to read from: only what is asked for is opened. */
    source({ id, sizes }) {
      async function slice(start, end) {
        const parts = [];
        let first = 0;
        for (const [number, size] of sizes.entries()) {
          if (first < end && first + size > start) {
            const chunk = await openChunk(id, number);
            parts.push(chunk.slice(Math.max(0, start - first), end - first));
          }
          first += size;
        }
        return new Blob(parts);
      }
      return { size: sum(sizes), slice };
    },
    async remove(recording) {
      const transaction = begin(["chunks", "recordings"], "readwrite");
      transaction.objectStore("chunks").delete(IDBKeyRange.bound([recording, 0], [recording, Infinity]));
      transaction.objectStore("recordings").delete(recording);
      await finished(transaction);
    },
  };
}

/** How far this device's clock is from the server's, and how sure that is: half of the quickest way there and back. */
export async function measureClock(seat, send = fetch) {
  let best = { offset: 0, within: 60_000 };
  for (let look = 0; look < LOOKS; look += 1) {
    const began = performance.now();
    const answer = await send(`/s/${seat}/uploads/`, { method: "OPTIONS", cache: "no-store" });
    const within = Math.ceil((performance.now() - began) / 2);
    const there = Number(answer.headers.get("X-Farward-Now"));
    if (there && within < best.within) best = { offset: there + within - (performance.timeOrigin + performance.now()), within };
  }
  return best;
}

/** The own camera and microphone, opened for recording. Rejects with the browser's error. */
export function openDevices({ picture, microphone, camera }) {
  const chosen = (wish, deviceId) => (deviceId ? { ...wish, deviceId: { ideal: deviceId } } : wish);
  return navigator.mediaDevices.getUserMedia({
    audio: chosen({ echoCancellation: true }, microphone),
    video: picture ? chosen(PICTURE, camera) : false,
  });
}

export function closeDevices(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Until pictures come: a recording begins with the first one, and a camera may take its time. */
async function firstPicture(stream) {
  if (stream.getVideoTracks().length === 0) return;
  const watcher = document.createElement("video");
  watcher.muted = true;
  watcher.srcObject = stream;
  await watcher.play().catch(() => {});
  watcher.srcObject = null;
}

/** Begin to record a stream. `onEnd(why)` is called once when it ends by itself: `full` or `device`. */
export async function startRecording({ vault, id, stream, clock, audience, onEnd }) {
  await firstPicture(stream);
  const picture = stream.getVideoTracks().length > 0;
  const mimeType = (picture ? TYPES : SOUND_TYPES).find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: SOUND_BITS, videoBitsPerSecond: PICTURE_BITS });
  const serverNow = () => performance.timeOrigin + performance.now() + clock.offset;
  const recording = { id, picture, audience, type: (recorder.mimeType || mimeType).split(";")[0], within: clock.within, started: 0, ms: 0, sizes: [], done: false };
  let keeping = Promise.resolve();
  let ended = null;

  async function keepChunk(data, ms) {
    if (ended === "full" || (recording.sizes.length % RESERVE_EVERY === 0 && (await roomLeft()) < RESERVE_BYTES)) throw new DOMException("full", "QuotaExceededError");
    recording.ms = ms;
    await vault.add(recording, data);
  }

  function keep({ data }) {
    if (data.size === 0) return;
    const ms = Math.round(serverNow() - recording.started);
    keeping = keeping.then(() => keepChunk(data, ms)).catch(() => end("full"));
  }

  function end(why) {
    if (ended) return;
    ended = why;
    if (recorder.state !== "inactive") recorder.stop();
    onEnd(why);
  }

  const began = new Promise((resolve) => recorder.addEventListener("start", resolve, { once: true }));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
  recorder.addEventListener("dataavailable", keep);
  for (const track of stream.getTracks()) track.addEventListener("ended", () => end("device"));
  // The moment of the call, not of the event: a busy page is told late of what has begun long since.
  recording.started = Math.round(serverNow());
  recorder.start(CHUNK_MS);
  await began;
  await vault.put(recording).catch(() => end("full"));
  return {
    recording,
    /** Resolves once the last chunk is kept. */
    async stop() {
      ended ??= "asked";
      if (recorder.state !== "inactive") recorder.stop();
      await stopped;
      await keeping;
      recording.done = true;
      await vault.put(recording).catch(() => {});
      return recording;
    },
  };
}
