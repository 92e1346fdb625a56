/**
 * Which rung each other person is sent, and why: a pure function of what was measured, the people's choices and what was
 * decided before. No clock, no DOM; the state is plain JSON, and what is handed in is never changed.
 *
 * Each link is followed by itself (`ladder_link.js`, `ladder_own.js`); who yields (`ladder_yield.js`) and who may rise is decided for all of
 * them, because they share what this device can send.
 */

import { affordable, capOf, followCpu, idleCpu } from "./ladder_caps.js";
import { CLIP, LIVE, PICTURES, measured, plainVoices, safeLevel, voiceCap, voiceIndex, weightOf } from "./ladder_levels.js";
import { followLink, forgetHeld, hasFailed, isNear, move, newLink, readPeer, readyFor } from "./ladder_link.js";
import { within } from "./ladder_own.js";
import { clipOne, inOrder, yieldToNarrowness, yieldToTrouble, yieldToUnease } from "./ladder_yield.js";

/** The start of all links. */
export const begin = (table) => ({ table, at: null, startedAt: null, raisedAt: null, fellAt: null, darkAt: null, afforded: null, cpu: idleCpu, links: {} });

/** A sample in which nothing is missing, and no number of a peer is one that cannot be. */
function readSample({ device, choices, peers }, { rungs }) {
  const known = (peers ?? []).filter((peer) => typeof peer?.seat === "string");
  return { device: device ?? {}, choices: choices ?? {}, peers: known.map((peer) => readPeer(peer, rungs)) };
}

/** Who may rise now: of voices all that are equally lean, then of the voice notes who has waited longest, then the smallest picture. */
function chooseRising(ready, unsafe) {
  const voices = ready.filter(({ to }) => to.picture === undefined);
  if (voices.length > 0) {
    const leanest = Math.min(...voices.map(({ link }) => link.voice));
    return voices.filter(({ link }) => link.voice === leanest);
  }
  const clips = ready.filter(({ link }) => link.mode === CLIP);
  if (clips.length > 0) return inOrder(clips, ({ link }) => [-(link.raisedAt ?? 0)]).slice(0, 1);
  return unsafe ? [] : inOrder(ready, ({ link }) => [-link.picture]).slice(0, 1);
}

/** Whether what is sent to those who are heard live holds, and weighs as much as a lean voice for each of them and one more would. */
function hasRoom(table, live) {
  const weights = plainVoices(table).map((index) => table.voices[index].wireKbps);
  const sent = live.reduce((sum, { voice, picture }) => sum + weights[voice] + weightOf(table, picture), 0);
  return live.every(({ bad }) => bad === 0) && (live.length === 0 || sent >= (live.length + 1) * weights[0]);
}

/** Let rise who may. A picture waits for the voices of all. */
function raise(state, peers, caps, at) {
  const { table } = state;
  const { patience } = table;
  const here = peers.filter(({ seat, connected }) => connected && state.links[seat].awaySince === null);
  const live = here.map(({ seat }) => state.links[seat]).filter(({ mode }) => mode === LIVE);
  const near = live.every((link) => isNear(link, patience));
  if (within(state.raisedAt, at, near ? patience.quickMs : patience.upMs)) return;
  // Where what is sent makes anyone late now and then, or somebody has voice notes only, there is no room for more than the need.
  const notes = live.length < here.length;
  const pressed = notes || live.some(({ uneasyAt }) => within(uneasyAt, at, patience.clearPictureMs));
  const others = { room: hasRoom(table, live), notes, pressed };
  const ready = here.flatMap((peer) => {
    const link = state.links[peer.seat];
    const to = readyFor(link, peer, table, caps[peer.seat], at, others);
    return to ? [{ link, to }] : [];
  });
  // What was too much still fills the line for some seconds after it fell.
  const unsafe = within(state.fellAt, at, patience.clearMs) || live.some((link) => link.bad > 0 || (link.voice < safeLevel(table) && !hasFailed(link)));
  const rising = chooseRising(ready, unsafe);
  for (const { link, to } of rising) move(link, at, to, "better");
  if (rising.length > 0) state.raisedAt = at;
}

/** What one seat is sent: `{rung, voice, reason}`. */
function planOf(table, link, cap, at) {
  const { patience } = table;
  const picture = Math.min(link.picture, cap.picture);
  const voice = voiceIndex(table, Math.min(link.voice, voiceCap(table, picture, { cap, noisy: link.noisy })), link.noisy);
  if (cap.below) return { rung: cap.below, voice, reason: cap.reason };
  if (link.mode === CLIP) return { rung: "clip", voice, reason: link.reason };
  const capped = cap.reason !== null && cap.picture <= link.picture;
  const plan = { rung: PICTURES[picture], voice, reason: capped ? cap.reason : link.reason };
  // Voice goes on being sent into the silence: the first packet through is heard.
  if (link.awaySince === null || within(link.awaySince, at, patience.silentMs)) return plan;
  if (!within(link.awaySince, at, patience.lostMs)) return { ...plan, reason: "lost" };
  return link.met ? { ...plan, reason: "silent" } : plan;
}

/**
 * The one rung that people are told: the lowest that is sent to anyone connected. Who wants no more, or shows no picture,
 * says nothing about this device, and who is away counts only if everyone is: then nothing is live any more.
 */
function shownOf(table, seats, peers) {
  const plans = peers.map(({ seat, connected }) => ({ ...seats[seat], connected }));
  const here = plans.filter(({ connected, reason }) => connected && reason !== "lost");
  const own = here.filter(({ reason }) => reason !== "unseen" && reason !== "asked");
  const counting = [own, here, plans].find((some) => some.length > 0) ?? [{ rung: "voice", reason: "start" }];
  const place = ({ rung }) => table.rungs.indexOf(rung);
  const { rung, reason } = counting.reduce((least, plan) => (place(plan) < place(least) ? plan : least));
  return { rung: reason === "lost" ? "clip" : rung, reason };
}

/** One decision. `sample` says what is measured now, `before` is the state of the last decision. */
export function decide(before, sample) {
  const { table } = before;
  const at = Math.max(measured(sample.at) ?? before.at ?? 0, before.at ?? 0);
  const { device, choices, peers } = readSample(sample, table);
  const links = Object.fromEntries(peers.map(({ seat }) => [seat, { ...(before.links[seat] ?? newLink) }]));
  const state = { ...before, at, startedAt: before.startedAt ?? at, links };
  const pushing = Object.values(links).some(({ picture }) => picture > 1);
  const looks = peers.map((peer) => ({ seat: peer.seat, link: links[peer.seat], ...followLink(links[peer.seat], peer, at, table, pushing) }));
  const felt = looks.filter(({ link, level }) => level > 0 && link.mode === LIVE);
  yieldToTrouble(state, felt, choices.priority, at);
  yieldToNarrowness(state, peers, at);
  yieldToUnease(state, peers, at);
  clipOne(state, felt, choices.priority, at);
  state.afforded = affordable(table, before.afforded, { device, choices, peers }, at - state.startedAt);
  const best = Math.max(0, ...Object.values(links).map(({ picture }) => Math.min(picture, before.cpu.cap ?? picture)));
  state.cpu = followCpu(before.cpu, device.cpuLimited === true, at, best);
  const caps = Object.fromEntries(peers.map((peer) => [peer.seat, capOf(state, { device, choices, peers }, peer)]));
  raise(state, peers, caps, at);
  for (const { seat } of peers) forgetHeld(links[seat], caps[seat], at, table.patience);
  const seats = Object.fromEntries(peers.map(({ seat }) => [seat, planOf(table, links[seat], caps[seat], at)]));
  return { state, seats, ...shownOf(table, seats, peers) };
}
