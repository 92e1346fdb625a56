import assert from "node:assert/strict";
import { test } from "node:test";

import { createHearsay } from "../../farward/web/static/js/hearsay.js";

const hearsay = () => createHearsay({ rungs: ["voice", "hd"], now: () => 7 });

test("As long as nothing was said, everything may come", () => {
  const said = hearsay();
  assert.equal(said.brings("video"), true);
  assert.equal(said.take({ carries: ["audio"] }), true);
  assert.equal(said.brings("video"), false);
  assert.equal(said.take({ carries: ["audio"] }), false);
  said.forget();
  assert.equal(said.brings("video"), true);
});

test("What is no kind of media, no rung and no share is not taken in", () => {
  const said = hearsay();
  said.take({ carries: ["video", "money", 3], ask: "everything", missed: 7 });
  assert.deepEqual([said.carries, said.asked, said.missed], [["video"], null, null]);
  said.take({ carries: "audio", ask: "hd", missed: 0.2 });
  assert.deepEqual([said.carries, said.asked, said.missed], [["video"], "hd", { share: 0.2, at: 7 }]);
});
