/**
 * What a rung means for the lines of a connection: which of them carry something, and how much. Pure; the numbers are
 * the server's table.
 */

/** While nothing arrives at all, going on speaking costs nothing and is heard the moment the path is back. */
const KEEP_SPEAKING = new Set(["silent", "lost"]);
/** The picture is left out for reasons that say nothing about the link: a shared screen goes on. */
const NOT_THE_LINK = new Set(["unseen", "asked", "pin", "cpu"]);

const reaches = (table, rung, wanted) => table.rungs.indexOf(rung) >= table.rungs.indexOf(wanted);

/** The voice to send, or null on the rungs below `voice`. */
function voiceOf({ rung, voice, reason }, table) {
  if (!reaches(table, rung, "voice") && !KEEP_SPEAKING.has(reason)) return null;
  return table.voices[Math.max(0, Math.min(voice ?? 0, table.voices.length - 1))];
}

/** A screen needs the room of a small picture; it never gets more than the picture of the rung would. */
function screenOf({ rung, reason }, table) {
  const like = reaches(table, rung, "thumb") ? rung : "thumb";
  if (!reaches(table, rung, "stills") && !NOT_THE_LINK.has(reason)) return null;
  const cap = table.pictures[like].maxBitrate;
  return { ...table.screen, maxBitrate: Math.min(table.screen?.maxBitrate ?? cap, cap) };
}

/** What goes out on each line under a plan `{rung, voice, reason}`: its numbers, or null for nothing. */
export function sendingOf(plan, table) {
  return {
    audio: voiceOf(plan, table),
    video: reaches(table, plan.rung, "thumb") ? table.pictures[plan.rung] : null,
    screen: screenOf(plan, table),
    stills: plan.rung === "stills" ? table.pictures.stills : null,
  };
}

/** The parameters of one sender. `width` is how wide the track is; null where the browser does not say. */
export function encodingOf(kind, wish, width = null) {
  if (kind === "audio") return { maxBitrate: wish.bitrate, priority: "high", networkPriority: "high" };
  const { maxBitrate, maxFramerate = 5 } = wish;
  const behind = { priority: "low", networkPriority: "low" };
  if (kind === "screen") return { maxBitrate, maxFramerate, ...behind };
  const scale = width && wish.width ? Math.max(1, width / wish.width) : 1;
  return { maxBitrate, maxFramerate, scaleResolutionDownBy: scale, ...behind };
}

/** Whether another voice needs the description read once more: a rate alone does not. */
export const needsRetune = (before, after) => before.ptime !== after.ptime || Boolean(before.red) !== Boolean(after.red);

/**
 * What this end does on each line. Sound never rests: its own signs of life are few. Nor does receiving: Chromium decodes what
 * comes on a line that had rested, and shows none of it.
 */
export const flowsOf = (carried) => ["audio", "video", "screen"].map((kind) => ({ send: kind === "audio" || carried.includes(kind), recv: true }));

/** Whether a description that was read with one wish `{voice, flows}` need not be read once more for another. */
export const sameReading = (before, after) =>
  !needsRetune(before.voice, after.voice) && JSON.stringify(before.flows) === JSON.stringify(after.flows);

/** The voice as the description asks for it: in-band correction recovers nothing below this rate, and costs. */
export const voiceInText = (voice) => ({ ...voice, fec: voice.bitrate >= 24_000 });

/**
 * The highest rung that is of use to this device of somebody whose tile is (`shown`, `large`). `behind`: another person's
 * picture comes first, and shares this device's downlink; `held`: for now there is no room on it for one that moves.
 */
export function askFor({ shown, large }, hidden, { behind = false, held = false } = {}) {
  if (hidden || !shown) return "voice";
  if (held) return "stills";
  if (behind) return "thumb";
  return large ? "hd" : "video";
}

/** The largest picture that anyone gets, for the camera to be opened no larger. Null when nobody gets one. */
export function widestPicture(plans, table) {
  const rungs = plans.map(({ rung }) => rung).filter((rung) => reaches(table, rung, "thumb"));
  const best = rungs.sort((a, b) => table.rungs.indexOf(b) - table.rungs.indexOf(a))[0];
  return best ? table.pictures[best] : null;
}
