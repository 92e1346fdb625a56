import assert from "node:assert/strict";
import test from "node:test";
import { createTiles, minutesSince } from "../../farward/web/static/js/tiles_state.js";

const tile = (n, changes = {}) => ({ n, seat: `s${n}`, need: 4, hand: 0, waits: 0, since: 100, starts: 50, ...changes });

test("changes are put on top of what was known", () => {
  const tiles = createTiles();
  tiles.take({ t: "tiles", tiles: [tile(1), tile(2)] });
  assert.equal(tiles.take({ t: "changes", tiles: [{ n: 2, link: "weak" }], gone: [1] }), true);
  assert.deepEqual(tiles.inOrder(), [tile(2, { link: "weak" })]);
});

test("everything anew forgets what was before", () => {
  const tiles = createTiles();
  tiles.take({ t: "tiles", tiles: [tile(1)] });
  tiles.take({ t: "tiles", tiles: [tile(2)] });
  assert.deepEqual(tiles.inOrder().map((one) => one.n), [2]);
});

test("a frame of another kind changes nothing", () => {
  assert.equal(createTiles().take({ t: "beat" }), false);
});

test("those who need someone come first, and who has waited longest among them", () => {
  const tiles = createTiles();
  tiles.take({ t: "tiles", tiles: [tile(1), tile(2, { need: 0, hand: 300 }), tile(3, { need: 0, hand: 200 }), tile(4, { need: 2, waits: 9 })] });
  assert.deepEqual(tiles.inOrder().map((one) => one.n), [3, 2, 4, 1]);
});

test("minutes are whole and never negative", () => {
  assert.equal(minutesSince(100, 100_000 + 119_000), 1);
  assert.equal(minutesSince(100, 0), 0);
});
