/**
 * Recording the own camera and microphone, whatever the call gets of them. Each chunk is sealed as it comes, under a key
 * that cannot leave this browser, and kept in IndexedDB: a page that is closed or dies loses at most the last chunk.
 */

const TYPES = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const SOUND_TYPES = ["audio/webm;codecs=opus", "audio/mp4"];
const CHUNK_MS = 5000;
const SOUND_BITS = 48_000;
const PICTURE_BITS = 500_000;
const PICTURE = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15 } };
/** How often the clock is asked for; the quickest answer is the truest. */
const LOOKS = 5;

const settled = (made) => new Promise((resolve, reject) => {
  made.onsuccess = () => resolve(made.result);
  made.onerror = () => reject(made.error);
});

/** Sealed recordings of one seat on this device. */
export async function openVault(seat) {
  const opening = indexedDB.open(`farward-recordings-${seat}`, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("recordings", { keyPath: "id" });
    opening.result.createObjectStore("chunks", { keyPath: ["recording", "number"] });
    opening.result.createObjectStore("keys", { keyPath: "id" });
  };
  const database = await settled(opening);
  const store = (name, mode) => database.transaction(name, mode, { durability: "strict" }).objectStore(name);
  let key = (await settled(store("keys", "readonly").get("own")))?.key;
  if (!key) {
    key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await settled(store("keys", "readwrite").put({ id: "own", key }));
  }
  const range = (recording) => IDBKeyRange.bound([recording, 0], [recording, Infinity]);
  return {
    all: () => settled(store("recordings", "readonly").getAll()),
    put: (recording) => settled(store("recordings", "readwrite").put(recording)),
    /** Rejects with QuotaExceededError on a full device. */
    async add(recording, number, blob) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, await blob.arrayBuffer());
      await settled(store("chunks", "readwrite").put({ recording, number, iv, sealed }));
    },
    /** All that was kept, in order. */
    async open(recording, type) {
      const parts = [];
      for (const { iv, sealed } of await settled(store("chunks", "readonly").getAll(range(recording)))) {
        parts.push(new Blob([await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed)]));
      }
      return new Blob(parts, { type });
    },
    async remove(recording) {
      await settled(store("chunks", "readwrite").delete(range(recording)));
      await settled(store("recordings", "readwrite").delete(recording));
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

export const canRecord = () => Boolean(globalThis.MediaRecorder && globalThis.indexedDB && crypto.subtle && navigator.mediaDevices?.getUserMedia);

/**
 * Begin to record. `onEnd(why)` is called once when it ends by itself: `full` or `device`. Rejects with the browser's
 * error where the devices do not open.
 */
export async function startRecording({ vault, id, picture, devices, clock, onEnd }) {
  const chosen = (wish, deviceId) => (deviceId ? { ...wish, deviceId: { ideal: deviceId } } : wish);
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: chosen({ echoCancellation: true }, devices.microphone),
    video: picture ? chosen(PICTURE, devices.camera) : false,
  });
  const mimeType = (picture ? TYPES : SOUND_TYPES).find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: SOUND_BITS, videoBitsPerSecond: PICTURE_BITS });
  const serverNow = () => performance.timeOrigin + performance.now() + clock.offset;
  const recording = { id, picture, type: (recorder.mimeType || mimeType).split(";")[0], within: clock.within, started: 0, ms: 0, done: false };
  let number = 0;
  let keeping = Promise.resolve();
  let ended = null;

  function keep({ data }) {
    if (data.size === 0) return;
    const ms = Math.round(serverNow() - recording.started);
    keeping = keeping.then(async () => {
      await vault.add(id, number, data);
      number += 1;
      recording.ms = ms;
      await vault.put(recording);
    }).catch(() => end("full"));
  }

  async function end(why) {
    if (ended) return;
    ended = why;
    if (recorder.state !== "inactive") recorder.stop();
    for (const track of stream.getTracks()) track.stop();
    onEnd(why);
  }

  const began = new Promise((resolve) => recorder.addEventListener("start", resolve, { once: true }));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
  recorder.addEventListener("dataavailable", keep);
  for (const track of stream.getTracks()) track.addEventListener("ended", () => end("device"));
  recorder.start(CHUNK_MS);
  await began;
  recording.started = Math.round(serverNow());
  await vault.put(recording);
  return {
    recording,
    /** Resolves once the last chunk is kept. */
    async stop() {
      ended ??= "person";
      if (recorder.state !== "inactive") recorder.stop();
      await stopped;
      for (const track of stream.getTracks()) track.stop();
      await keeping;
      recording.done = true;
      await vault.put(recording).catch(() => {});
      return recording;
    },
  };
}
