/**
 * Who yields when a link does not carry what is sent on it. All links of a device share its uplink, so what one sends
 * delays the others. Pure but for the state handed in, which is the caller's own copy.
 */

import { CLIP, LIVE, fitting } from "./ladder_levels.js";
import { fall, lower, rank, remember } from "./ladder_link.js";
import { takeForOwn, within } from "./ladder_own.js";

const LEANEST = rank({ mode: LIVE, voice: 0, picture: 0 });

/** One link falls. Whoever feels the trouble too need not find out for itself that this level does not hold. */
function drop(state, link, at, to, reason) {
  if (link.picture > 0) state.darkAt = at;
  const level = fall(link, at, to, reason, state.table);
  state.fellAt = at;
  const others = Object.values(state.links).filter((other) => other !== link && other.mode === LIVE && other.bad + other.narrow > 0 && rank(other) < level);
  for (const other of others) remember(other, level, link.failures[level]);
}

/**
 * Who yields to trouble. `felt`: `[{seat, link, level, reason}]` of the live links on which something is wrong.
 *
 * What one link sends delays the others, so a link without a picture waits while one that feels the trouble too still has
 * one, and everybody waits until a fall can have helped. Hard trouble takes pictures at once.
 */
export function yieldToTrouble(state, felt, priority, at) {
  const { table } = state;
  const { patience } = table;
  const pictures = felt.filter(({ link }) => link.picture > 0);
  const eased = !within(state.fellAt, at, patience.easeMs) && !within(state.darkAt, at, patience.easePictureMs);
  // Reports on loss come late: what was lost before a fall is not held against what is left.
  if (felt.some(({ level, reason }) => level === 3 || (level === 2 && (eased || reason === "delay")))) {
    const hard = felt.filter(({ link, level }) => level >= 2 && link.picture === 0).map((one) => ({ ...one, to: lower(one.link, one, table) })).filter(({ to }) => to);
    if (pictures.length > 0) pictures.forEach((one) => drop(state, one.link, at, one.level >= 2 ? lower(one.link, one, table) : { picture: 0 }, one.reason));
    else if (eased) hard.forEach(({ link, to, reason }) => drop(state, link, at, to, reason));
    // Where who feels it most has nothing left, those who feel it less go on below.
    if (pictures.length > 0 || !eased || hard.length > 0) return;
  }
  // Mild trouble must be seen twice, and costs one level at a time: of who rose last, of who does not come first, of the highest.
  const weigh = ({ seat, link }) => [within(link.raisedAt, at, patience.failMs), seat !== priority, link.picture, link.voice].map(Number);
  const mildly = ({ link, ...look }) => lower(link, { ...look, level: 1, tried: link.raised === "voice" && within(link.raisedAt, at, patience.failMs) }, table);
  const [first] = inOrder(pictures.length > 0 ? pictures : felt, weigh).filter((one) => one.link.bad >= 2 && mildly(one));
  if (first && eased) drop(state, first.link, at, mildly(first), first.reason);
}

/** The list in the order of what `weigh` makes of each, the greatest first. */
export function inOrder(list, weigh) {
  const compare = (a, b) => b.reduce((found, number, index) => found || number - a[index], 0);
  return list.map((one) => [weigh(one), one]).sort(([a], [b]) => compare(a, b)).map(([, one]) => one);
}

/**
 * Who yields where the estimate of the bandwidth does not carry a picture: the largest one that is short of bandwidth too, for
 * links that are short of it together share what there is. Else it is that link's own way, and its picture becomes one that fits.
 */
export function yieldToNarrowness(state, peers, at) {
  const { table } = state;
  const known = peers.map((peer) => ({ ...peer, link: state.links[peer.seat] })).filter(({ available, link }) => available !== null && link.picture > 1);
  const narrow = known.find(({ link }) => link.narrow >= 2);
  if (!narrow) return;
  const short = known.filter(({ link, available }) => fitting(table, link.voice, link.picture, available, 1) < link.picture);
  const [largest] = inOrder(short, ({ link }) => [link.picture, link.raisedAt ?? 0]);
  if (largest.link.picture > narrow.link.picture) drop(state, largest.link, at, { picture: largest.link.picture - 1 }, "narrow");
  else drop(state, narrow.link, at, { picture: fitting(table, narrow.link.voice, narrow.link.picture, narrow.available) }, "narrow");
  narrow.link.narrow = 0;
}

/**
 * A delay that is no trouble yet but stays keeps everyone from rising. It may be a queue that a large picture keeps full: the
 * largest of those who feel it yields one level. What stays even so is the path's own.
 */
export function yieldToUnease(state, peers, at) {
  const { patience } = state.table;
  const lasting = peers.map(({ seat, rtt }) => ({ rtt, link: state.links[seat] })).filter(({ link: { uneasySince } }) => uneasySince !== null && !within(uneasySince, at, patience.settleMs));
  const [largest] = inOrder(lasting.filter(({ link }) => link.picture > 1), ({ link }) => [link.picture, link.raisedAt ?? 0]);
  if (!largest || within(state.fellAt, at, patience.settleMs)) return;
  if (!largest.link.yielded) drop(state, largest.link, at, { picture: largest.link.picture - 1 }, "delay");
  else for (const { link, rtt } of lasting) takeForOwn(link, rtt, patience);
  for (const { link } of lasting) link.yielded = true;
}

/** What failed, but for the voices that are better than the leanest, without a picture. */
const withoutVoices = (failures) => Object.fromEntries(Object.entries(failures).filter(([level]) => Number(level) <= LEANEST || Number(level) >= LEANEST + 10));

/**
 * Where the leanest voice does not hold, one link at a time yields to voice notes: the others may then hold. Not who comes
 * first; rather who was tried just now, whether or not it is the one that suffers; else who loses most.
 */
export function clipOne(state, felt, priority, at) {
  const { patience } = state.table;
  const leanest = felt.filter(({ link, level }) => level >= 2 && link.picture === 0 && link.voice === 0);
  // A voice that was tried anew has failed sooner than one that was always live, and nobody else's fall explains it.
  const wasTried = (link) => Boolean(link.failures[LEANEST]) && within(link.raisedAt, at, patience.failMs);
  // A delay that all feel at once is that of the line they share, and one voice less may end it. Who is not heard may only be late.
  const isLate = (link) => leanest.some((one) => one.link === link && one.reason === "delay");
  const live = Object.values(state.links).filter(({ mode, awaySince }) => mode === LIVE && (awaySince === null || within(awaySince, at, patience.lostMs)));
  const shared = live.length > 1 && live.some(isLate) && live.every((link) => isLate(link) || (link.met && link.awaySince !== null));
  for (const link of Object.values(state.links)) {
    const worst = leanest.some((one) => one.link === link && (one.level === 3 || shared || wasTried(link)));
    link.worst = worst ? (link.worst ?? at) : null;
  }
  // A report that does not change is an old one.
  const lasting = leanest.filter(({ link, reason }) => link.worst !== null && !within(link.worst, at, patience.clipMs) && (reason === "delay" || within(link.newsAt, at, patience.newsMs)));
  const clear = !within(state.fellAt, at, patience.clearMs) && !within(state.darkAt, at, patience.clearPictureMs);
  if (!lasting.some(({ link }) => clear || wasTried(link))) return;
  const weigh = ({ seat, link }) => [Number(seat !== priority), Number(within(link.raisedAt, at, patience.failMs)), link.loss];
  const [{ link, reason }] = inOrder(leanest, weigh);
  const links = Object.values(state.links);
  const tries = 1 + Math.max(...links.map(({ failures }) => failures[LEANEST] ?? 0));
  drop(state, link, at, { mode: CLIP, voice: 0, picture: 0 }, reason);
  // What made the others' better voices fail may be gone with this one.
  for (const other of links) if (other.mode === LIVE) other.failures = withoutVoices(other.failures);
  // Nobody who is on voice notes need find out anew that there is no room for one more voice.
  for (const other of links.filter(({ mode }) => mode === CLIP)) {
    remember(other, LEANEST, tries);
    other.fellAt = at;
  }
}
