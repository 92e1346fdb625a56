/**
 * One link through time: what it learns of itself, what is wrong on it, when it may rise. Pure but for the link handed in,
 * which is the caller's own copy.
 *
 * A link has a level of voice and a level of picture. Up: voice to a safe level first, then the picture, one rung a time
 * after a calm spell. Down: the picture first, to nothing when voice is in danger, and only then a leaner voice.
 */

import { CLIP, LIVE, PICTURES, fitting, measured, richestInstead, safeLevel, voiceCap, weightOf } from "./ladder_levels.js";
import { average, learn, takeForOwn, within } from "./ladder_own.js";

/** A picture rises if the estimate of the bandwidth says so much more than what the picture weighs now. */
const ROOM_TO_RISE = 1.2;

export const newLink = {
  // Where it is, and why.
  mode: LIVE, voice: 0, picture: 0, reason: "start",
  // What it has learnt: delay on an empty path, loss of its own, loss over some five and some fifteen looks, whether that is much.
  base: null, own: 0, lately: 0, loss: 0, noisy: false,
  // A delay that does not change, since when, and the last one that was told and how many since then.
  still: null, stillSince: null, told: null, tolds: 0,
  // The last report on loss, and when it came.
  report: null, newsAt: null,
  // Signs: calm since, not calm since, last not calm, whether that made a picture yield, whether loss was reported since the last move, bad
  // and narrow looks in a row, live voice does not hold since, bad with nothing left to yield since.
  goodSince: null, uneasySince: null, uneasyAt: null, yielded: false, seen: false, bad: 0, narrow: 0, worst: null, leanSince: null,
  // The highest estimate of the bandwidth on this level, and when it came to it.
  estimate: 0, grewAt: null,
  // Which way it went last, when, and what it was that rose.
  direction: 0, turnedAt: null, raisedAt: null, raised: null, fellAt: null,
  // How often each level has failed, by its rank.
  failures: {},
  // Whether it was ever heard, nothing heard since, heard again since, held below its level by a cap since.
  met: false, awaySince: null, backAt: null, heldSince: null,
};

/** A peer's numbers, none of them trusted. */
export function readPeer(peer, rungs) {
  return {
    seat: peer.seat,
    connected: peer.connected === true,
    silentMs: measured(peer.silentMs) ?? 0,
    loss: measured(peer.loss, 1),
    rtt: measured(peer.rttMs, 60_000),
    late: measured(peer.lateMs, 60_000) ?? 0,
    available: measured(peer.availableKbps),
    ask: rungs.includes(peer.ask) ? peer.ask : null,
  };
}

const CALM = { level: 0, reason: null };
/** Nothing to act upon yet, but no time to rise. */
const UNEASY = { level: 0, reason: null, uneasy: true };

/**
 * What is wrong on a link now: `{level: 0..3, reason}`; 3 is beyond what any live voice bears. A lean voice has eight packets
 * a second, so that a single one lost makes a large share: without a moving picture or delay, loss must last.
 */
function troubleOf(link, { loss: reported, rtt, late: theirs }, patience) {
  // Of the round trip half is the other end's to mend: their voice's way here is as late, but for what waits to be played.
  const incoming = Math.max(0, theirs - patience.playoutMs);
  const delayed = rtt === null || link.base === null ? 0 : rtt - link.base;
  const late = delayed - incoming;
  const slack = Math.max(patience.delayMildMs, (link.base ?? 0) / 2);
  const slow = late >= Math.max(slack, patience.delayHardMs);
  const uneasy = delayed >= Math.max(patience.delayUneasyMs, (link.base ?? 0) / 6);
  const atOnce = uneasy || link.picture > 1 || (link.picture > 0 && reported >= patience.lossNoHold);
  const loss = reported === null || atOnce ? reported : Math.min(reported, link.lately);
  const lossy = loss !== null && loss >= Math.max(patience.lossHard, link.own + patience.lossHardAbove);
  if ((loss ?? 0) >= patience.lossNoHold || (lossy && slow)) return { level: 3, reason: "loss", undelayed: !uneasy };
  if ((rtt ?? 0) - incoming >= patience.delayNoHoldMs) return { level: 3, reason: "delay" };
  if (lossy) return { level: 2, reason: "loss", undelayed: !uneasy };
  if (slow) return { level: 2, reason: "delay" };
  if (loss !== null && Math.min(loss, uneasy ? loss : link.loss) >= link.own + patience.lossMild) return { level: 1, reason: "loss", undelayed: !uneasy };
  if (late >= slack) return { level: 1, reason: "delay" };
  return uneasy ? UNEASY : CALM;
}

/**
 * Loss and delay that stay although nothing is left to be yielded are no fault of ours: from now on they count as the link's own.
 * Beside a good voice a calm look among them is no end of them while the average says otherwise.
 */
function settle(link, peer, at, trouble, table) {
  const lossy = link.voice >= safeLevel(table) && link.loss >= link.own + table.patience.lossMild;
  const lasting = trouble === CALM && lossy ? { level: 1, reason: "loss", undelayed: true } : trouble;
  if (lasting.level === 0 || lasting.level === 3 || link.mode !== LIVE || lower(link, lasting, table) !== null) {
    link.leanSince = null;
    return;
  }
  link.leanSince ??= at;
  if (within(link.leanSince, at, table.patience.settleMs)) return;
  link.own = Math.max(link.own, link.loss);
  takeForOwn(link, peer.rtt, table.patience);
  link.leanSince = null;
}

export const rank = ({ mode, voice, picture }) => (mode === CLIP ? 0 : 1 + voice + 10 * picture);

/** Go to another level, and keep in mind which way it went. What was seen at the level before no longer counts. */
export function move(link, at, to, reason) {
  const before = rank(link);
  Object.assign(link, to, { reason, goodSince: null, seen: false, bad: 0, narrow: 0, leanSince: null, estimate: 0, grewAt: at });
  const direction = Math.sign(rank(link) - before);
  if (direction === 0) return;
  if (link.direction === -direction) link.turnedAt = at;
  link.direction = direction;
  if (direction > 0) Object.assign(link, { raisedAt: at, raised: to.picture === undefined ? "voice" : "picture" });
}

/** The level under which a failure is remembered: where a picture yields it is no matter which voice went with it. */
const failing = ({ mode, voice, picture }, to) => rank({ mode, picture, voice: picture > 0 && to.picture !== undefined ? 0 : voice });

/** Go down, and remember the level that did not hold. No voice stays richer than its picture. */
export function fall(link, at, to, reason, table) {
  const level = failing(link, to);
  const failed = within(link.raisedAt, at, table.patience.failMs);
  const picture = to.picture ?? link.picture;
  move(link, at, { ...to, voice: Math.min(to.voice ?? link.voice, voiceCap(table, picture, link)) }, reason);
  link.fellAt = at;
  const before = link.failures[level] ?? 0;
  remember(link, level, failed ? before + 1 : Math.max(1, before));
  return level;
}

export function remember(link, level, tries) {
  link.failures = { ...link.failures, [level]: Math.max(tries, link.failures[level] ?? 0) };
}

/**
 * The way down: the picture first, and all of it when voice suffers, which then goes on as the least that is good; then a
 * leaner voice. Null where there is none. Loss without delay is seldom ours: a voice that repeats itself bears it, and a leaner
 * one would not. What the picture leaves is for the repetition.
 */
export function lower(link, { level, undelayed, reason, tried = false }, table) {
  const good = safeLevel(table) + (link.noisy ? 1 : 0);
  const repeats = link.noisy && undelayed;
  // Beside stills a voice that was better than good, and was tried just now, is itself what was too much.
  if (link.picture === 1 && level === 1 && tried && !link.noisy && link.voice > good) return { voice: link.voice - 1 };
  if (link.picture > 0 && level === 1) return { picture: link.picture - 1 };
  if (link.picture > 0) return { picture: 0, voice: undelayed ? richestInstead(table, link) : Math.min(link.voice, good) };
  if (repeats && level < 3) return null;
  const least = link.noisy && reason === "loss" && level === 1 ? good : 0;
  if (link.voice <= least) return null;
  return { voice: level === 1 ? link.voice - 1 : least };
}

/** A level that failed once and now holds is no failure any more; neither is one of long ago. */
function forgive(link, at, patience) {
  if (within(link.raisedAt, at, patience.failMs)) return;
  const held = within(link.fellAt, at, patience.forgetMs) ? rank(link) : Infinity;
  link.failures = Object.fromEntries(Object.entries(link.failures).filter(([level]) => Number(level) > held));
}

/** How often a level, or one below it, has failed. */
function triesOf({ failures }, level) {
  const counts = Object.entries(failures).map(([failed, tries]) => (Number(failed) <= level ? tries : 0));
  return Math.max(0, ...counts);
}

export const hasFailed = ({ failures }) => Object.keys(failures).length > 0;

/** A path that is met for the first time has nothing to be forgotten. */
function comeBack(link, at) {
  link.awaySince = null;
  if (!link.met) return;
  Object.assign(link, { backAt: at, lately: link.own, loss: link.own, bad: 0, narrow: 0 });
  if (link.reason === "lost") link.reason = "start";
}

/**
 * Silence: the path is gone, and what it last said of loss and delay is old. The level is kept, for the path comes back
 * as it was more often than not. Returns whether there is nothing to be learned from this look.
 */
function takeSilence(link, peer, at, patience) {
  if (!peer.connected || peer.silentMs >= patience.silentMs) {
    link.awaySince ??= at - peer.silentMs;
    link.goodSince = link.uneasySince = link.worst = null;
    if (!within(link.awaySince, at, patience.turnMs) && link.picture > 0) move(link, at, { picture: 0 }, "lost");
    return true;
  }
  if (link.awaySince !== null) comeBack(link, at);
  link.met = true;
  return peer.silentMs >= patience.beatMs || within(link.backAt, at, patience.settledMs);
}

/** Reports on what was lost while the path was away still come in for some seconds after its return. */
function withoutOldLoss(link, peer, at, patience) {
  if (peer.loss === null || !within(link.backAt, at, patience.staleLossMs)) return peer;
  return { ...peer, loss: Math.min(peer.loss, link.own) };
}

/** Count looks at an estimate that does not carry the picture. While it grows it says less than there is. */
function watchEstimate(link, { available }, at, table) {
  if (available > link.estimate * 1.03) Object.assign(link, { estimate: available, grewAt: at });
  const telling = available !== null && link.picture > 1 && !within(link.grewAt, at, table.patience.graceMs);
  link.narrow = telling && fitting(table, link.voice, link.picture, available) < link.picture ? link.narrow + 1 : 0;
}

/**
 * Take in one look at a link, and say what is wrong on it. Who yields, and who may rise, is for all links together to say.
 * `pushing`: whether this device sends a moving picture to anyone.
 */
export function followLink(link, said, at, table, pushing) {
  const { patience } = table;
  if (takeSilence(link, said, at, patience)) return CALM;
  const peer = withoutOldLoss(link, said, at, patience);
  average(link, peer, at, patience);
  const trouble = link.mode === CLIP ? CALM : troubleOf(link, peer, patience);
  const calm = trouble === CALM;
  // Where nothing is late much loss is noise at once, and not only when the slow average says so.
  if (trouble.undelayed && link.lately >= patience.lossMild) link.noisy = true;
  learn(link, peer, trouble, at, pushing, patience);
  settle(link, peer, at, trouble, table);
  link.bad = trouble.level === 0 ? 0 : link.bad + 1;
  if (calm) Object.assign(link, { uneasySince: null, yielded: false });
  else Object.assign(link, { uneasySince: link.uneasySince ?? at, uneasyAt: at });
  if (calm && peer.rtt !== null) link.goodSince ??= at;
  else link.goodSince = null;
  if (calm) forgive(link, at, patience);
  watchEstimate(link, peer, at, table);
  return trouble;
}

/** A link that answers fast shows at once that a rise was too much: trying costs little there. */
export const isNear = ({ base }, patience) => base !== null && base < patience.nearMs;

/**
 * Whether a rise is no need, on a link that shows late what was too much: a moving picture or a larger one, for an estimate of
 * the bandwidth says more than there is as long as little is sent; or a voice that is better than good while their picture of us stands still. Where somebody has voice `notes` only, a good voice or any picture is no need either.
 */
function isLuxury(link, to, { notes }, table) {
  if (isNear(link, table.patience)) return false;
  const good = safeLevel(table);
  if (notes) return to.picture > 0 || to.voice > (link.noisy ? good + 1 : good - 1);
  return to.picture > 1 || (to.voice > good && link.picture < 2 && !link.noisy);
}

/**
 * How long a link must be calm before it may rise to `to`: twice as long with each time that it failed. What is no need waits
 * longest: the voice suffers long until it is seen to be too much.
 */
function spell(link, to, others, table) {
  const { patience } = table;
  const tries = triesOf(link, rank({ ...link, ...to }));
  if (tries === 0 && isNear(link, patience)) return patience.quickMs;
  const first = isLuxury(link, to, others, table) ? patience.luxuryMs : patience.upMs;
  return Math.min(patience.upMostMs, first * 2 ** Math.min(tries, 20));
}

/** How long voice notes go on before live voice is tried again: twice as long with each try that failed, and longer where nothing says there is room. */
function probeSpell(link, to, room, { probeMs, probeBlindMs, upMostMs }) {
  const tries = triesOf(link, rank({ ...link, ...to }));
  return Math.min(upMostMs, (room ? probeMs : probeBlindMs) * 2 ** Math.min(20, Math.max(0, tries - 1)));
}

/** The next level up, or null. `cap` is the most that is allowed. */
function higher(link, { available }, table, cap) {
  if (cap.below) return null;
  if (link.mode === CLIP) return { mode: LIVE, voice: 0, picture: 0 };
  const most = voiceCap(table, Math.min(link.picture, cap.picture), { cap, noisy: link.noisy });
  const safe = Math.min(most, safeLevel(table) + (link.noisy ? 1 : 0));
  if (link.voice < safe) return { voice: isNear(link, table.patience) ? safe : link.voice + 1 };
  // Where much is lost a voice that repeats itself in short packets is more than a picture.
  if (link.noisy && link.voice < most) return { voice: isNear(link, table.patience) ? most : link.voice + 1 };
  // Beside stills there is room for a better voice long before there is room for a moving picture.
  if (link.picture > 0 && link.voice < most) return { voice: link.voice + 1 };
  // Where so much is lost whatever is sent, there is voice, but nothing to be seen, or nothing that moves.
  const bearable = link.picture > 0 ? table.patience.lossMild : table.patience.lossHard;
  if (link.picture < Math.min(cap.picture, PICTURES.length - 1) && Math.max(link.loss, link.lately) < bearable) {
    const room = available === null || link.picture < 2 || available >= weightOf(table, link.picture) * ROOM_TO_RISE;
    return room ? { picture: link.picture + 1 } : null;
  }
  return link.voice < most ? { voice: link.voice + 1 } : null;
}

/**
 * The level to which a link may rise now as far as it alone is concerned, or null. Of the others' it must know whether what
 * they are sent shows `room` for one more voice, whether somebody has voice `notes` only, and whether that or a delay lately has them `pressed`.
 */
export function readyFor(link, peer, table, cap, at, others) {
  const { patience } = table;
  const to = higher(link, peer, table, cap);
  if (!to || link.goodSince === null) return null;
  if (link.direction < 0 && within(link.turnedAt, at, patience.turnMs)) return null;
  // From voice notes there is nothing to see of the link but its delay: it is tried, and not too often.
  if (link.mode === CLIP) return within(link.fellAt, at, probeSpell(link, to, others.room, patience)) ? null : to;
  if (others.pressed && isLuxury(link, to, others, table)) return null;
  const reported = link.seen || (link.picture === 0 && isNear(link, patience));
  return reported && !within(link.goodSince, at, spell(link, to, others, table)) ? to : null;
}

/** A link that was long held below its level must prove it again. */
export function forgetHeld(link, cap, at, patience) {
  link.heldSince = link.picture > cap.picture ? (link.heldSince ?? at) : null;
  if (link.heldSince !== null && !within(link.heldSince, at, patience.heldMs)) Object.assign(link, { picture: cap.picture, heldSince: null });
}
