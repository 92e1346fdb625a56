import assert from "node:assert/strict";
import { test } from "node:test";

import { emitter } from "../../farward/web/static/js/events.js";
import { ORDER, byImportance, classOf } from "../../farward/web/static/js/order.js";
import { SMALL_BYTES, createQueue, isMetered } from "../../farward/web/static/js/queue.js";
import { createReplica } from "../../farward/web/static/js/replica.js";

function journalStub(kinds = []) {
  const events = emitter();
  let drafts = kinds.map((kind, index) => ({ id: String(index), kind, state: "local", payload: {} }));
  return {
    on: events.on,
    pending: () => drafts,
    empty() { drafts = []; events.emit("pending", drafts); },
  };
}

/** Whether a promise is settled by now. */
const isDone = async (promise) => Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(resolve, 1, false))]);

test("Consent and messages leave first, then the note, then marks, whatever was written first", () => {
  const replica = createReplica();
  const written = ["note.update", "mark", "message", "rung", "note.submit", "consent"];
  written.forEach((kind, index) => replica.keep({ id: `0${index}`, kind, audience: "care", at: "now", payload: {} }));
  assert.deepEqual(replica.nextBatch().map(({ kind }) => kind), ["message", "consent", "note.update", "note.submit", "mark", "rung"]);
});

test("Within a class what was written first is sent first, and what nobody has classed goes with the words", () => {
  assert.deepEqual([{ id: "2", kind: "message" }, { id: "1", kind: "answer" }].sort(byImportance).map(({ id }) => id), ["1", "2"]);
  assert.equal(classOf("something.new"), "words");
  assert.ok(ORDER.indexOf("recordings") > ORDER.indexOf("pictures"));
});

test("Pictures wait for words, recordings for pictures", async () => {
  const journal = journalStub(["message"]);
  const queue = createQueue({ journal, metered: () => false });
  queue.report("pictures", { count: 1, bytes: 500 });
  const [picture, recording] = [queue.turn("pictures"), queue.turn("recordings")];
  assert.deepEqual([await isDone(picture), await isDone(recording)], [false, false]);
  journal.empty();
  assert.deepEqual([await isDone(picture), await isDone(recording)], [true, false]);
  queue.report("pictures", { count: 0, bytes: 0 });
  assert.equal(await isDone(recording), true);
});

test("On a link that is paid for much waits until the person allows it, and words never do", async () => {
  const queue = createQueue({ journal: journalStub(), metered: () => true });
  queue.report("pictures", { count: 1, bytes: SMALL_BYTES });
  assert.equal(await isDone(queue.turn("pictures")), true);
  queue.report("pictures", { count: 2, bytes: SMALL_BYTES + 1 });
  const turn = queue.turn("pictures");
  assert.deepEqual([await isDone(turn), queue.status().held, await isDone(queue.turn("clips"))], [false, true, true]);
  queue.allow();
  assert.deepEqual([await isDone(turn), queue.status().held], [true, false]);
});

test("How much is left is counted from when the queue was last empty", () => {
  const journal = journalStub(["message", "note.update"]);
  const queue = createQueue({ journal, metered: () => false });
  queue.report("pictures", { count: 2, bytes: 1_200_000 });
  assert.deepEqual([queue.status().left, queue.status().most], [4, 4]);
  journal.empty();
  const { left, most, bytes } = queue.status();
  assert.deepEqual([left, most, bytes], [2, 4, 1_200_000]);
  queue.report("pictures", { count: 0, bytes: 0 });
  assert.deepEqual([queue.status().left, queue.status().most], [0, 0]);
});

test("A link is paid for where the browser says mobile data or the person saves data", () => {
  assert.deepEqual([undefined, { type: "wifi" }, { type: "cellular" }, { saveData: true }].map(isMetered), [false, false, true, true]);
});
