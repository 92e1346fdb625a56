/**
 * Which rung each other person is sent, and why: a pure function of what was measured, the people's choices and what was
 * decided before. No clock, no DOM; the state is plain JSON, and what is handed in is never changed.
 *
 * A link has a voice level and a picture level. Up: voice to a safe level first, then the picture, one rung a time after
 * a stable spell. Down: the picture first, to nothing when voice is in danger, and only then a leaner voice.
 */

const [LIVE, CLIP] = ["live", "clip"];
/** The levels of voice without redundancy, from the leanest, as far as pictures may begin. */
const SAFE_KBPS = 13;
const PICTURES = ["voice", "stills", "thumb", "video", "hd"];
/** Causes that are a person's wish to save: voice stays lean too. */
const LEAN = new Set(["save_data", "budget", "pin"]);

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
/** What was measured, or null where it is missing or cannot be. */
const measured = (value, most = Infinity) => (isNumber(value) && value >= 0 ? Math.min(value, most) : null);

/** The start of all links. */
export const begin = (table) => ({ table, at: null, startedAt: null, raisedAt: null, clippedAt: null, cpu: { since: null, cap: null, freeAt: null }, links: {} });

const plainVoices = (table) => table.voices.flatMap((voice, index) => (voice.red ? [] : [index]));
const safeLevel = (table) => Math.max(0, plainVoices(table).findIndex((index) => table.voices[index].wireKbps >= SAFE_KBPS));

/** The richest voice that goes with a picture level: a fine voice is no use beside a frozen face. */
function voiceCap(table, picture, reason) {
  const most = plainVoices(table).length - 1;
  if (LEAN.has(reason) && picture < 2) return Math.min(most, safeLevel(table));
  return Math.min(most, safeLevel(table) + 1 + Math.max(0, picture - 2));
}

const opened = (at) => ({
  mode: LIVE, voice: 0, picture: 0, reason: "start",
  goodSince: null, seen: false, bad: 0, worst: null, leanSince: null, heldSince: null,
  base: null, own: 0, loss: 0, noisy: false, narrow: 0,
  direction: 0, turnedAt: null, raisedAt: null, fellAt: at, tries: 0, failAt: null, awaySince: null, backAt: null,
});

/** A peer's numbers, none of them trusted. */
function readPeer(peer) {
  return {
    seat: peer.seat,
    connected: peer.connected === true,
    silentMs: measured(peer.silentMs) ?? 0,
    loss: measured(peer.loss, 1),
    rtt: measured(peer.rttMs, 60_000),
    available: measured(peer.availableKbps),
    ask: PICTURES.includes(peer.ask) ? PICTURES.indexOf(peer.ask) : ["text", "clip"].includes(peer.ask) ? 0 : null,
  };
}

/** What is wrong on a link now: `{level: 0..3, reason}`; 3 is beyond what any live voice bears. */
function troubleOf(link, peer, patience) {
  const loss = peer.loss === null ? 0 : peer.loss;
  const late = peer.rtt === null || link.base === null ? 0 : peer.rtt - link.base;
  const slack = Math.max(patience.delayMildMs, (link.base ?? 0) / 2);
  if (loss >= patience.lossNoHold) return { level: 3, reason: "loss" };
  if ((peer.rtt ?? 0) >= patience.delayNoHoldMs) return { level: 3, reason: "delay" };
  if (loss >= Math.max(patience.lossHard, link.own + patience.lossMild)) return { level: 2, reason: "loss" };
  if (late >= Math.max(slack, patience.delayHardMs)) return { level: 2, reason: "delay" };
  if (loss >= link.own + patience.lossMild) return { level: 1, reason: "loss" };
  if (late >= slack) return { level: 1, reason: "delay" };
  return { level: 0, reason: null };
}

/** Learn the link's own delay and loss, slowly, so that a full queue is not taken for it. */
function learn(link, peer, patience, trouble) {
  const calm = trouble.level === 0;
  if (peer.rtt !== null) link.base = link.base === null ? peer.rtt : Math.min(peer.rtt, link.base + (calm ? (peer.rtt - link.base) * 0.02 : 0));
  if (peer.loss !== null) {
    link.loss += (peer.loss - link.loss) * 0.3;
    link.seen = true;
    if (calm) link.own = Math.min(link.own, link.loss);
  }
  if (link.loss >= patience.redOn) link.noisy = true;
  else if (link.loss < patience.redOff) link.noisy = false;
}

/** Loss and delay that stay on the leanest voice are no fault of ours: from now on they count as the link's own. */
function settle(link, peer, at, patience, trouble) {
  if (trouble.level === 0 || trouble.level === 3 || link.voice > 0 || link.picture > 0 || link.mode !== LIVE) {
    link.leanSince = null;
    return;
  }
  link.leanSince ??= at;
  if (at - link.leanSince < patience.settleMs) return;
  link.own = Math.max(link.own, link.loss);
  link.base = peer.rtt ?? link.base;
  link.leanSince = null;
}

const rank = ({ mode, voice, picture }) => (mode === CLIP ? 0 : 1 + voice + 10 * picture);

/** Go to another level, and keep in mind which way it went. */
function move(link, at, to, reason) {
  const before = rank(link);
  const level = { mode: link.mode, voice: link.voice, picture: link.picture };
  Object.assign(link, to, { reason, goodSince: null, seen: false, bad: 0, narrow: 0, leanSince: null });
  const direction = Math.sign(rank(link) - before);
  if (direction === 0) return;
  if (link.direction === -direction) link.turnedAt = at;
  link.direction = direction;
  if (direction > 0) link.raisedAt = at;
  return level;
}

function fall(link, at, to, reason, patience) {
  const high = rank(link);
  const failed = link.raisedAt !== null && at - link.raisedAt <= patience.failMs;
  move(link, at, to, reason);
  link.fellAt = at;
  link.tries = failed ? link.tries + 1 : Math.max(1, link.tries);
  link.failAt = link.failAt === null ? high : Math.min(link.failAt, high);
}

/** The way down: picture first, and to nothing when voice suffers; then the leanest voice. Null where there is none. */
function lower(link, level) {
  if (link.picture > 0) {
    const picture = level === 1 ? link.picture - 1 : 0;
    return level >= 2 ? { picture, voice: 0 } : { picture };
  }
  if (link.voice > 0) return { voice: level === 1 ? link.voice - 1 : 0 };
  return null;
}

/** The picture that an estimate of the bandwidth still carries. */
function fitting(table, link, available) {
  const voice = table.voices[plainVoices(table)[link.voice]].wireKbps;
  let picture = link.picture;
  while (picture > 0 && voice + table.pictures[PICTURES[picture]].wireKbps * 0.7 > available) picture -= 1;
  return Math.max(picture, 0);
}

/** Trouble makes a link fall. Returns whether it did. */
function takeTrouble(link, peer, at, table, trouble) {
  const { patience } = table;
  link.bad = trouble.level === 0 ? 0 : link.bad + 1;
  if (trouble.level > 0) link.goodSince = null;
  if (trouble.level >= 2 || link.bad >= 2) {
    const to = lower(link, trouble.level);
    if (to) {
      fall(link, at, to, trouble.reason, patience);
      return true;
    }
  }
  link.worst = trouble.level === 3 ? (link.worst ?? at) : null;
  // While it grows an estimate says less than there is, and a picture that stands still lets it sink: the least that counts is bytes for voice.
  const grown = link.raisedAt === null || at - link.raisedAt >= patience.graceMs;
  const tight = grown && link.picture > 1 && peer.available !== null && fitting(table, link, peer.available) < link.picture;
  link.narrow = tight ? link.narrow + 1 : 0;
  if (link.narrow < 2) return false;
  fall(link, at, { picture: fitting(table, link, peer.available) }, "narrow", patience);
  return true;
}

/** Until its first fall a link that answers fast is taken for a wide one: trying costs little where trouble shows at once. */
const isFresh = ({ failAt, base }, patience) => failAt === null && base !== null && base < patience.nearMs;

/** How long a link must be calm before it may rise to `to`. */
function spell(link, to, patience) {
  if (isFresh(link, patience)) return patience.quickMs;
  if (link.failAt === null || rank({ ...link, ...to }) < link.failAt) return patience.upMs;
  return Math.min(patience.upMostMs, patience.upMs * 2 ** Math.min(link.tries, 20));
}

const mayTurn = (link, at, patience) => link.direction >= 0 || link.turnedAt === null || at - link.turnedAt >= patience.turnMs;

/** The next level up of a link, or null. `capped` is its picture's cap and the reason of it. */
function higher(link, peer, table, capped) {
  if (link.mode === CLIP) return { mode: LIVE, voice: 0, picture: 0 };
  const safe = safeLevel(table) + (link.noisy ? 1 : 0);
  const most = voiceCap(table, Math.min(link.picture, capped.picture), capped.reason);
  if (link.voice < Math.min(safe, most)) return { voice: isFresh(link, table.patience) ? Math.min(safe, most) : link.voice + 1 };
  if (link.picture < capped.picture) {
    const used = table.pictures[PICTURES[link.picture]]?.wireKbps ?? 0;
    const room = peer.available === null || link.picture < 2 || peer.available >= used * 1.2;
    return room ? { picture: link.picture + 1 } : null;
  }
  return link.voice < most ? { voice: link.voice + 1 } : null;
}

const lowest = (caps) => caps.reduce((least, cap) => (cap.picture < least.picture ? cap : least));

/** The highest rung that the megabytes left carry until the visit is thought to end; null for no limit. */
function affordable(state, sample, at) {
  const { table } = state;
  const { patience } = table;
  const budget = measured(sample.choices?.budgetMb);
  const left = [measured(sample.device?.megabytesLeft), budget === null ? null : budget - (measured(sample.choices?.usedMb) ?? 0)].filter((each) => each !== null);
  if (left.length === 0) return null;
  const minutes = Math.max(patience.restMinutes, patience.visitMinutes - (at - state.startedAt) / 60_000);
  const people = Math.max(1, sample.peers.length);
  const fits = table.rungs.filter((rung) => {
    const each = table.megabytesPerMinute[rung];
    const margin = state.afforded !== undefined && table.rungs.indexOf(rung) > table.rungs.indexOf(state.afforded) ? 1.3 : 1;
    return (each.up + each.down) * people * minutes * margin <= Math.min(...left);
  });
  return fits.at(-1) ?? "text";
}

/** A busy processor takes one picture rung after the other, and gives them back slowly. */
function followCpu(cpu, limited, at, picture) {
  if (!limited) {
    if (cpu.cap === null) return { since: null, cap: null, freeAt: null };
    const freeAt = cpu.freeAt ?? at + 30_000;
    if (at < freeAt) return { ...cpu, since: null, freeAt };
    return { since: null, cap: cpu.cap >= 4 ? null : cpu.cap + 1, freeAt: at + 30_000 };
  }
  const since = cpu.since ?? at;
  if (at - since < 3000 || picture < 1) return { ...cpu, since, freeAt: null };
  return { since: at, cap: Math.max(1, picture - 1), freeAt: null };
}

/** What the device and the people allow for one link: a picture, perhaps a rung below voice, and the reason. */
function capOf(state, sample, peer) {
  const { device = {}, choices = {} } = sample;
  const { rungs, patience } = state.table;
  const battery = measured(device.battery, 1);
  const caps = [{ picture: 4, reason: null }];
  const cap = (rung, reason) => caps.push({ picture: Math.max(0, rungs.indexOf(rung) - 2), below: rungs.indexOf(rung) < 2 ? rung : null, reason });
  const pinned = rungs.includes(choices.pin);
  if (pinned) cap(choices.pin, "pin");
  if (state.afforded) cap(state.afforded, "budget");
  // Who pins a rung has chosen it over what the device would spare.
  if (!pinned) {
    if (device.saveData === true) cap("stills", "save_data");
    if (battery !== null && device.charging !== true && battery < patience.batteryLow) cap(battery < patience.batteryEmpty ? "stills" : "thumb", "battery");
    if (state.cpu.cap !== null) cap(PICTURES[state.cpu.cap], "cpu");
    if (choices.priority && sample.peers.some(({ seat }) => seat === choices.priority)) cap("thumb", "priority");
  }
  if (peer.ask !== null && peer.ask < 4) cap(PICTURES[peer.ask], peer.ask === 0 ? "unseen" : "asked");
  if (device.hidden === true) cap("voice", "unseen");
  const below = caps.filter((each) => each.below).sort((a, b) => rungs.indexOf(a.below) - rungs.indexOf(b.below))[0];
  return below ?? lowest(caps);
}

/**
 * Silence: the path is gone, and what it last said of loss and delay is old. The level is kept, for the path comes back
 * as it was more often than not. Returns whether there is nothing to be learned from this look.
 */
function takeSilence(link, peer, at, patience) {
  if (!peer.connected || peer.silentMs >= patience.silentMs) {
    link.awaySince ??= at - peer.silentMs;
    link.goodSince = link.worst = null;
    if (at - link.awaySince >= patience.turnMs && link.picture > 0) move(link, at, { picture: 0 }, "lost");
    return true;
  }
  if (link.awaySince !== null) {
    link.awaySince = null;
    link.backAt = at;
    Object.assign(link, { loss: link.own, bad: 0, narrow: 0 });
  }
  return peer.silentMs >= patience.beatMs || within(link.backAt, at, patience.settledMs);
}

const within = (since, at, ms) => since !== null && at - since < ms;

/** Reports on what was lost while the path was away still come in for some seconds after its return. */
function withoutOldLoss(link, peer, at, patience) {
  return within(link.backAt, at, patience.staleLossMs) ? { ...peer, loss: peer.loss === null ? null : Math.min(peer.loss, link.own) } : peer;
}

function followLink(link, said, at, table) {
  const { patience } = table;
  if (takeSilence(link, said, at, patience)) return;
  const peer = withoutOldLoss(link, said, at, patience);
  const trouble = troubleOf(link, peer, patience);
  learn(link, peer, patience, trouble);
  settle(link, peer, at, patience, trouble);
  const fell = takeTrouble(link, peer, at, table, trouble);
  if (!fell && trouble.level === 0 && peer.rtt !== null) link.goodSince ??= at;
  if (peer.rtt === null && peer.loss === null) link.goodSince = null;
  if (link.tries > 0 && at - link.fellAt >= patience.forgetMs) Object.assign(link, { tries: 0, failAt: null });
}

/** Of the links whose live voice does not hold, one at a time yields to voice notes: the others may then hold. */
function clipOne(state, sample, at) {
  const { patience } = state.table;
  if (state.clippedAt !== null && at - state.clippedAt < patience.clipMs) return;
  const waiting = Object.entries(state.links).filter(([, link]) => link.mode === LIVE && link.worst !== null && at - link.worst >= patience.clipMs);
  const [first] = waiting.sort(([a, one], [b, other]) => (a === sample.choices?.priority) - (b === sample.choices?.priority) || other.loss - one.loss);
  if (!first) return;
  fall(first[1], at, { mode: CLIP, voice: 0, picture: 0 }, first[1].loss >= patience.lossHard ? "loss" : "delay", patience);
  Object.assign(first[1], { worst: null, goodSince: at });
  state.clippedAt = at;
}

/** Who may rise now: of voices all that are equally lean, of pictures one. */
function raise(state, peers, caps, at) {
  const { table } = state;
  const { patience } = table;
  const linked = peers.filter(({ seat, connected }) => connected && state.links[seat].awaySince === null);
  const candidates = linked.flatMap((peer) => {
    const link = state.links[peer.seat];
    const to = caps[peer.seat].below ? null : higher(link, peer, table, caps[peer.seat]);
    if (!to || link.goodSince === null || !mayTurn(link, at, patience)) return [];
    const probing = link.mode === CLIP;
    const wait = probing ? Math.max(patience.probeMs, spell(link, to, patience)) : spell(link, to, patience);
    return at - (probing ? link.fellAt : link.goodSince) >= wait && (probing || link.seen || (link.picture === 0 && isFresh(link, patience))) ? [{ link, to }] : [];
  });
  const voices = candidates.filter(({ to }) => to.picture === undefined);
  const probes = candidates.filter(({ link }) => link.mode === CLIP);
  const live = linked.map(({ seat }) => state.links[seat]).filter(({ mode }) => mode === LIVE);
  const unsafe = live.some((link) => link.voice < safeLevel(table) && link.tries === 0);
  const shared = within(state.raisedAt, at, live.every((link) => isFresh(link, patience)) ? patience.quickMs : patience.upMs);
  const leanest = Math.min(...voices.map(({ link }) => link.voice));
  const chosen = voices.length > 0 ? voices.filter(({ link }) => link.voice === leanest) : (probes.length > 0 ? probes : unsafe ? [] : candidates).slice(0, 1);
  if (shared) return;
  for (const { link, to } of chosen) move(link, at, to, "better");
  if (chosen.length > 0) state.raisedAt = at;
}

/** The voice to send: where much is lost one that repeats itself, if it weighs no more than what was proven. */
function voiceIndex(table, link, cap) {
  const plain = plainVoices(table)[Math.min(link.voice, voiceCap(table, link.picture, cap.reason))];
  if (!link.noisy) return plain;
  const most = table.voices[plain].wireKbps;
  const doubled = table.voices.flatMap((voice, index) => (voice.red && voice.wireKbps <= most ? [index] : []));
  return doubled.at(-1) ?? plain;
}

function planOf(table, link, cap, at) {
  const picture = Math.min(link.picture, cap.picture);
  const away = link.awaySince === null ? 0 : at - link.awaySince;
  const live = { rung: PICTURES[picture], reason: picture < link.picture || (cap.picture === link.picture && cap.reason) ? cap.reason : link.reason };
  const shape = { voice: voiceIndex(table, link, cap) };
  if (cap.below) return { ...shape, rung: cap.below, reason: cap.reason };
  if (away >= table.patience.lostMs) return { ...shape, rung: away >= table.patience.turnMs ? "clip" : live.rung, reason: "lost" };
  if (link.mode === CLIP) return { ...shape, rung: "clip", reason: link.reason };
  return { ...shape, ...live, ...(away >= table.patience.silentMs && link.backAt !== at && link.reason !== "start" ? { reason: "silent" } : {}) };
}

/** A link that was long held below its level must prove it again. */
function forgetHeld(link, cap, at, patience) {
  link.heldSince = link.picture > cap.picture ? (link.heldSince ?? at) : null;
  if (link.heldSince !== null && at - link.heldSince >= patience.heldMs) Object.assign(link, { picture: cap.picture, heldSince: null });
}

export function decide(before, sample) {
  const { table } = before;
  const at = Math.max(measured(sample.at) ?? before.at ?? 0, before.at ?? 0);
  const peers = (sample.peers ?? []).map(readPeer);
  const heard = { ...sample, peers };
  const links = Object.fromEntries(peers.map(({ seat }) => [seat, { ...(before.links[seat] ?? opened(at)) }]));
  const state = { ...before, at, startedAt: before.startedAt ?? at, links };
  for (const peer of peers) followLink(links[peer.seat], peer, at, table);
  state.afforded = affordable(state, heard, at) ?? undefined;
  state.cpu = followCpu(before.cpu, sample.device?.cpuLimited === true, at, Math.max(0, ...Object.values(links).map(({ picture }) => Math.min(picture, before.cpu.cap ?? 4))));
  clipOne(state, heard, at);
  const caps = Object.fromEntries(peers.map((peer) => [peer.seat, capOf(state, heard, peer)]));
  raise(state, peers, caps, at);
  for (const { seat } of peers) forgetHeld(links[seat], caps[seat], at, table.patience);
  const seats = Object.fromEntries(peers.map(({ seat }) => [seat, planOf(table, links[seat], caps[seat], at)]));
  const shown = Object.values(seats).sort((a, b) => table.rungs.indexOf(b.rung) - table.rungs.indexOf(a.rung))[0];
  return { state, seats, rung: shown?.rung ?? "voice", reason: shown?.reason ?? "start" };
}
