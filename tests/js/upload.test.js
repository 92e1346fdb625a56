import assert from "node:assert/strict";
import test from "node:test";
import { createUploads, memoryUploads, sha256Hex } from "../../farward/web/static/js/upload.js";

/** A journal that only remembers what was appended. */
function journalStub() {
  const entries = [];
  return {
    entries: () => entries,
    drafts: () => [],
    append: async (kind, payload, { audience }) => { entries.push({ kind, payload, audience }); },
  };
}

const still = (id = "a") => ({
  id, shows: "seat", width: 640, height: 480, bytes: new Uint8Array([1, 2, 3]), caption: "", audience: "care", sha256: "00",
});

/** Uploads whose sender answers from a list, the last answer again and again. */
async function uploads(answers, { store = memoryUploads(), journal = journalStub() } = {}) {
  const sent = [];
  const put = async (one) => {
    sent.push(one.id);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === "offline") throw new TypeError("no network");
    return answer;
  };
  const made = await createUploads({ journal, store, put, pause: async () => {} });
  return { made, sent, store, journal };
}

test("a picture leaves the device only once the server has it, and then its entry is written", async () => {
  const { made, store, journal } = await uploads([{ status: 200 }]);
  await made.add(still());
  await made.settled();
  assert.deepEqual([made.pending(), await store.all()], [[], []]);
  assert.deepEqual(journal.entries()[0], {
    kind: "still", audience: "care", payload: { capture: "a", shows: "seat", width: 640, height: 480, size: 3 },
  });
});

test("what the journal knows of is not shown as waiting too", async () => {
  const journal = journalStub();
  const { append } = journal;
  const seen = [];
  const { made } = await uploads([{ status: 200 }], { journal });
  journal.append = async (...entry) => { await append(...entry); seen.push(made.pending().length); };
  await made.add(still());
  await made.settled();
  assert.deepEqual(seen, [0]);
});

test("a picture is sent again until the network is back", async () => {
  const { made, sent } = await uploads(["offline", "offline", { status: 503 }, { status: 200 }]);
  await made.add(still());
  await made.settled();
  assert.equal(sent.length, 4);
});

test("a refused picture stays on the device with the reason and is not sent again by itself", async () => {
  const { made, sent, journal } = await uploads([{ status: 403, message: "Ask first." }]);
  await made.add(still());
  await made.settled();
  assert.equal(made.pending()[0].refused, "Ask first.");
  assert.deepEqual([sent.length, journal.entries().length], [1, 0]);
});

test("a refused picture can be tried again after consent", async () => {
  const { made, journal } = await uploads([{ status: 403, message: "Ask first." }, { status: 200 }]);
  await made.add(still());
  await made.settled();
  await made.retry("a");
  await made.settled();
  assert.equal(journal.entries().length, 1);
});

test("a page that died after the upload and before the entry writes the entry once", async () => {
  const store = memoryUploads();
  await store.put(still());
  const journal = journalStub();
  await (await uploads([{ status: 200 }], { store, journal })).made.settled();
  await store.put(still());
  await (await uploads([{ status: 200 }], { store, journal })).made.settled();
  assert.equal(journal.entries().length, 1);
});

test("the check sum is SHA-256 in hex", async () => {
  assert.equal(await sha256Hex(new TextEncoder().encode("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
