/** The ladder's table, read: levels of voice, levels of picture, and which voice a picture demands. */

/** Whether a voice is heard live, or by voice notes. */
export const [LIVE, CLIP] = ["live", "clip"];
/** Levels of a link's picture, from none. */
export const PICTURES = ["voice", "stills", "thumb", "video", "hd"];
/** The weight from which a voice is a good one: below it nothing is left for a picture. */
const SAFE_KBPS = 13;
/** How far above a picture an estimate that rests on it may be expected to grow, at least. */
const ABOVE = 1.3;
/** Causes that are a person's wish to save: voice stays lean too. */
const LEAN = new Set(["save_data", "budget", "pin"]);

/** What was measured, or null where it is missing or cannot be. */
export const measured = (value, most = Infinity) => (typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.min(value, most) : null);

/** Levels of a link's voice: the places in the table of those that do not repeat themselves, from the leanest. */
export const plainVoices = (table) => table.voices.flatMap((voice, index) => (voice.red ? [] : [index]));

/** The level of voice that must hold before any picture is sent. */
export const safeLevel = (table) => Math.max(0, plainVoices(table).findIndex((index) => table.voices[index].wireKbps >= SAFE_KBPS));

/**
 * The richest voice that goes with a picture level: a fine voice is no use beside a frozen face, nor to who wants to save. Where
 * much is lost it is short packets, each with its repetition, that make a voice understood, and they need room.
 */
export function voiceCap(table, picture, { cap = null, noisy = false } = {}) {
  const safe = safeLevel(table);
  if (LEAN.has(cap?.reason) && picture < 3) return cap.picture === 0 ? Math.max(0, safe - 1) : safe;
  const best = plainVoices(table).length - 1;
  return noisy ? best : Math.min(best, safe + 1 + Math.max(0, picture - 2));
}

/** The place in the table of the voice to send: where much is lost one that repeats itself, if it weighs no more than what was proven. */
export function voiceIndex(table, level, noisy) {
  const plain = plainVoices(table)[level];
  if (!noisy) return plain;
  const most = table.voices[plain].wireKbps;
  const doubled = table.voices.flatMap((voice, index) => (voice.red && voice.wireKbps <= most ? [index] : []));
  return doubled.at(-1) ?? plain;
}

/**
 * The highest picture level, up to `most`, that an estimate of the bandwidth still carries beside this voice. An encoder makes
 * do with less than its most: `share` of it. Nor does an estimate grow far beyond the picture on which it rests, so that one
 * which is well above it is never too little, whatever the voice.
 */
export function fitting(table, voice, most, availableKbps, share = 0.7) {
  const beside = table.voices[plainVoices(table)[voice]].wireKbps;
  let picture = most;
  const needOf = (weight) => Math.min(beside + weight * share, weight * ABOVE);
  while (picture > 0 && needOf(weightOf(table, picture)) > availableKbps) picture -= 1;
  return picture;
}

/** What a picture level adds to the voice, in kbit/s. */
export const weightOf = (table, picture) => table.pictures[PICTURES[picture]]?.wireKbps ?? 0;

/** The richest level of voice that weighs no more than the voice and the picture of a link together. */
export function richestInstead(table, { voice, picture }) {
  const weights = plainVoices(table).map((index) => table.voices[index].wireKbps);
  return weights.filter((kbps) => kbps <= weights[voice] + weightOf(table, picture)).length - 1;
}
