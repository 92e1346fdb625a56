/**
 * How long what comes in waits before it is played. A packet that repeats the one before comes a packet's length after what
 * it repeats: where much is lost a browser must wait for it, and by itself it does not.
 */

/** The longest packet of the table, and what else may be late. */
const CUSHION_MS = 200;
const PACE = 0.15;

/** Nothing was lost yet: the browser waits as it sees fit. */
export const noCushion = { lost: 0, ms: null };

/** One look further, with the share that did not come; null where nothing was to come. */
export function followCushion({ lost, ms }, share, { redOn, redOff }) {
  const average = lost + ((share ?? lost) - lost) * PACE;
  if (average >= redOn) return { lost: average, ms: CUSHION_MS };
  return { lost: average, ms: average < redOff ? null : ms };
}

/** Let a receiver wait so long. Older browsers cannot be asked. */
export function layUnder(receiver, { ms }) {
  if (receiver && "jitterBufferTarget" in receiver && receiver.jitterBufferTarget !== ms) receiver.jitterBufferTarget = ms;
}
