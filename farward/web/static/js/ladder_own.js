/**
 * What a link learns of itself: how much is lost on it lately, and which delay and loss are the path's own and no fault of ours.
 * Pure but for the link handed in, which is the caller's own copy.
 */

import { CLIP } from "./ladder_levels.js";

/** A delay is still if it was told so often: a report that does not come cannot change. */
const STILL_TOLD = 2;

export const within = (since, at, ms) => since !== null && at - since < ms;

/** Average what was lost, before anything is judged by it. */
export function average(link, { loss }, at, patience) {
  if (loss !== link.report) Object.assign(link, { report: loss, newsAt: at });
  if (loss === null) return;
  link.seen = true;
  link.lately += (loss - link.lately) * 0.2;
  link.loss += (loss - link.loss) * 0.07;
  if (link.loss >= patience.redOn) link.noisy = true;
  else if (Math.max(link.loss, link.lately) < patience.redOff) link.noisy = false;
}

/**
 * Learn the link's own delay and loss, slowly, so that a full queue is not taken for it: most slowly while a moving picture
 * of ours may be what fills it. Where nothing is sent, none of it is ours.
 */
export function learn(link, { rtt, loss, late }, trouble, at, pushing, patience) {
  const pace = trouble.level > 0 ? 0 : pushing || late > patience.playoutMs ? 0.002 : 0.02;
  if (link.mode === CLIP || link.base === null || isStill(link, rtt, at, patience)) takeForOwn(link, rtt, patience);
  else if (rtt !== null) link.base = Math.min(rtt, patience.ownMostMs, link.base + (rtt - link.base) * pace);
  if (trouble.level === 0 && !trouble.uneasy && loss !== null) link.own = Math.min(link.own, link.loss);
}

/** From now on this delay counts as the link's own, up to what no path has. */
export function takeForOwn(link, rtt, { ownMostMs }) {
  if (rtt !== null) link.base = Math.min(rtt, ownMostMs);
}

/** A queue grows, empties or overflows. A delay that does none of these for a while, asked anew and again, is the path's own. */
function isStill(link, rtt, at, patience) {
  const moved = rtt === null || link.still === null || Math.abs(rtt - link.still) > Math.max(30, link.still / 10);
  const overflows = link.lately >= link.own + patience.redOn || within(link.backAt, at, patience.staleLossMs);
  if (moved || overflows) Object.assign(link, { still: rtt, stillSince: at, tolds: 0 });
  if (rtt !== link.told) Object.assign(link, { told: rtt, tolds: link.tolds + 1 });
  return rtt !== null && link.tolds >= STILL_TOLD && !within(link.stillSince, at, patience.stillMs);
}
