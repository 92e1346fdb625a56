/** From measurements to a rung for each seat, and why. Pure: no clock, no page. Voice is never given up for picture. */

/** The voice that a picture goes beside: the fourth from the leanest of those without redundancy. */
const BESIDE = 3;
/** Measurements need so long to tell of a step that was just taken. */
const DOWN_MS = 2000;

export const begin = (table) => ({ table, seats: {}, rung: null });

/** The steps of one link, from the leanest voice to the best picture: `[rung, voice]`. */
function stepsOf({ voices, rungs }) {
  const plain = voices.map((voice, index) => ({ ...voice, index })).filter(({ red }) => !red).map(({ index }) => index);
  const spoken = plain.slice(0, BESIDE + 1).map((index) => ["voice", index]);
  const pictures = rungs.slice(rungs.indexOf("stills")).map((rung) => [rung, plain[Math.min(BESIDE + (rung === "stills" ? 0 : 1), plain.length - 1)]]);
  return [["clip", 0], ...spoken, ...pictures];
}

const kbpsOf = (table, [rung, voice]) => (table.voices[voice]?.wireKbps ?? 0) + (table.pictures[rung]?.wireKbps ?? 0);

/** What is wrong with a link now, or null. */
function troubleOf(peer, calm, needed) {
  if (peer.silentMs >= 3000) return null;
  if ((peer.loss ?? 0) > 0.12) return "loss";
  if ((peer.rttMs ?? 0) > Math.max(900, (calm ?? 0) * 2.5)) return "delay";
  if (peer.freezeMs > 800) return "delay";
  if (peer.availableKbps !== null && peer.availableKbps < needed * 0.8) return "narrow";
  return null;
}

function follow(seat, table, peer, at) {
  const { patience } = table;
  const steps = stepsOf(table);
  const calm = peer.rttMs === null ? seat.calm : Math.min(seat.calm ?? Infinity, peer.rttMs);
  const trouble = troubleOf(peer, calm, kbpsOf(table, steps[seat.step]));
  const next = { ...seat, calm };
  if (trouble) {
    next.goodAt = at;
    if (at - seat.changedAt < DOWN_MS) return next;
    const failed = at - seat.changedAt < patience.failMs && seat.rose;
    const bottom = (peer.loss ?? 0) > 0.5 && seat.step === 1 ? 0 : 1;
    const picture = seat.step > BESIDE + 1;
    return {
      ...next,
      step: Math.max(bottom, Math.min(seat.step, picture ? Math.max(BESIDE, seat.step - 2) : seat.step - 1)),
      changedAt: at, rose: false, reason: trouble,
      spell: failed ? Math.min(seat.spell * 2, patience.upMostMs) : seat.spell,
    };
  }
  const above = steps[seat.step + 1];
  const fits = above && (peer.availableKbps === null || peer.availableKbps > kbpsOf(table, above) * 1.1 || seat.step < BESIDE + 3);
  if (!peer.connected || peer.silentMs >= 3000 || !fits || at - seat.goodAt < seat.spell) return next;
  return { ...next, step: seat.step + 1, changedAt: at, goodAt: at, rose: true, reason: "better" };
}

/** What else holds a picture down, each with its reason. */
function capsOf(sample, peer) {
  const { device, choices } = sample;
  const low = device.battery !== null && device.battery < 0.15 && !device.charging;
  const spent = choices.budgetMb !== null && choices.usedMb >= choices.budgetMb;
  return [
    [choices.pin, "pin"],
    [peer.ask, peer.ask === "voice" ? "unseen" : "asked"],
    [spent ? "voice" : null, "budget"],
    [device.saveData ? "thumb" : null, "save_data"],
    [low ? "thumb" : null, "battery"],
    [device.cpuLimited ? "thumb" : null, "cpu"],
    [choices.priority && choices.priority !== peer.seat && sample.peers.length > 2 ? null : null, "priority"],
  ].filter(([rung]) => rung);
}

function lowest(rungs, own, caps) {
  return caps.reduce((held, cap) => (rungs.indexOf(cap[0]) < rungs.indexOf(held[0]) ? cap : held), own);
}

export function decide(state, sample) {
  const { table } = state;
  const { rungs } = table;
  const steps = stepsOf(table);
  const fresh = { step: BESIDE + 3, changedAt: sample.at, goodAt: sample.at, rose: false, spell: table.patience.upMs, reason: "start", calm: null };
  const seats = {};
  const chosen = {};
  const told = [];
  for (const peer of sample.peers) {
    const seat = follow(state.seats[peer.seat] ?? fresh, table, peer, sample.at);
    seats[peer.seat] = seat;
    const [rung, voice] = steps[seat.step];
    const own = peer.silentMs >= 20_000 ? ["voice", "lost"] : peer.silentMs >= 3000 ? ["voice", "silent"] : [rung, seat.reason];
    const limited = lowest(rungs, rungs.indexOf(own[0]) > rungs.indexOf(rung) ? [rung, own[1]] : own, capsOf(sample, peer));
    chosen[peer.seat] = { rung: limited[0], voice, reason: limited[1] };
    told.push(lowest(rungs, [rung, own[1]], capsOf(sample, { ...peer, ask: null })));
  }
  const shown = told.length > 0 ? told.reduce((held, each) => (rungs.indexOf(each[0]) < rungs.indexOf(held[0]) ? each : held)) : [state.rung ?? choicesRung(sample, steps), "start"];
  return { state: { ...state, seats, rung: shown[0] }, seats: chosen, rung: shown[0], reason: shown[1] };
}

const choicesRung = ({ choices }, steps) => choices.pin ?? steps[BESIDE + 3][0];
