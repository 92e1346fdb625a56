import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { admit, nobody } from "../../farward/web/static/js/admit.js";

const { patience } = JSON.parse(readFileSync(new URL("ladder_table.json", import.meta.url), "utf-8"));
const OSEI = { seat: "osei", far: true, moving: false, lateMs: 0, first: false };
const RIVERA = { ...OSEI, seat: "rivera" };

/** Who is held in each of so many seconds; `of(second, held)` is who is there, and hears who was held before. */
function run(seconds, of) {
  let [state, held] = [nobody, []];
  return Array.from({ length: seconds }, (_, second) => {
    ({ state, held } = admit(Object.freeze(state), { at: second * 1000, peers: of(second, held) }, patience));
    return held.join();
  });
}

test("While nothing moves nobody is held, and where paths answer fast nobody ever is", () => {
  assert.ok(run(9, () => [OSEI, RIVERA]).every((held) => held === ""));
  assert.ok(run(9, () => [OSEI, RIVERA].map((peer) => ({ ...peer, far: false, moving: true, lateMs: 900 }))).every((held) => held === ""));
});

test("On a far path a second picture waits until the first has been calm", () => {
  const all = run(60, () => [{ ...OSEI, moving: true }, RIVERA]);
  assert.deepEqual([all[0], all[31], all[33]], ["rivera", "rivera", ""]);
  const uneasy = run(60, (second) => [{ ...OSEI, moving: true }, { ...RIVERA, lateMs: second === 20 ? 400 : 0 }]);
  assert.deepEqual([uneasy[51], uneasy[53]], ["rivera", ""]);
});

test("Where all voices come in late the last picture goes, and waits twice as long", () => {
  const all = run(150, (second, held) => [OSEI, RIVERA].map((peer) => ({ ...peer, moving: !held.includes(peer.seat), lateMs: second === 40 ? 900 : 0 })));
  assert.deepEqual([all[39], all[41], all[103], all[105]], ["", "rivera", "rivera", ""]);
  const one = run(60, (second) => [{ ...OSEI, moving: true }, { ...RIVERA, moving: true, lateMs: second > 40 ? 900 : 0 }]);
  assert.ok(one.every((held) => held === ""), "one that is late by itself has its own ladder");
});

test("Of two that began at once the one that comes before all others stays", () => {
  const all = run(6, () => [OSEI, { ...RIVERA, first: true }].map((peer) => ({ ...peer, moving: true, lateMs: 900 })));
  assert.equal(all.at(-1), "osei");
  assert.equal(run(6, () => [OSEI, RIVERA].map((peer) => ({ ...peer, moving: true, lateMs: 900 }))).at(-1), "rivera");
});

test("Who is gone holds nobody up", () => {
  const all = run(9, (second) => (second < 5 ? [{ ...OSEI, moving: true }, RIVERA] : [RIVERA]));
  assert.deepEqual([all[4], all[8]], ["rivera", ""]);
});
