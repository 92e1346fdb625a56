import assert from "node:assert/strict";
import { test } from "node:test";

import { isLittle, judge, lateness, watchChokes } from "../../farward/web/static/js/choke.js";

const source = (timestamp, spokenMs, stream = 1) => ({ source: stream, timestamp, rtpTimestamp: 1_000_000 + spokenMs * 48 });

test("A voice is as late as its own clock is behind", () => {
  let state = lateness(null, source(5000, 0), 5000);
  assert.equal(state.ms, 0);
  state = lateness(state, source(6000, 1000), 6000);
  assert.equal(state.ms, 0);
  state = lateness(state, source(6900, 1060), 7000);
  assert.ok(Math.abs(state.ms - 940) < 10);
  assert.ok(Math.abs(state.wayMs - 840) < 10, "on its way, and not the time since");
});

test("A pause in which signs of comfort come on time is not late, and another stream begins anew", () => {
  let state = lateness(null, source(5000, 0), 5000);
  state = lateness(state, source(5400, 400), 5700);
  assert.ok(Math.abs(state.ms - 300) < 10);
  assert.equal(lateness(state, source(5700, 90_000, 2), 5700).ms, 0);
  assert.equal(lateness(state, null, 5700), null);
});

test("Only where picture and voice are both late the path is", () => {
  assert.equal(judge({ pictureMs: 900, voiceMs: 100 }), "well");
  assert.equal(judge({ pictureMs: 100, voiceMs: 900 }), "well");
  assert.equal(judge({ pictureMs: 400, voiceMs: 900 }), "doubt");
  assert.equal(judge({ pictureMs: 600, voiceMs: 900 }), "doubt");
  assert.equal(judge({ pictureMs: 900, voiceMs: 900 }), "late");
  assert.equal(judge({ pictureMs: null, voiceMs: 900 }), "well");
  assert.equal(judge({ pictureMs: 900, voiceMs: null }), "doubt");
  assert.equal(judge({ pictureMs: 1200, voiceMs: null }), "late");
});

test("A third of the usual is little, and nothing at all is not", () => {
  const before = { at: 1000, bytes: 5000 };
  assert.equal(isLittle(before, { at: 1250, bytes: 6250 }, 1200), true);
  assert.equal(isLittle(before, { at: 1250, bytes: 6250 }, 100), false);
  assert.equal(isLittle(before, { at: 1250, bytes: 5000 }, 1200), false);
});

/** A path whose newest sound and picture are `late` ms old, over which so many `bytes` have come; 600 kbit/s are usual. */
function watched(path) {
  const choked = [];
  const peer = {
    said: { brings: () => true },
    receiver: () => ({ getSynchronizationSources: () => [source(path.now - path.late, path.now - path.late)] }),
    stats: async () => new Map([[1, { type: "inbound-rtp", bytesReceived: path.bytes }]]),
  };
  let tick;
  const env = { performance: { timeOrigin: 0, now: () => path.now }, setInterval: (step) => ((tick = step), 1), clearInterval() {} };
  const watch = watchChokes({ peers: () => [peer], usualKbps: () => 600, onChoke: (one) => choked.push(one), env });
  return { choked, lateMs: () => watch.lateMs(peer), async go(changes) {
    Object.assign(path, changes);
    tick();
    await new Promise((resolve) => setImmediate(resolve));
  } };
}

test("A path that became narrow is told of once, and again after it was well", async () => {
  const path = watched({ now: 1000, late: 0, bytes: 1000 });
  for (const again of [1, 2]) {
    const [now, bytes] = [10_000 * again, 100_000 * again];
    await path.go({ now, late: 0, bytes });
    await path.go({ now: now + 300, late: 300 });
    await path.go({ now: now + 600, late: 600, bytes: bytes + 1500 });
    await path.go({ now: now + 900, late: 900, bytes: bytes + 3000 });
    assert.equal(path.choked.length, again);
  }
});

test("A path over which nothing comes any more is cut, and one over which much comes only waits for a whole picture", async () => {
  for (const perMs of [0, 75]) {
    const path = watched({ now: 2000, late: 0, bytes: 1000 });
    await path.go({});
    for (const late of [300, 600, 900, 2000]) await path.go({ now: 2000 + late, late, bytes: 1000 + perMs * late });
    assert.deepEqual(path.choked, []);
  }
});

test("How late their voice comes in is told while it comes", async () => {
  const path = watched({ now: 1000, late: 0, bytes: 1000 });
  assert.equal(path.lateMs(), null);
  await path.go({});
  assert.equal(path.lateMs(), 0);
});
