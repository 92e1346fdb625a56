import assert from "node:assert/strict";
import { test } from "node:test";

import { leaseState } from "../../farward/web/static/js/kept.js";
import { openJournal } from "../../farward/web/static/js/journal.js";
import { importKey, seal, unseal } from "../../farward/web/static/js/sealing.js";
import { memoryStore, sealedStore } from "../../farward/web/static/js/store.js";
import { createUploads, memoryUploads } from "../../farward/web/static/js/upload.js";

const SECRET = "Cough with blood";
const keyOf = (number) => importKey(btoa(String.fromCharCode(...new Uint8Array(32).fill(number))));
const lies = async (store, name) => (await store.all(name)).map((row) => [JSON.stringify(row), Buffer.from(row.sealed ?? []).toString("latin1")].join());

test("What is sealed opens again, bytes and all, and its key cannot be taken out", async () => {
  const key = await keyOf(1);
  const row = await seal(key, "here", { words: SECRET, bytes: new Uint8Array([1, 2, 3]).buffer });
  const back = await unseal(key, "here", row);
  assert.equal(back.words, SECRET);
  assert.deepEqual([...new Uint8Array(back.bytes)], [1, 2, 3]);
  assert.equal(key.extractable, false);
  await assert.rejects(crypto.subtle.exportKey("raw", key));
});

test("It opens neither elsewhere nor with another key nor changed", async () => {
  const key = await keyOf(1);
  const row = await seal(key, "here", { words: SECRET });
  await assert.rejects(unseal(key, "there", row));
  await assert.rejects(unseal(await keyOf(2), "here", row));
  new Uint8Array(row.sealed)[0] ^= 1;
  await assert.rejects(unseal(key, "here", row));
});

test("A lease holds for its time, and a clock that was set back opens nothing", () => {
  const lease = { until: 7_000_000, seen: 3_000_000 };
  assert.equal(leaseState(lease, 3_000_001), "good");
  assert.equal(leaseState(lease, 2_900_000), "good");
  assert.equal(leaseState(lease, 7_000_000), "over");
  assert.equal(leaseState(lease, 1_000_000), "set_back");
});

test("A journal rests sealed and is the same when it is opened again", async () => {
  const [below, key] = [memoryStore(), await keyOf(1)];
  const journal = await openJournal({ seat: "s", store: await sealedStore(below, key, "s") });
  await journal.append("message", { text: SECRET });
  journal.receive({ t: "entries", after: 0, cursor: 4, entries: [{ seq: 4, id: "e", kind: "message", payload: { text: SECRET } }] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const name of ["outbox", "entries", "meta"]) assert.equal((await lies(below, name)).join().includes(SECRET), false);
  const again = await openJournal({ seat: "s", store: await sealedStore(below, key, "s") });
  assert.equal(again.pending()[0].payload.text, SECRET);
  assert.deepEqual([again.cursor, again.entries()[0].payload.text], [4, SECRET]);
});

test("What an earlier version kept in clear is sealed and not lost", async () => {
  const [below, key] = [memoryStore(), await keyOf(1)];
  await below.put("outbox", { id: "a", kind: "message", audience: "room", at: "now", payload: { text: SECRET } });
  await below.put("meta", { key: "cursor", value: 3 });
  const journal = await openJournal({ seat: "s", store: await sealedStore(below, key, "s") });
  assert.deepEqual([journal.pending()[0].payload.text, journal.cursor], [SECRET, 3]);
  assert.equal((await lies(below, "outbox")).join().includes(SECRET), false);
});

test("With another key nothing opens: the replica is loaded anew, and what was not sent waits for its own key", async () => {
  const [below, key] = [memoryStore(), await keyOf(1)];
  const first = await sealedStore(below, key, "s");
  await first.put("outbox", { id: "a", kind: "message", payload: { text: SECRET } });
  await first.put("entries", { seq: 1, id: "b", kind: "message", payload: {} });
  await first.put("meta", { key: "cursor", value: 1 });
  const other = await openJournal({ seat: "s", store: await sealedStore(below, await keyOf(2), "s") });
  assert.deepEqual([other.cursor, other.entries(), other.pending()], [0, [], []]);
  const again = await openJournal({ seat: "s", store: await sealedStore(below, key, "s") });
  assert.equal(again.pending()[0].payload.text, SECRET);
});

test("On a full device words that must be kept are not said to be kept, and the rest stays in memory", async () => {
  const full = { ...memoryStore(), put: async () => { throw new DOMException("full", "QuotaExceededError"); } };
  const journal = await openJournal({ seat: "s", store: full });
  let told = 0;
  journal.on("memory", () => { told += 1; });
  await assert.rejects(journal.append("message", { text: SECRET }, { sure: true }));
  assert.deepEqual([journal.pending(), told], [[], 0]);
  await journal.append("note.update", { update: "" });
  assert.deepEqual([journal.pending().length, told], [1, 1]);
});

test("A picture waits for its turn in the queue", async () => {
  let open;
  const turn = new Promise((resolve) => { open = resolve; });
  const sent = [];
  const journal = { entries: () => [], drafts: () => [], append: async () => {} };
  const queue = { report: (...told) => sent.push(told), turn: () => turn };
  const uploads = await createUploads({ journal, store: memoryUploads(), queue, put: async () => { sent.push("put"); return { status: 200 }; } });
  await uploads.add({ id: "a", bytes: new Uint8Array(3), audience: "care" });
  assert.deepEqual(sent.at(-1), ["pictures", { count: 1, bytes: 3 }]);
  open();
  await uploads.settled();
  assert.ok(sent.includes("put"));
  assert.deepEqual(sent.at(-1), ["pictures", { count: 0, bytes: 0 }]);
});
