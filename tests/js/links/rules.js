/**
 * What must hold of the ladder whatever the link does. Each rule takes what was played (see `simulator.js`) and the
 * server's table, and returns the sentences of what is wrong.
 */

const PICTURES = ["stills", "thumb", "video", "hd"];
const SAFE_KBPS = 13;
const TURN_MS = 30_000;

const showsPicture = (plan) => PICTURES.includes(plan.rung);
const linkOf = (look, seat) => look.decision.state.links[seat];
const seatsOf = (looks) => looks[0].sample.peers.map(({ seat }) => seat);
const each = (looks, of) => looks.flatMap((look, index) => seatsOf(looks).flatMap((seat) => of(look, seat, index) ?? []));

/** A picture only beside a safe voice; and no voice leaner, nor given up, while a picture that adds to the trouble is sent. */
export function voiceFirst(looks, table) {
  return each(looks, (look, seat, index) => {
    const plan = look.decision.seats[seat];
    const faults = [];
    if (showsPicture(plan) && table.voices[plan.voice].wireKbps < SAFE_KBPS) faults.push(`${look.at}: ${seat} gets ${plan.rung} beside voice ${plan.voice}`);
    const [now, was] = [linkOf(look, seat), index > 0 ? linkOf(looks[index - 1], seat) : null];
    const lowered = was && now.fellAt === look.at && was.picture === 0 && (now.voice < was.voice || now.mode !== was.mode);
    const adding = seatsOf(looks).filter((other) => showsPicture(look.decision.seats[other]) && linkOf(look, other).bad > 0);
    if (lowered && adding.length > 0) faults.push(`${look.at}: ${seat}'s voice yields to the picture of ${adding}`);
    return faults;
  });
}

/** At most two changes of direction in any 30 s, of the rung and of the voice under it. */
export function noFlapping(looks, table) {
  return seatsOf(looks).flatMap((seat) => {
    const heights = (of) => turnsOf(looks.map((look) => [look.at, of(look)])).flatMap((turn, index, turns) =>
      index >= 2 && turn - turns[index - 2] < TURN_MS ? [`${turn}: ${seat} turns for the third time since ${turns[index - 2]}`] : []);
    return [...heights((look) => table.rungs.indexOf(look.decision.seats[seat].rung)), ...heights((look) => linkOf(look, seat).voice + 10 * linkOf(look, seat).picture)];
  });
}

/** The times at which a series turns from rising to falling or back. */
function turnsOf(series) {
  const turns = [];
  let direction = 0;
  for (let index = 1; index < series.length; index += 1) {
    const step = Math.sign(series[index][1] - series[index - 1][1]);
    if (step !== 0 && step === -direction) turns.push(series[index][0]);
    if (step !== 0) direction = step;
  }
  return turns;
}

/** Trouble that nobody can mistake, seen three times running: no picture any more. Silence is another matter, and so are its traces. */
export function downInTime(looks) {
  return each(looks, (look, seat, index) => {
    const of = (back) => looks[index - back].sample.peers.find((peer) => peer.seat === seat);
    if (index < 30 || !showsPicture(look.decision.seats[seat])) return [];
    const recent = Array.from({ length: 15 }, (_, back) => of(back));
    if (recent.some(({ silentMs, connected }) => silentMs > 0 || !connected)) return [];
    const usual = Math.max(...Array.from({ length: 15 }, (_, back) => of(back + 10).rttMs ?? 0));
    const hard = recent.slice(0, 3).every(({ loss, rttMs }) => (loss ?? 0) >= 0.3 || (rttMs ?? 0) >= 3000 || (rttMs ?? 0) >= 1.6 * usual + 1200);
    return hard ? [`${look.at}: ${seat} still gets ${look.decision.seats[seat].rung} after three bad looks`] : [];
  });
}

/** What people chose, what the other end asks for and what the device spares is never exceeded. */
export function withinCaps(looks, table) {
  const place = (rung) => table.rungs.indexOf(rung);
  return each(looks, (look, seat) => {
    const { device, choices } = look.sample;
    const { ask } = look.sample.peers.find((peer) => peer.seat === seat);
    const left = [choices.budgetMb, device.megabytesLeft === undefined ? undefined : device.megabytesLeft + choices.usedMb].filter((megabytes) => megabytes !== undefined);
    const caps = [choices.pin, ask, device.hidden ? "voice" : null, device.saveData && !choices.pin ? "stills" : null, left.some((megabytes) => choices.usedMb >= megabytes) ? "text" : null];
    const broken = caps.filter((cap) => cap && place(look.decision.seats[seat].rung) > place(cap));
    return broken.map((cap) => `${look.at}: ${seat} gets ${look.decision.seats[seat].rung}, above ${cap}`);
  });
}

/** Megabytes that were allowed from the beginning are not overspent, but for what is on its way. */
export function withinBudget(looks) {
  const [first, ...rest] = looks.map(({ sample }) => sample.choices.budgetMb);
  const { usedMb } = looks.at(-1);
  return first !== undefined && rest.every((budget) => budget === first) && usedMb > first + 0.1 ? [`${usedMb} MB of ${first}`] : [];
}

/** The best rung that a steady link carries for everyone, by the table and with a margin. */
export function bestRung({ kbps, loss }, people, table) {
  const carries = (voice, picture, margin) => people * (voice + picture) <= margin * kbps;
  const [lean, good, rich] = [table.voices[0], table.voices[4], table.voices.at(-1)].map(({ wireKbps }) => wireKbps);
  const pictures = loss > 0.03 ? [] : PICTURES.filter((rung) => carries(rung === "hd" ? rich : good, table.pictures[rung].wireKbps, 0.8));
  return pictures.at(-1) ?? (carries(lean, 0, 0.9) && loss <= 0.1 ? "voice" : "clip");
}

/** From `from` on the link is steady: everyone is on the best rung `withinMs`, and from there on nearly always. */
export function reachesTheBest(looks, table, { from, withinMs, share }) {
  const place = (rung) => table.rungs.indexOf(rung);
  const steady = looks.filter(({ at }) => at >= from);
  const best = bestRung(steady[0].condition, seatsOf(looks).length, table);
  const there = (look, seat) => place(look.decision.seats[seat].rung) >= place(best);
  return seatsOf(looks).flatMap((seat) => {
    const first = steady.find((look) => there(look, seat));
    if (!first || first.at - from > withinMs) return [`${seat} is on ${best} only after ${first ? first.at - from : Infinity} ms`];
    const after = steady.filter(({ at }) => at >= first.at);
    const kept = after.filter((look) => there(look, seat)).length / after.length;
    return kept < share ? [`${seat} is on ${best} only ${Math.round(kept * 100)} % of the time`] : [];
  });
}

/** On an uplink too narrow for everyone's voice the ladder finds by itself who is heard live and who by voice notes. */
export function settles(looks, table, { from, share }) {
  const settled = looks.filter(({ at }) => at >= from);
  const fits = settled.filter(({ decision, condition }) => {
    const live = Object.values(decision.seats).filter(({ rung }) => table.rungs.indexOf(rung) >= table.rungs.indexOf("voice"));
    return live.length > 0 && live.reduce((sum, { voice }) => sum + table.voices[voice].wireKbps, 0) <= condition.kbps;
  });
  const part = fits.length / settled.length;
  return part < share ? [`what is sent fits, and somebody is heard, only ${Math.round(part * 100)} % of the time`] : [];
}

export const always = { voiceFirst, noFlapping, downInTime, withinCaps, withinBudget };
