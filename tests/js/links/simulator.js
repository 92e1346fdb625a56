/**
 * A pure model of one device's uplink and of what its browser would measure on it, for tests of the ladder.
 *
 * The uplink is shared by up to four connections. It has a rate, a delay, random loss and a queue, all of which change
 * with time; a rate of 0 is an outage. Bits flow, packets are only counted to be lost one by one. The browser's rate
 * control is modelled as far as it matters here: it shrinks a moving picture when the queue grows, and estimates
 * nothing where no picture is sent.
 */

const STEP_MS = 250;
const LOOK_MS = 1000;
/** What Chromium is told to begin a picture with, and an encoder's least. */
const [FIRST_KBPS, LEAST_KBPS] = [108, 30];
/** Reports on loss come this often beside a picture, and beside voice alone. */
const [REPORT_MS, VOICE_REPORT_MS] = [1000, 5000];
/** A page tells of missing packets by itself: from this share on, counted over so long, so many at least. */
const [TOLD_SHARE, TOLD_OVER_MS, TOLD_PACKETS] = [0.05, 3000, 8];
const GONE_MS = 6000;

/** A small generator of luck, so that a seed plays it again. */
export function luck(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PICTURE_PACKET_KBIT = 8;

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

function openFlow(seat) {
  return { seat, voice: 0, picture: 0, pps: 0, estimate: null, counts: [], told: null, reported: null, reportAt: 2000, rtt: null, rttAt: 0, sentKbit: 0, carry: 0 };
}

/** What a plan makes one connection send: kbit/s of voice and the most of its picture. */
function follow(flow, plan, table) {
  const voice = ["text", "clip"].includes(plan.rung) ? null : table.voices[plan.voice];
  const picture = table.pictures[plan.rung];
  const moving = Boolean(picture?.maxBitrate);
  flow.voice = voice?.wireKbps ?? 0;
  flow.most = picture?.wireKbps ?? 0;
  if (!moving) flow.estimate = null;
  else flow.estimate ??= FIRST_KBPS;
  flow.picture = moving ? Math.min(flow.most, Math.max(LEAST_KBPS, flow.estimate)) : flow.most;
  flow.pps = (voice ? 1000 / voice.ptime : 0) + flow.picture / PICTURE_PACKET_KBIT;
}

/** Google's congestion control in four lines: fall with the queue or with loss, else grow up to what was used and a half. */
function estimate(flow, { queued, grows, loss }) {
  if (flow.estimate === null) return;
  if (grows && queued > 60) flow.estimate = Math.max(5, flow.picture * 0.85);
  else if (loss > 0.1) flow.estimate *= 1 - loss / 2;
  else if (loss < 0.06) flow.estimate = Math.min(flow.estimate * 1.08 + 4, flow.picture * 1.5 + 10);
}

/** The link of `moments` `[{at, kbps, rttMs, loss}]` at a time. */
function conditionAt(moments, at) {
  let now = moments[0];
  for (const moment of moments) if (moment.at <= at) now = moment;
  return now;
}

const shareOf = (counts, since) => {
  const recent = counts.filter(({ at }) => at > since);
  const sent = sum(recent.map((count) => count.sent));
  return { sent, share: sent > 0 ? sum(recent.map((count) => count.lost)) / sent : null };
};

/** What was lost of a flow's packets in this step. */
function loseSome(flow, at, chance, random) {
  flow.carry += (flow.pps * STEP_MS) / 1000;
  const sent = Math.floor(flow.carry);
  flow.carry -= sent;
  let lost = 0;
  for (let packet = 0; packet < sent; packet += 1) lost += random() < chance ? 1 : 0;
  flow.counts.push({ at, sent, lost });
  if (flow.counts.length > 40) flow.counts.shift();
}

function report(flow, at, delayMs) {
  const every = flow.estimate === null ? VOICE_REPORT_MS : REPORT_MS;
  if (at - flow.reportAt >= every) {
    const { share } = shareOf(flow.counts, flow.reportAt - delayMs);
    flow.reportAt = at;
    if (share !== null) flow.reported = { at, share };
  }
  const { sent, share } = shareOf(flow.counts.filter((count) => count.at <= at - delayMs), at - delayMs - TOLD_OVER_MS);
  if (sent >= TOLD_PACKETS && share > TOLD_SHARE) flow.told = { at, share };
}

/** What the ladder is handed of one connection. */
function lookAt(flow, at, away) {
  const told = flow.told && at - flow.told.at < 3000 ? flow.told.share : null;
  const reported = flow.reported && at - flow.reported.at < 9000 ? flow.reported.share : null;
  return {
    seat: flow.seat,
    connected: away < GONE_MS && at >= 1000,
    silentMs: away,
    sentKbps: flow.voice + flow.picture,
    loss: told === null ? reported : Math.max(told, reported ?? 0),
    rttMs: flow.rtt,
    jitterMs: 10,
    availableKbps: flow.estimate,
    recvKbps: 20,
    recvLoss: null,
    ask: "hd",
  };
}

/**
 * Play the ladder on a link. `link`: `{seconds, seats, moments, queueMs, seed}`; `choose(at)` gives `{device, choices, asks}`;
 * `decide(sample)` decides. Returns one `{at, sample, decision, condition, usedMb}` for each second.
 */
export function play({ seconds, seats, moments, queueMs = 1500, seed = 1 }, table, decide, choose = () => ({})) {
  const random = luck(seed);
  const flows = seats.map((seat) => ({ ...openFlow(seat), rtt: moments[0].rttMs }));
  const looks = [];
  let queueKbit = 0;
  let aliveAt = 0;
  let usedMb = 0;
  for (const flow of flows) follow(flow, { rung: "text" }, table);
  for (let at = 0; at < seconds * 1000; at += STEP_MS) {
    const { kbps, rttMs, loss } = conditionAt(moments, at);
    if (at % LOOK_MS === 0) {
      const { device = {}, choices = {}, asks = {} } = choose(at);
      const peers = flows.map((flow) => ({ ...lookAt(flow, at, at - aliveAt), ...(asks[flow.seat] ? { ask: asks[flow.seat] } : {}) }));
      const sample = { at, phase: "interview", device, choices: { ...choices, usedMb }, peers };
      const decision = decide(sample);
      for (const flow of flows) follow(flow, decision.seats[flow.seat], table);
      looks.push({ at, sample, decision, condition: { kbps, rttMs, loss }, usedMb });
    }
    const offered = flows.map(({ voice, picture }) => voice + picture);
    usedMb += (2 * sum(offered) * STEP_MS) / 1000 / 8000;
    if (kbps === 0) {
      queueKbit = 0;
      for (const flow of flows) loseSome(flow, at, 1, random);
      continue;
    }
    aliveAt = at + STEP_MS;
    const before = queueKbit;
    const most = Math.max((kbps * queueMs) / 1000, 3);
    const grown = Math.max(0, queueKbit + ((sum(offered) - kbps) * STEP_MS) / 1000);
    const over = Math.max(0, grown - most);
    const overflow = over > 0 ? over / ((sum(offered) * STEP_MS) / 1000) : 0;
    queueKbit = Math.min(grown, most);
    const queued = (queueKbit / kbps) * 1000;
    for (const flow of flows) {
      loseSome(flow, at, 1 - (1 - Math.min(1, overflow)) * (1 - loss), random);
      const delayMs = rttMs / 2 + queued;
      report(flow, at, delayMs);
      if (at - flow.rttAt >= (flow.estimate === null ? 2000 : 1000)) Object.assign(flow, { rtt: rttMs + queued, rttAt: at });
      if (at % 500 === 0) estimate(flow, { queued, grows: queueKbit > before, loss: shareOf(flow.counts, at - 2000).share ?? 0 });
    }
  }
  return looks;
}
