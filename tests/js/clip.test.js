import assert from "node:assert/strict";
import test from "node:test";
import { CLIP, PIECE, length, putInPieces } from "../../farward/web/static/js/clip.js";
import { createUploads, memoryUploads } from "../../farward/web/static/js/upload.js";

const clip = (size = PIECE * 2 + 5) => ({
  id: "c", ms: 4200, bytes: new ArrayBuffer(size), sha256: "00", audience: "room",
});

/** A server that wants piece after piece, and whose network fails at the requests named. */
function server(pieces, failing = []) {
  const asked = [];
  return {
    asked,
    send: async (address, { body }) => {
      asked.push([Number(address.split("/").at(-1)), body.byteLength]);
      if (failing.includes(asked.length)) throw new TypeError("no network");
      const next = asked.at(-1)[0] + 1;
      return new Response(JSON.stringify({ next: next < pieces ? next : null }), { status: 200 });
    },
  };
}

const journal = () => {
  const entries = [];
  return { entries: () => entries, drafts: () => [], append: async (kind, payload, { audience }) => { entries.push({ kind, payload, audience }); } };
};

test("a clip is sent in pieces and its entry written once it is whole", async () => {
  const { asked, send } = server(3);
  const written = journal();
  const made = await createUploads({ journal: written, store: memoryUploads(), put: putInPieces("s", send), what: CLIP });
  await made.add(clip());
  await made.settled();
  assert.deepEqual(asked, [[0, PIECE], [1, PIECE], [2, 5]]);
  assert.deepEqual(written.entries(), [{ kind: "clip", audience: "room", payload: { clip: "c", ms: 4200, size: PIECE * 2 + 5 } }]);
});

test("after a cut only the piece that was on its way is sent again", async () => {
  const { asked, send } = server(3, [3]);
  const made = await createUploads({ journal: journal(), store: memoryUploads(), put: putInPieces("s", send), what: CLIP, pause: async () => {} });
  await made.add(clip());
  await made.settled();
  assert.deepEqual(asked.map(([number]) => number), [0, 1, 2, 2]);
  assert.deepEqual(made.pending(), []);
});

test("a page that is opened again goes on at the piece that was wanted next", async () => {
  const store = memoryUploads();
  await store.put({ ...clip(), next: 2 });
  const { asked, send } = server(3);
  await (await createUploads({ journal: journal(), store, put: putInPieces("s", send), what: CLIP })).settled();
  assert.deepEqual(asked, [[2, 5]]);
});

test("a damaged clip begins again", async () => {
  const kept = [];
  const send = async () => new Response(JSON.stringify({ message: "damaged" }), { status: 422 });
  const answer = await putInPieces("s", send)({ ...clip(), next: 2 }, async (progress) => kept.push(progress));
  assert.deepEqual([answer.status, kept], [422, [{ next: 0 }]]);
});

test("a length reads as minutes and seconds", () => {
  assert.deepEqual([length(7_000), length(65_400), length(120_000)], ["0:07", "1:05", "2:00"]);
});
