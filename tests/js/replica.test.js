import assert from "node:assert/strict";
import { test } from "node:test";

import { uuid7 } from "../../farward/web/static/js/ids.js";
import { openJournal } from "../../farward/web/static/js/journal.js";
import { BATCH_ENTRIES, createReplica } from "../../farward/web/static/js/replica.js";
import { memoryStore } from "../../farward/web/static/js/store.js";

const entry = (seq, id = `e${seq}`) => ({ seq, id, kind: "message", author: "seat:a", audience: "room", payload: { text: id } });
const draft = (id) => ({ id, kind: "message", audience: "room", at: "2026-11-24T10:00:00Z", payload: { text: id } });

test("Entries stand in the server's order however they come", () => {
  const replica = createReplica();
  replica.merge([entry(5), entry(2)], 5);
  replica.merge([entry(3), entry(5), entry(1)], 5);
  assert.deepEqual(replica.entries().map(({ seq }) => seq), [1, 2, 3, 5]);
});

test("A page that comes twice adds nothing", () => {
  const replica = createReplica();
  assert.equal(replica.merge([entry(1)], 1).added.length, 1);
  assert.equal(replica.merge([entry(1)], 1).added.length, 0);
});

test("The cursor follows what was looked at, also where nothing was for this reader, and never goes back", () => {
  const replica = createReplica();
  replica.merge([], 40);
  replica.merge([entry(7)], 7);
  assert.equal(replica.cursor, 40);
});

test("A draft waits, is sent on acknowledgement, and becomes an entry once it comes back", () => {
  const replica = createReplica();
  replica.keep(draft("a"));
  assert.equal(replica.pending()[0].state, "local");
  assert.deepEqual(replica.accept([["a", 9]]), ["a"]);
  assert.equal(replica.pending().length, 0);
  assert.equal(replica.drafts()[0].state, "sent");
  assert.deepEqual(replica.merge([entry(9, "a")], 9).settled, ["a"]);
  assert.equal(replica.drafts().length, 0);
});

test("An entry that comes back before its acknowledgement settles the draft as well", () => {
  const replica = createReplica();
  replica.keep(draft("a"));
  replica.merge([entry(3, "a")], 3);
  assert.deepEqual(replica.accept([["a", 3]]), []);
  assert.equal(replica.drafts().length, 0);
  assert.equal(replica.entries().length, 1);
});

test("A draft that the journal already holds is not kept again, as when two windows share an outbox", () => {
  const replica = createReplica();
  replica.merge([entry(3, "a")], 3);
  assert.equal(replica.keep(draft("a")), false);
});

test("A refused draft stays with its reason, is not sent again, and goes when dropped", () => {
  const replica = createReplica();
  replica.keep(draft("a"));
  const [refused] = replica.refuse([{ id: "a", code: "not_allowed", message: "No." }]);
  assert.equal(refused.message, "No.");
  assert.deepEqual(replica.nextBatch(), []);
  assert.equal(replica.pending()[0].state, "refused");
  replica.drop("a");
  assert.equal(replica.pending().length, 0);
});

test("A batch carries the oldest drafts and no more than the server takes", () => {
  const replica = createReplica();
  for (let count = 0; count < BATCH_ENTRIES + 10; count += 1) replica.keep(draft(String(count).padStart(5, "0")));
  const batch = replica.nextBatch();
  assert.equal(batch.length, BATCH_ENTRIES);
  assert.equal(batch[0].id, "00000");
  assert.deepEqual(Object.keys(batch[0]), ["id", "kind", "audience", "at", "payload"]);
});

test("Large drafts travel in several batches, and a single one that is too large still goes alone", () => {
  const replica = createReplica();
  const large = { ...draft("a"), payload: { update: "x".repeat(200_000) } };
  replica.keep(large);
  replica.keep({ ...large, id: "b" });
  assert.deepEqual(replica.nextBatch().map(({ id }) => id), ["a"]);
});

test("Ids are version 7 and grow, also within one millisecond and when the clock steps back", () => {
  const ids = [uuid7(1000), uuid7(1000), uuid7(900), uuid7(2000)];
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(Array.from({ length: 10_000 }, () => uuid7(5000))).size, 10_000);
});

test("What is appended is in the store before the promise resolves, and survives a reload", async () => {
  const store = memoryStore();
  const before = await openJournal({ seat: "s", store });
  const id = await before.append("message", { text: "Hello" }, { audience: "room" });
  assert.deepEqual((await store.all("outbox")).map((row) => row.id), [id]);
  const after = await openJournal({ seat: "s", store });
  assert.equal(after.pending()[0].id, id);
  assert.equal(after.batch().entries[0].payload.text, "Hello");
});

test("Only one batch is under way at a time, and one that was not answered is sent again", async () => {
  const journal = await openJournal({ seat: "s", store: memoryStore() });
  await journal.append("message", { text: "Hello" }, { audience: "room" });
  const first = journal.batch();
  assert.equal(journal.batch(), null);
  journal.release();
  assert.deepEqual(journal.batch().entries, first.entries);
});

test("An acknowledgement empties the outbox on disk and a refusal is kept there", async () => {
  const store = memoryStore();
  const journal = await openJournal({ seat: "s", store });
  const good = await journal.append("message", { text: "Good" }, { audience: "room" });
  const bad = await journal.append("message", { text: "Bad" }, { audience: "staff" });
  const { n } = journal.batch();
  const told = [];
  journal.on("refused", (entry) => told.push(entry.id));
  journal.receive({ t: "ack", n, accepted: [[good, 12]], refused: [{ index: 1, id: null, code: "not_allowed", message: "No." }] });
  assert.deepEqual(told, [bad]);
  await Promise.resolve();
  assert.deepEqual((await store.all("outbox")).map((row) => [row.id, row.state]), [[bad, "refused"]]);
});

test("Entries are stamped with the server's time, whatever this device's clock says", async () => {
  const journal = await openJournal({ seat: "s", store: memoryStore(), clock: () => Date.parse("2020-01-01T00:00:00Z") });
  journal.receive({ t: "welcome", now: "2026-11-24T10:00:00Z", seq: 0 });
  await journal.append("message", { text: "Hello" }, { audience: "room" });
  assert.equal(journal.pending()[0].at, "2026-11-24T10:00:00.000Z");
});

test("A store that fails says so and the entry is still sent", async () => {
  const store = { ...memoryStore(), put: async () => { throw new Error("full"); } };
  const journal = await openJournal({ seat: "s", store });
  let warned = 0;
  journal.on("memory", () => (warned += 1));
  await journal.append("message", { text: "Hello" }, { audience: "room" });
  assert.equal(warned, 1);
  assert.equal(journal.batch().entries.length, 1);
});

test("A page from further on is not taken: what lies between would be missing for ever", async () => {
  const journal = await openJournal({ seat: "a", store: memoryStore() });
  journal.receive({ t: "entries", after: 0, entries: [entry(1)], cursor: 1 });
  journal.receive({ t: "entries", after: 5, entries: [entry(6)], cursor: 6 });
  assert.equal(journal.cursor, 1);
  journal.receive({ t: "entries", after: 1, entries: [entry(3), entry(6)], cursor: 6 });
  assert.deepEqual(journal.entries().map(({ seq }) => seq), [1, 3, 6]);
});
