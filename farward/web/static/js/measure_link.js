/**
 * From what a browser counts (`getStats`) to what the ladder asks for. Pure: snapshots in, one sample out. Whatever a
 * browser does not tell is null, not nought: Firefox knows no estimate of the bandwidth and counts no STUN.
 */

/** An IPv4 and a UDP header, which the browsers leave out of their counts. */
const HEADERS = 28;
/** While this end sends little, a report on what it sends comes every five seconds; an older one says nothing. */
const REPORT_MS = 9000;
/** Sound that came no longer ago than this before the silence is expected to go on. */
const FLOW_MS = 4000;
/** Without sound the only signs of life are STUN's, which are this far apart on a path that is well. */
const STUN_MS = 4500;

const isFresh = (timestamp, now) => now - timestamp < REPORT_MS;

const sum = (list, key) => list.reduce((total, each) => total + (each[key] ?? 0), 0);
const some = (list, key) => list.filter((each) => typeof each[key] === "number").map((each) => each[key]);
const largest = (numbers) => (numbers.length > 0 ? Math.max(...numbers) : null);
const inMs = (seconds) => (seconds === null ? null : seconds * 1000);

/** The pair that carries media now: the transport names it, or it is the nominated one that sent most. */
function selectedPair(reports) {
  const pairs = reports.filter(({ type }) => type === "candidate-pair");
  const named = reports.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  return (
    pairs.find(({ id }) => id === named) ??
    pairs.filter(({ nominated, selected }) => nominated || selected).sort((a, b) => (b.bytesSent ?? 0) - (a.bytesSent ?? 0))[0] ??
    null
  );
}

/** What has gone over the wire in one direction: as the path counts it, or put together from its streams. */
function wireBytes(pair, way, streams) {
  const bytes = pair?.[`bytes${way}`];
  const packets = pair?.[`packets${way}`];
  if (bytes !== undefined && packets !== undefined) return bytes + HEADERS * packets;
  return sum(streams, `bytes${way}`) + sum(streams, `headerBytes${way}`) + (HEADERS + 12) * sum(streams, `packets${way}`);
}

/** A report on fewer packets than this speaks of as many: of a small picture's four packets a second one lost is no quarter. */
const REPORTED_LEAST = 16;

/** What each stream's newest report says was lost, from 0 to 1: kept until the next one comes. */
function lossReports(heard, before) {
  return heard.map(({ id, timestamp, fractionLost, packetsLost }) => {
    const last = before?.find((report) => report.id === id);
    if (last?.timestamp === timestamp) return last;
    const lost = typeof packetsLost === "number" ? Math.max(0, packetsLost - (last?.packetsLost ?? 0)) : Infinity;
    const share = typeof fractionLost === "number" ? Math.min(fractionLost, lost / REPORTED_LEAST) : null;
    return { id, timestamp, packetsLost, share };
  });
}

/** The counters of one connection at one moment, from the reports of `getStats`, and the snapshot before. `at` in ms. */
export function takeSnapshot(stats, at, before = null) {
  const reports = [...stats.values()];
  const of = (type) => reports.filter((report) => report.type === type);
  const [inbound, outbound, heard] = [of("inbound-rtp"), of("outbound-rtp"), of("remote-inbound-rtp")];
  const pair = selectedPair(reports);
  const now = Math.max(0, ...some(reports, "timestamp"));
  // Of a stream that has ended, the last report stays for good.
  const fresh = heard.filter(({ timestamp }) => isFresh(timestamp, now));
  const kind = (list, name) => list.filter((report) => (report.kind ?? report.mediaType) === name);
  return {
    at,
    sent: wireBytes(pair, "Sent", outbound),
    received: wireBytes(pair, "Received", inbound),
    media: sum(inbound, "packetsReceived"),
    lost: sum(inbound, "packetsLost"),
    signs: ["bytesReceived", "responsesReceived", "requestsReceived"].reduce((total, key) => total + sum(of("candidate-pair"), key), sum(inbound, "packetsReceived")),
    frames: sum(kind(inbound, "video"), "framesDecoded"),
    jitterMs: inMs(largest(some(kind(inbound, "audio"), "jitter"))),
    rttMs: inMs(largest([...some(pair ? [pair] : [], "currentRoundTripTime"), ...some(fresh, "roundTripTime")])),
    available: pair?.availableOutgoingBitrate ?? null,
    reports: lossReports(heard, before?.reports),
    pictures: sum(kind(outbound, "video"), "packetsSent"),
    voice: { packets: sum(kind(outbound, "audio"), "packetsSent"), bytes: sum(kind(outbound, "audio"), "bytesSent") },
    now,
    cpuLimited: outbound.some(({ qualityLimitationReason }) => qualityLimitationReason === "cpu"),
  };
}

/** What the other end says it has lost of what we send, from 0 to 1; null where it has said nothing lately. */
function reportedLoss({ reports, now }) {
  return largest(some(reports.filter(({ timestamp }) => isFresh(timestamp, now)), "share"));
}

/** Enough packets to speak of a share. */
const ENOUGH = 8;

/** The share of what should have come in, from 0 to 1, between two snapshots. */
function receivedLoss(before, after) {
  const lost = Math.max(0, after.lost - before.lost);
  const came = Math.max(0, after.media - before.media);
  return lost + came >= ENOUGH ? lost / (lost + came) : null;
}

const kbps = (bytes, ms) => (ms > 0 ? (Math.max(0, bytes) * 8) / ms : 0);

/** What happened on a connection from one snapshot to a later one, as the ladder reads it. */
export function compareSnapshots(before, after) {
  const ms = after.at - before.at;
  return {
    sentKbps: kbps(after.sent - before.sent, ms),
    recvKbps: kbps(after.received - before.received, ms),
    bytes: Math.max(0, after.sent - before.sent) + Math.max(0, after.received - before.received),
    loss: reportedLoss(after),
    recvLoss: receivedLoss(before, after),
    rttMs: after.rttMs,
    jitterMs: after.jitterMs,
    // Only pictures carry what the estimate rests on. Without them it is as old as the last one.
    availableKbps: after.available === null || after.pictures <= before.pictures ? null : after.available / 1000,
    frames: Math.max(0, after.frames - before.frames),
    voicePps: ms > 0 ? (Math.max(0, after.voice.packets - before.voice.packets) * 1000) / ms : 0,
    cpuLimited: after.cpuLimited,
  };
}

/**
 * How long a path has been silent: begin with `null`, then hand in each snapshot. Returns the next state, with
 * `silentMs` in it. Where sound was flowing a missing second counts; an idle path is only asked for STUN's signs.
 */
export function followSilence(state, { at, signs, media }) {
  if (state === null) return { signAt: at, mediaAt: -Infinity, signs, media, silentMs: 0 };
  const mediaAt = grew(state.media, media) ? at : state.mediaAt;
  const signAt = grew(state.signs, signs) ? at : state.signAt;
  const patience = signAt - mediaAt < FLOW_MS ? 0 : STUN_MS;
  return { signAt, mediaAt, signs, media, silentMs: Math.max(0, at - signAt - patience) };
}

/** A connection that was made anew counts from nought: anything on it is news. */
const grew = (before, after) => after > before || (after < before && after > 0);
