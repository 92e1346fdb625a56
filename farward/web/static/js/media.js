/**
 * This device's own camera, microphone and screen. A camera that is off is released, so that its light goes out.
 *
 * `state()` says for `mic` and `cam`: `on`, `off`, or why not: `denied`, `missing`, `busy`, `unsupported`.
 */

import { emitter } from "./events.js";

const PREFERENCES = "farward.devices";
const VIDEO = { width: { ideal: 320 }, height: { ideal: 240 }, frameRate: { ideal: 15, max: 15 } };
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Remembered choices: `microphone`, `camera`, `speaker` (device ids), `mic` and `cam` (whether to join with them). */
export function readPreferences() {
  try {
    return JSON.parse(localStorage.getItem(PREFERENCES)) ?? {};
  } catch {
    return {};
  }
}

export function keepPreferences(changes) {
  try {
    localStorage.setItem(PREFERENCES, JSON.stringify({ ...readPreferences(), ...changes }));
  } catch {
    // Storage is blocked: the choice holds for this page only.
  }
}

/** Why a device did not open, in one word that the pages have sentences for. */
function reasonOf(error) {
  if (["NotAllowedError", "SecurityError"].includes(error.name)) return "denied";
  if (["NotFoundError", "OverconstrainedError"].includes(error.name)) return "missing";
  if (["NotReadableError", "AbortError"].includes(error.name)) return "busy";
  return "unsupported";
}

const WISHES = { audio: AUDIO, video: VIDEO };
const HINTS = { audio: "speech", video: "motion" };
const CHOICES = { audio: "microphone", video: "camera" };

/** Open the devices of these kinds, those chosen before where they are there. Returns their tracks. */
async function openTracks(...kinds) {
  if (!navigator.mediaDevices?.getUserMedia) throw Object.assign(new Error("no media"), { name: "NotSupportedError" });
  const chosen = readPreferences();
  const wishes = kinds.map((kind) => {
    const deviceId = chosen[CHOICES[kind]];
    return [kind, deviceId ? { ...WISHES[kind], deviceId: { ideal: deviceId } } : WISHES[kind]];
  });
  const stream = await navigator.mediaDevices.getUserMedia(Object.fromEntries(wishes));
  for (const track of stream.getTracks()) track.contentHint = HINTS[track.kind];
  return stream.getTracks();
}

/** The loudness of a track from 0 to 1, asked for as often as one likes. */
export function openMeter(track) {
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  if (!Context) return { level: () => 0, close() {}, wake() {} };
  const context = new Context();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      return Math.min(1, Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length) * 4);
    },
    /** Browsers keep sound asleep until the person touches the page. */
    wake: () => context.resume(),
    close: () => context.close(),
  };
}

export function createMedia() {
  const events = emitter();
  const names = { audio: "mic", video: "cam" };
  const tracks = { audio: null, video: null, screen: null };
  const states = { mic: "off", cam: "off" };
  let meter = null;

  function changed() {
    events.emit("change");
  }

  let picture = VIDEO;

  /** Ask the open camera for no more than is sent; one that cannot goes on as it is and is scaled down. */
  function shape(track) {
    return track?.applyConstraints?.(picture).catch(() => {});
  }

  function setTrack(kind, track) {
    tracks[kind]?.stop();
    tracks[kind] = track;
    if (kind === "audio") {
      meter?.close();
      meter = track ? openMeter(track) : null;
    }
    if (track) track.onended = () => setTrack(kind, null);
    if (kind === "video" && picture !== VIDEO) shape(track);
    if (kind !== "screen" && !track && states[names[kind]] === "on") states[names[kind]] = "off";
    changed();
  }

  /** Open the microphone or camera, if need be on another device. Says in `state()` what came of it. */
  async function open(kind) {
    const name = names[kind];
    try {
      const [track] = await openTracks(kind);
      states[name] = "on";
      setTrack(kind, track);
    } catch (error) {
      states[name] = reasonOf(error);
      setTrack(kind, null);
    }
    return states[name];
  }

  /** Open microphone and camera with one question to the person; each for itself where that does not work. */
  async function openBoth() {
    try {
      for (const track of await openTracks("audio", "video")) {
        states[names[track.kind]] = "on";
        setTrack(track.kind, track);
      }
    } catch {
      await open("audio");
      await open("video");
    }
  }

  return {
    on: events.on,
    open,
    openBoth,
    state: () => ({ ...states, screen: tracks.screen !== null }),
    /** The track to send now, or null: a muted microphone sends nothing. */
    track: (kind) => (kind === "audio" && states.mic !== "on" ? null : tracks[kind]),
    camera: () => tracks.video,
    /** How large a picture anyone gets now: small while nobody gets more. Takes hold of an open camera at once. */
    async setPicture({ width, height, frameRate }) {
      const wished = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate, max: frameRate } };
      if (JSON.stringify(wished) === JSON.stringify(picture)) return;
      picture = wished;
      await shape(tracks.video);
    },
    level: () => (states.mic === "on" ? (meter?.level() ?? 0) : 0),
    wake: () => meter?.wake(),

    async setMic(on) {
      if (on && (!tracks.audio || tracks.audio.readyState === "ended")) return open("audio");
      states.mic = on ? "on" : "off";
      if (tracks.audio) tracks.audio.enabled = on;
      changed();
      return states.mic;
    },
    async setCam(on) {
      if (on) return open("video");
      states.cam = "off";
      setTrack("video", null);
      return "off";
    },
    /** Use another microphone, camera or speaker from now on. */
    async choose(choice, deviceId) {
      keepPreferences({ [choice]: deviceId });
      const kind = { microphone: "audio", camera: "video" }[choice];
      if (kind && states[names[kind]] === "on") await open(kind);
      changed();
    },
    async devices() {
      const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
      const of = (kind) => all.filter((device) => device.kind === kind && device.deviceId);
      return { microphone: of("audioinput"), camera: of("videoinput"), speaker: of("audiooutput") };
    },
    canShare: () => Boolean(navigator.mediaDevices?.getDisplayMedia),
    async shareScreen() {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 5 } }, audio: false });
      const [track] = stream.getVideoTracks();
      track.contentHint = "detail";
      setTrack("screen", track);
    },
    stopScreen: () => setTrack("screen", null),
    close() {
      for (const kind of Object.keys(tracks)) setTrack(kind, null);
    },
  };
}

/** Send the sound of an element to the chosen speaker, where the browser can. */
export async function useSpeaker(element) {
  const { speaker } = readPreferences();
  if (!speaker || !element.setSinkId || element.sinkId === speaker) return;
  try {
    await element.setSinkId(speaker);
  } catch {
    // The speaker is gone: the browser's own choice plays.
  }
}
