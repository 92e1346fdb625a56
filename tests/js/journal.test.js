/** What of the journal on this device somebody is told of. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { openJournal } from "../../farward/web/static/js/journal.js";
import { memoryStore } from "../../farward/web/static/js/store.js";

test("Nobody is told that what the device noted by itself waits here", async () => {
  const store = memoryStore();
  const journal = await openJournal({ seat: "one", store });
  await journal.append("message", { text: "Hello" });
  await journal.append("talk", { spoke: 12 });
  await journal.append("rung", { from: "video", to: "voice", reason: "bandwidth" });
  assert.equal(journal.unsent(), 1);
  assert.equal(journal.batch().entries.length, 3, "all three are sent");
  assert.equal((await openJournal({ seat: "one", store })).found, 1, "and after a new start too");
});
