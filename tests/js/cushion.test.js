/** Whether what comes in waits for its repetition where much is lost, and nowhere else. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { followCushion, layUnder, noCushion } from "../../farward/web/static/js/cushion.js";

const patience = { redOn: 0.04, redOff: 0.02 };
const after = (shares, from = noCushion) => shares.reduce((cushion, share) => followCushion(cushion, share, patience), from);

test("One look at a bad moment changes nothing, a bad line does, and a good one gives the time back", () => {
  assert.equal(after([0.15]).ms, null);
  const bad = after(Array(10).fill(0.15));
  assert.equal(bad.ms, 200);
  assert.equal(after([0, 0, 0], bad).ms, 200, "not before it lasts");
  assert.equal(after([null, null, null], bad).ms, 200, "silence says nothing");
  assert.equal(after(Array(20).fill(0), bad).ms, null);
});

test("A browser is asked once, and one that cannot be asked is left alone", () => {
  let asked = 0;
  const receiver = { set jitterBufferTarget(ms) { asked += 1; this.ms = ms; }, get jitterBufferTarget() { return this.ms ?? null; } };
  for (let look = 0; look < 3; look += 1) layUnder(receiver, { ms: 200 });
  assert.equal(asked, 1);
  layUnder(null, { ms: 200 });
  const old = {};
  layUnder(old, { ms: 200 });
  assert.deepEqual(old, {});
});
