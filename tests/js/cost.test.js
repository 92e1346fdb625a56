import assert from "node:assert/strict";
import { test } from "node:test";

import { lowerOf, megabytesOf, priceOf, roundMb, rungFor } from "../../farward/web/static/js/cost.js";

const TABLE = {
  rungs: ["text", "voice", "video", "hd"],
  megabytesPerMinute: {
    text: { up: 0, down: 0 },
    voice: { up: 0.1, down: 0.1 },
    video: { up: 1.5, down: 1.5 },
    hd: { up: 9, down: 9 },
  },
};

test("a visit weighs what is sent to each and what is heard from each", () => {
  assert.equal(megabytesOf(TABLE, { minutes: 30, up: 2, down: 2 }, "voice"), 12);
  assert.equal(megabytesOf(TABLE, { minutes: 30, up: 0, down: 2 }, "voice"), 6, "who watches sends nothing");
  assert.equal(megabytesOf(TABLE, { minutes: 30, up: 2, down: 2 }, "text"), 0);
});

test("the link is never filled to the brim", () => {
  const one = { up: 1, down: 1 };
  assert.equal(rungFor(TABLE, one, 10_000), "hd");
  assert.equal(rungFor(TABLE, one, 290), "video");
  assert.equal(rungFor(TABLE, one, 210), "voice");
  assert.equal(rungFor(TABLE, one, 0), "text");
  assert.equal(rungFor(TABLE, { up: 4, down: 4 }, 290), "voice", "four others share it");
});

test("a choice lowers and never raises", () => {
  assert.equal(lowerOf(TABLE, "voice", "hd"), "voice");
  assert.equal(lowerOf(TABLE, "hd", "voice"), "voice");
  assert.equal(lowerOf(TABLE, null, "hd"), "hd");
  assert.equal(lowerOf(TABLE, "gone", "hd"), "hd", "a rung of another day counts for nothing");
});

test("megabytes and prices are written as people write them", () => {
  assert.deepEqual([roundMb(0.04), roundMb(3.14), roundMb(31.4)], [0, 3.1, 31]);
  assert.match(priceOf(40, { perMb: 0.25, currency: "KES" }, "en"), /KES\s10\.00/);
  assert.match(priceOf(4000.1, { perMb: 0.25, currency: "KES" }, "en"), /KES\s1,000$/);
  assert.equal(priceOf(40, { perMb: 0.25, currency: "no" }, "en"), "10.00 no");
  assert.equal(priceOf(40, null), null);
});
