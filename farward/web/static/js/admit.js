/**
 * Whose moving picture this device lets in. Those who send do not know of each other, and share its downlink: on a far path
 * two that begin at once fill it before either learns that it was too much. So they come in one at a time. Pure.
 */

import { within } from "./ladder_own.js";

/** Nobody's picture moves yet. `admitted`: seats in the order in which they came; calm `since`; how often it was too many. */
export const nobody = { admitted: [], since: null, refusedAt: null, tries: 0 };

/**
 * One look further. `peers`: `[{seat, far, moving, lateMs, first}]`: whether they answer late, whether their picture moves, how
 * late their voice comes in (null where none does), whether their picture comes before all others.
 * Returns `{state, held}`: the seats that are asked for no more than stills.
 */
export function admit(before, { at, peers }, patience) {
  const far = peers.filter((peer) => peer.far);
  const moving = far.filter((peer) => peer.moving).map(({ seat }) => seat);
  if (moving.length === 0) return { state: { ...before, admitted: [], since: null }, held: [] };
  const voices = far.filter(({ lateMs }) => lateMs !== null);
  const isLate = (ms) => ({ lateMs }) => lateMs >= patience.playoutMs + ms;
  const state = { ...before };
  state.admitted = before.admitted.length === 0 ? moving : before.admitted.filter((seat) => far.some((peer) => peer.seat === seat));
  if (state.since === null || voices.some(isLate(patience.delayUneasyMs))) state.since = at;
  // What all voices at once are late by is the line to here, and no single sender's own.
  const jammed = voices.length > 0 && voices.every(isLate(patience.delayMildMs));
  if (jammed && moving.length > 1) refuseOne(state, far, at, patience);
  else admitOne(state, far, at, patience);
  return { state, held: far.map(({ seat }) => seat).filter((seat) => !state.admitted.includes(seat)) };
}

/** Who came last goes, unless everyone waits for that picture; then nobody until it can be seen whether that helped. */
function refuseOne(state, far, at, patience) {
  if (state.admitted.length < 2 || within(state.refusedAt, at, patience.easePictureMs)) return;
  const last = state.admitted.filter((seat) => !far.some((peer) => peer.seat === seat && peer.first)).at(-1);
  Object.assign(state, { admitted: state.admitted.filter((seat) => seat !== last), refusedAt: at, tries: state.tries + 1 });
}

/** After a calm spell, twice as long with each time that it was too many, one more may come: who comes first, before all others. */
function admitOne(state, far, at, patience) {
  const spell = Math.min(patience.upMostMs, patience.luxuryMs * 2 ** Math.min(state.tries, 20));
  if (within(state.since, at, spell)) return;
  const waiting = far.filter(({ seat }) => !state.admitted.includes(seat));
  const next = waiting.find(({ first }) => first) ?? waiting[0];
  if (next) Object.assign(state, { admitted: [...state.admitted, next.seat], since: at });
}
