/**
 * Notices within a second that a path has become narrow all at once: picture and voice are late, and what still comes is
 * little. The browsers' own estimates take as long as the full queue takes to answer, and voice stands in it.
 *
 * `lateness`, `judge` and `isLittle` are pure; the watch asks a connection for its counters only when it looks like it.
 */

/** From here on it is worth counting what comes. */
const DOUBT_MS = 250;
/** In a pause a voice gives a sign of itself every 400 ms, and what plays it may wait 200 ms: that is not late yet. */
const LATE_MS = 800;
/** Without a voice to compare with, a picture that stands still may be the camera's own doing for longer. */
const ALONE_MS = 1000;
const TICK_MS = 250;
const PER_MS = 48;
/** The least delay that was seen is forgotten so slowly, for clocks drift. */
const DRIFT_MS = 2;
/** Another stream, or one that began anew. */
const JUMP_MS = 10_000;

/**
 * How late a voice is, by the newest packet that was played: its own clock against the time of day. Begin with `null`.
 * `ms` is 0 on an empty path, and grows also while nothing comes; `wayMs` is how long that packet was on its way, and waited
 * to be played, beyond the least that was seen.
 */
export function lateness(state, source, now) {
  if (!source?.rtpTimestamp) return null;
  const stream = source.source;
  const offset = source.timestamp - source.rtpTimestamp / PER_MS;
  const begun = state === null || state.stream !== stream || Math.abs(offset - state.base) > JUMP_MS;
  const base = begun ? offset : Math.min(offset, state.base + DRIFT_MS);
  return { stream, base, wayMs: offset - base, ms: begun ? 0 : Math.max(0, now - source.rtpTimestamp / PER_MS - base) };
}

/** `well`, `doubt`, or `late`: by the age of the newest picture and the lateness of the voice, null where none comes. */
export function judge({ pictureMs, voiceMs }) {
  if (pictureMs === null) return "well";
  const worst = voiceMs === null ? pictureMs - (ALONE_MS - LATE_MS) : Math.min(pictureMs, voiceMs);
  if (worst > LATE_MS) return "late";
  return worst > DOUBT_MS ? "doubt" : "well";
}

/** Whether between two counts less came than a third of what usually does, and more than nothing: that would be a cut. */
export function isLittle(before, after, usualKbps) {
  const bytes = after.bytes - before.bytes;
  return bytes > 0 && (bytes * 8) / (after.at - before.at) < usualKbps / 3;
}

/**
 * Watch all connections; `onChoke(peer)` is called once for each time that a path has become narrow. Of the watch,
 * `lateMs(peer)` is how late their voice comes in, null where none does.
 */
export function watchChokes({ peers, usualKbps, onChoke, env = globalThis }) {
  const states = new Map();

  const newest = (peer, kind) => peer.receiver(kind)?.getSynchronizationSources?.()[0] ?? null;

  async function count(peer) {
    const reports = [...(await peer.stats()).values()].filter(({ type }) => type === "inbound-rtp");
    return { at: env.performance.now(), bytes: reports.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0) };
  }

  async function look(peer) {
    const now = env.performance.timeOrigin + env.performance.now();
    const state = states.get(peer) ?? { voice: null, counted: null, usual: 0, told: false };
    states.set(peer, state);
    state.voice = lateness(state.voice, newest(peer, "audio"), now);
    const picture = peer.said.brings("video") ? newest(peer, "video") : null;
    const verdict = judge({ pictureMs: picture && now - picture.timestamp, voiceMs: state.voice?.ms ?? null });
    if (verdict === "well") Object.assign(state, { counted: null, usual: usualKbps(peer), told: false });
    else if (state.counted === null) state.counted = await count(peer);
    else if (verdict === "late" && !state.told && isLittle(state.counted, await count(peer), state.usual)) {
      state.told = true;
      onChoke(peer);
    }
  }

  const ticking = env.setInterval(() => {
    const now = peers();
    for (const peer of states.keys()) if (!now.includes(peer)) states.delete(peer);
    for (const peer of now) look(peer).catch(() => {});
  }, TICK_MS);
  return { lateMs: (peer) => states.get(peer)?.voice?.wayMs ?? null, stop: () => env.clearInterval(ticking) };
}
