/**
 * Voice notes: recorded with the browser's own Opus at 12 kbit/s, and sent in small pieces that are never sent again
 * once the server has them.
 */

import { putPieces } from "./upload.js";

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const BITS_PER_SECOND = 12_000;
const SOUND = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Two minutes: what fits is said to the person before it is over. */
export const MOST_MS = 120_000;
/** As long as the server's pieces. */
export const PIECE = 16 * 1024;
/** How often what was recorded so far is handed over. */
const PART_MS = 2000;

/** What a clip is to the journal. */
export const CLIP = { kind: "clip", key: "clip", part: "clips", payload: ({ ms, bytes }) => ({ ms, size: bytes.byteLength }) };

export const canRecord = () => Boolean(globalThis.MediaRecorder && navigator.mediaDevices?.getUserMedia);

/**
 * Opens the microphone and records. Rejects with the browser's error where it does not open.
 * `onPart(sound, ms)` gets all that was recorded so far, every two seconds.
 */
export async function startRecording({ deviceId, onPart = () => {}, now = () => performance.now() } = {}) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: deviceId ? { ...SOUND, deviceId: { ideal: deviceId } } : SOUND });
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS_PER_SECOND, ...(mimeType ? { mimeType } : {}) });
  const chunks = [];
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
  const began = now();
  recorder.addEventListener("dataavailable", ({ data }) => {
    chunks.push(data);
    if (recorder.state === "recording") onPart(new Blob(chunks, { type: data.type }), Math.max(1, Math.round(now() - began)));
  });
  recorder.start(PART_MS);
  return {
    ms: () => Math.round(now() - began),
    /** Resolves to the sound, once the recorder has handed over its last part. The microphone is given back. */
    async stop() {
      const ms = Math.min(MOST_MS, Math.max(1, Math.round(now() - began)));
      if (recorder.state !== "inactive") recorder.stop();
      await stopped;
      for (const track of stream.getTracks()) track.stop();
      return { ms, bytes: await new Blob(chunks).arrayBuffer(), type: (recorder.mimeType || mimeType || "").split(";")[0] };
    },
  };
}

/** Sends clips; for `createUploads`. */
export function putInPieces(seat, send = fetch) {
  return (clip, keep) => putPieces(clip, {
    keep,
    send,
    pieceAt: (next) => ({ address: `/s/${seat}/clips/${clip.id}/${next}`, body: clip.bytes.slice(next * PIECE, (next + 1) * PIECE) }),
  });
}

/** Minutes and seconds, as 0:07. */
export const length = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.round(ms / 1000) % 60).padStart(2, "0")}`;
