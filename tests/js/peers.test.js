import assert from "node:assert/strict";
import { test } from "node:test";

import { carriesPicture, directionOf, ignoresOffer, judgeSignal, planLinks, recoveryStep, retryGap } from "../../farward/web/static/js/negotiation.js";
import { compareReadings, createQuality, rate } from "../../farward/web/static/js/quality.js";
import { createTalk } from "../../farward/web/static/js/talk.js";

const well = {
  iceState: "connected", badMs: 0, sinceTryMs: 0, silentMs: 0, eager: false, tries: 0, rounds: 0, repeats: 0,
  polite: false, signalling: true, answered: true,
};
const step = (changes) => recoveryStep({ ...well, ...changes });

test("A line sends and receives exactly what its wire says", () => {
  assert.equal(directionOf("audio", { send: ["audio"], recv: ["audio"] }), "sendrecv");
  assert.equal(directionOf("audio", { send: ["audio"], recv: [] }), "sendonly");
  assert.equal(directionOf("video", { send: ["audio"], recv: ["video"] }), "recvonly");
  assert.equal(directionOf("screen", { send: ["audio"], recv: ["video"] }), "inactive");
});

test("A signal meant for an earlier connection is set aside", () => {
  assert.equal(judgeSignal({ mine: "b2", theirs: null }, { pc: "a1", for: "b1" }), "stale");
});

test("The first mark is learned, the same mark goes on, and another one means they began anew", () => {
  assert.equal(judgeSignal({ mine: "b1", theirs: null }, { pc: "a1", for: null }), "first");
  assert.equal(judgeSignal({ mine: "b1", theirs: "a1" }, { pc: "a1", for: "b1" }), "current");
  assert.equal(judgeSignal({ mine: "b1", theirs: "a1" }, { pc: "a2", for: null }), "renewed");
});

test("When offers cross, only the impolite side sets the other's aside", () => {
  assert.equal(ignoresOffer({ polite: false, making: true, signalingState: "stable" }), true);
  assert.equal(ignoresOffer({ polite: false, making: false, signalingState: "have-local-offer" }), true);
  assert.equal(ignoresOffer({ polite: true, making: true, signalingState: "have-local-offer" }), false);
  assert.equal(ignoresOffer({ polite: false, making: false, signalingState: "stable" }), false);
});

test("The open links become exactly those of the wiring", () => {
  const plan = planLinks(new Set(["old", "kept"]), [{ link: "kept" }, { link: "new" }]);
  assert.deepEqual(plan.close, ["old"]);
  assert.deepEqual(plan.change.map(({ link }) => link), ["kept"]);
  assert.deepEqual(plan.open.map(({ link }) => link), ["new"]);
});

test("A connection that is well is left alone", () => {
  assert.equal(step({}), "wait");
});

test("A failed connection restarts at once, a disconnected one after a second", () => {
  assert.equal(step({ iceState: "failed" }), "restart");
  assert.equal(step({ iceState: "disconnected", badMs: 500 }), "wait");
  assert.equal(step({ iceState: "disconnected", badMs: 1500 }), "restart");
});

test("A connection that the browser closed by itself is made anew", () => {
  assert.equal(step({ iceState: "closed" }), "rebuild");
});

test("The polite side gives the other one time to begin", () => {
  assert.equal(step({ iceState: "failed", badMs: 1000, polite: true }), "wait");
  assert.equal(step({ iceState: "failed", badMs: 3000, polite: true }), "restart");
});

test("Nothing is tried while signalling is down, and everything as soon as it is back", () => {
  assert.equal(step({ iceState: "failed", badMs: 60_000, signalling: false }), "wait");
  assert.equal(step({ iceState: "failed", badMs: Infinity, sinceTryMs: Infinity, tries: 2 }), "restart");
});

test("Tries keep six seconds apart, and after three in vain the connection is made anew", () => {
  assert.equal(step({ iceState: "failed", badMs: 9000, tries: 1, sinceTryMs: 3000 }), "wait");
  assert.equal(step({ iceState: "failed", badMs: 30_000, tries: 3, sinceTryMs: 7000 }), "rebuild");
});

test("A path that is well but silent is dead after three seconds, sooner with word that the network is back", () => {
  assert.equal(step({ silentMs: 2900 }), "wait");
  assert.equal(step({ silentMs: 3000 }), "restart");
  assert.equal(step({ silentMs: 3000, polite: true }), "wait");
  assert.equal(step({ silentMs: 6000, polite: true }), "restart");
  assert.equal(step({ silentMs: 1500, eager: true, polite: true, sinceTryMs: Infinity }), "restart");
  assert.equal(step({ silentMs: 0, eager: true, sinceTryMs: Infinity, badMs: Infinity }), "wait");
});

test("A silent path is not restarted over and over, nor while signalling is away", () => {
  assert.equal(step({ silentMs: 9000, tries: 1, sinceTryMs: 3000 }), "wait");
  assert.equal(step({ silentMs: 9000, tries: 1, sinceTryMs: 6000 }), "restart");
  assert.equal(step({ silentMs: 9000, signalling: false }), "wait");
});

test("With word that the network is back the polite side does not wait for the other either", () => {
  assert.equal(step({ iceState: "failed", polite: true, eager: true, badMs: Infinity, sinceTryMs: Infinity }), "restart");
});

test("The longer it is in vain, the rarer the tries, up to a minute", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map(retryGap), [6000, 12_000, 24_000, 48_000, 60_000, 60_000]);
  assert.equal(step({ iceState: "failed", badMs: 90_000, tries: 1, rounds: 2, sinceTryMs: 20_000 }), "wait");
});

test("Every state of a connection leads somewhere, whatever else is so", () => {
  const known = new Set(["wait", "repeat", "restart", "rebuild"]);
  for (const iceState of ["new", "checking", "connected", "completed", "disconnected", "failed", "closed"])
    for (const ms of [0, 5000, Infinity])
      for (const tries of [0, 1, 3])
        for (const truth of [0, 1, 2, 3, 4, 5, 6, 7]) {
          const [polite, answered, eager] = [1, 2, 4].map((bit) => Boolean(truth & bit));
          assert.ok(known.has(step({ iceState, badMs: ms, silentMs: ms, sinceTryMs: ms, tries, polite, answered, eager })));
          assert.equal(step({ iceState, badMs: ms, silentMs: ms, sinceTryMs: ms, tries, polite, answered, eager, signalling: false }), "wait");
        }
});

test("A channel for pictures is for pairs between which pictures pass", () => {
  assert.equal(carriesPicture({ send: ["video"], recv: [] }), true);
  assert.equal(carriesPicture({ send: ["audio"], recv: ["video"] }), true);
  assert.equal(carriesPicture({ send: ["audio"], recv: ["audio", "screen"] }), false);
});

test("An offer without an answer is repeated, less and less often", () => {
  assert.equal(step({ answered: false, sinceTryMs: 2000 }), "wait");
  assert.equal(step({ answered: false, sinceTryMs: 3000 }), "repeat");
  assert.equal(step({ answered: false, sinceTryMs: 5000, repeats: 1 }), "wait");
  assert.equal(step({ answered: false, sinceTryMs: 15_000, repeats: 9 }), "repeat");
});

test("Delay and loss are told in three words", () => {
  assert.equal(rate({ rtt: 80, loss: 0 }), "good");
  assert.equal(rate({ rtt: 600, loss: 0 }), "weak");
  assert.equal(rate({ rtt: 80, loss: 6 }), "weak");
  assert.equal(rate({ rtt: 80, loss: 30 }), "bad");
  assert.equal(rate({ rtt: null, loss: null }), "good");
});

test("Quality falls at once and rises only after three good looks", () => {
  const quality = createQuality();
  assert.equal(quality.look({ loss: 30 }), true);
  assert.equal(quality.current, "bad");
  quality.look({ loss: 0 });
  quality.look({ loss: 0 });
  assert.equal(quality.current, "bad");
  assert.equal(quality.look({ loss: 0 }), true);
  assert.equal(quality.current, "good");
});

test("Loss between two readings needs enough packets to mean something", () => {
  assert.equal(compareReadings({ lost: 0, received: 0 }, { lost: 5, received: 95, rtt: 40 }).loss, 5);
  assert.equal(compareReadings({ lost: 0, received: 0 }, { lost: 1, received: 3, rtt: 40 }).loss, null);
});

test("Speech is gathered into spans for at least a minute, and short pauses do not cut it", () => {
  const talk = createTalk();
  for (let now = 0; now < 2000; now += 100) talk.hear(0.2, now);
  for (let now = 2000; now < 2500; now += 100) talk.hear(0, now);
  for (let now = 2500; now < 4000; now += 100) talk.hear(0.2, now);
  for (let now = 4000; now < 6000; now += 100) talk.hear(0, now);
  assert.equal(talk.take(16_000), null);
  assert.deepEqual(talk.take(60_000), [[0, 3900]]);
  assert.equal(talk.take(16_000), null);
});

test("A cough is not speech, and a muted microphone says nothing", () => {
  const talk = createTalk();
  talk.hear(0.9, 0);
  talk.hear(0.9, 100);
  for (let now = 200; now < 20_000; now += 100) talk.hear(0, now);
  assert.equal(talk.take(20_000), null);
});

test("Somebody who talks on and on is still written down", () => {
  const talk = createTalk();
  let taken = null;
  for (let now = 0; now <= 140_000 && !taken; now += 100) {
    talk.hear(0.2, now);
    taken = talk.take(now);
  }
  assert.ok(taken[0][1] - taken[0][0] >= 59_000);
});
