import assert from "node:assert/strict";
import { test } from "node:test";

import { compareSnapshots, followSilence, takeSnapshot } from "../../farward/web/static/js/measure_link.js";

const stats = (...reports) => new Map(reports.map((report, index) => [report.id ?? `r${index}`, { id: `r${index}`, timestamp: 1000, ...report }]));

const chromium = (n) =>
  stats(
    { type: "transport", selectedCandidatePairId: "P" },
    {
      type: "candidate-pair", id: "P", bytesSent: 1000 * n, packetsSent: 10 * n, bytesReceived: 2000 * n, packetsReceived: 20 * n,
      responsesReceived: n, currentRoundTripTime: 0.6, availableOutgoingBitrate: 40_000,
    },
    { type: "candidate-pair", id: "old", nominated: true, bytesSent: 9e9, packetsSent: 1 },
    { type: "inbound-rtp", kind: "audio", packetsReceived: 90 * n, packetsLost: 10 * n, jitter: 0.03 },
    { type: "inbound-rtp", kind: "video", packetsReceived: 0, packetsLost: 0, framesDecoded: 10 * n },
    { type: "outbound-rtp", kind: "audio", packetsSent: 8 * n, qualityLimitationReason: "none" },
    { type: "outbound-rtp", kind: "video", packetsSent: 9 * n, qualityLimitationReason: "cpu" },
    { type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.12, roundTripTime: 0.9 },
  );

const between = (before, after) => compareSnapshots(takeSnapshot(before, 0), takeSnapshot(after, 1000));

test("The rate is that of the wire, with the headers that the browser leaves out", () => {
  const sample = between(chromium(1), chromium(2));
  assert.equal(sample.sentKbps, ((1000 + 280) * 8) / 1000);
  assert.equal(sample.recvKbps, ((2000 + 560) * 8) / 1000);
  assert.equal(sample.bytes, 1280 + 2560);
});

test("Delay, loss both ways and the estimate are told", () => {
  const sample = between(chromium(1), chromium(2));
  assert.equal(sample.loss, 0.12);
  assert.equal(sample.recvLoss, 0.1);
  assert.equal(sample.rttMs, 900);
  assert.equal(sample.jitterMs, 30);
  assert.equal(sample.availableKbps, 40);
  assert.equal(sample.voicePps, 8);
  assert.equal(sample.cpuLimited, true);
});

test("What Firefox does not tell is null, and its rate is put together from the streams", () => {
  const firefox = (n) =>
    stats(
      { type: "candidate-pair", selected: true, nominated: true, bytesSent: 5 },
      { type: "inbound-rtp", kind: "audio", packetsReceived: 2 * n },
      { type: "outbound-rtp", kind: "audio", packetsSent: 10 * n, bytesSent: 600 * n },
    );
  const sample = between(firefox(1), firefox(2));
  for (const unknown of ["loss", "recvLoss", "rttMs", "jitterMs", "availableKbps"]) assert.equal(sample[unknown], null);
  assert.equal(sample.sentKbps, ((600 + 400) * 8) / 1000);
});

test("Without a picture going out nothing is known of the bandwidth", () => {
  const quiet = [...chromium(2).values()].filter(({ type, kind }) => type !== "outbound-rtp" || kind !== "video");
  assert.equal(between(stats(...quiet), stats(...quiet)).availableKbps, null);
});

test("A report on loss that is old says nothing any more", () => {
  const old = stats({ type: "remote-inbound-rtp", fractionLost: 0.5, timestamp: 1000 }, { type: "transport", timestamp: 12_000 });
  assert.equal(between(old, old).loss, null);
});

test("One packet of the few in a report is no large share, and a report counts once", () => {
  const report = (timestamp, fractionLost, packetsLost) => stats({ type: "remote-inbound-rtp", kind: "video", fractionLost, packetsLost, timestamp });
  const first = takeSnapshot(report(1000, 0, 7), 0);
  const one = takeSnapshot(report(2000, 0.33, 8), 1000, first);
  assert.equal(compareSnapshots(first, one).loss, 1 / 16);
  assert.equal(compareSnapshots(one, takeSnapshot(report(2000, 0.33, 8), 2000, one)).loss, 1 / 16);
  const many = takeSnapshot(report(3000, 0.33, 18), 3000, one);
  assert.equal(compareSnapshots(one, many).loss, 0.33);
});

test("The delay of a stream that has ended is not the path's", () => {
  const reports = (timestamp) => stats(
    { type: "remote-inbound-rtp", kind: "video", roundTripTime: 1.9, timestamp: 1000 },
    { type: "remote-inbound-rtp", kind: "audio", roundTripTime: 0.4, timestamp },
    { type: "transport", timestamp },
  );
  assert.equal(between(reports(1000), reports(2000)).rttMs, 1900);
  assert.equal(between(reports(11_000), reports(12_000)).rttMs, 400);
});

test("Counters that begin anew with a new connection count nothing backwards", () => {
  const sample = between(chromium(9), chromium(1));
  assert.equal(sample.sentKbps, 0);
  assert.equal(sample.bytes, 0);
});

test("No connection yet is nothing, not an error", () => {
  assert.equal(between(new Map(), new Map()).sentKbps, 0);
});

function silence(...looks) {
  return looks.reduce((state, [at, media, signs]) => followSilence(state, { at, media, signs }), null).silentMs;
}

test("Sound that stops is missed from its last packet on", () => {
  assert.equal(silence([0, 0, 0], [1000, 8, 8], [2000, 16, 16], [3000, 16, 16], [4000, 16, 16]), 2000);
});

test("A sign of any kind ends the silence", () => {
  assert.equal(silence([0, 0, 0], [1000, 8, 8], [3000, 8, 8], [4000, 8, 9]), 0);
});

test("A path on which nobody sends is only asked for STUN's signs, which are far apart", () => {
  const idle = [[0, 0, 0], [6000, 0, 1], [9000, 0, 1]];
  assert.equal(silence(...idle), 0);
  assert.equal(silence(...idle, [12_000, 0, 1]), 1500);
});

test("A connection made anew is silent until something arrives on it", () => {
  const cut = [[0, 0, 0], [1000, 8, 900], [2000, 8, 900]];
  assert.equal(silence(...cut, [3000, 0, 0]), 2000);
  assert.equal(silence(...cut, [3000, 0, 0], [4000, 0, 2]), 0);
  assert.equal(silence(...cut, [3000, 1, 3]), 0);
});
