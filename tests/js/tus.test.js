import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { nextPiece, upload } from "../../farward/web/static/js/tus.js";

const DATA = Uint8Array.from({ length: 300_000 }, (_none, index) => (index * 7919) % 251);
const source = (bytes = DATA) => ({ size: bytes.length, slice: async (start, end) => new Blob([bytes.slice(start, end)]) });

/** A server of the protocol with one upload at a time; `fates` say what happens to the requests, one after the other. */
function server(fates = []) {
  const state = { uploads: new Map(), asked: [], sums: 0 };
  const answer = (status, headers = {}, text = "") => new Response(status === 204 ? null : text, { status, headers });

  function carryOut(path, { method, headers, body }) {
    if (method === "POST") {
      const location = `/s/one/uploads/${state.uploads.size + 1}`;
      state.uploads.set(location, { length: Number(headers["Upload-Length"]), bytes: [] });
      return answer(201, { Location: location });
    }
    const found = state.uploads.get(path);
    if (!found) return answer(410);
    if (method === "HEAD") return answer(200, { "Upload-Offset": String(found.bytes.length), "Upload-Length": String(found.length) });
    if (Number(headers["Upload-Offset"]) !== found.bytes.length) return answer(409);
    const sum = createHash("sha256").update(new Uint8Array(body)).digest("base64");
    assert.equal(headers["Upload-Checksum"], `sha256 ${sum}`);
    state.sums += 1;
    found.bytes.push(...new Uint8Array(body));
    return answer(204, { "Upload-Offset": String(found.bytes.length) });
  }

  state.send = async (url, request) => {
    const path = new URL(url).pathname;
    state.asked.push(`${request.method} ${path}`);
    assert.equal(request.headers["Tus-Resumable"], "1.0.0");
    const fate = fates.shift();
    if (fate === "cut") throw new TypeError("network");
    if (typeof fate === "number") return answer(fate, {}, "a plain sentence");
    const made = carryOut(path, request);
    if (fate === "answer lost") throw new TypeError("network");
    return made;
  };
  return state;
}

/** Call again as long as another try may end otherwise. */
async function persist(state, { location = null, ...options } = {}) {
  for (let tries = 0; tries < 30; tries += 1) {
    try {
      return await upload({ address: "/s/one/uploads/", source: source(), type: "video/webm", location, send: state.send, keep: (found) => { location = found; }, ...options });
    } catch (error) {
      if (error.final) throw error;
    }
  }
  throw new Error("it never ended");
}

test("an upload arrives whole, each piece with its check sum", async () => {
  const state = server();
  const location = await persist(state);
  assert.deepEqual(state.uploads.get(location).bytes, [...DATA]);
  assert.ok(state.sums >= 2);
});

test("whatever is cut, the same upload goes on and the bytes are the same", async () => {
  const fates = ["ok", "ok", "cut", "cut", "answer lost", "ok", "answer lost", 500, "ok", 460];
  const state = server(fates);
  const location = await persist(state);
  assert.deepEqual(state.uploads.get(location).bytes, [...DATA]);
  assert.equal(state.asked.filter((line) => line.startsWith("POST")).length, 1);
});

test("an offset that is not the server's is asked for and the old upload goes on", async () => {
  const state = server(["ok", 409]);
  const location = await persist(state);
  assert.equal(location, "/s/one/uploads/1");
  assert.ok(state.asked.includes("HEAD /s/one/uploads/1"));
});

test("an upload that was given up begins again", async () => {
  const state = server();
  const location = await persist(state, { location: "/s/one/uploads/long-ago" });
  assert.deepEqual(state.uploads.get(location).bytes, [...DATA]);
  assert.deepEqual(state.asked.slice(0, 2), ["HEAD /s/one/uploads/long-ago", "POST /s/one/uploads/"]);
});

for (const status of [403, 404, 410, 413, 415]) {
  test(`a server that says ${status} to a beginning is not asked again, and says why`, async () => {
    await assert.rejects(persist(server([status])), { final: true, status, message: "a plain sentence" });
  });
}

test("a consent taken back in the middle ends it", async () => {
  await assert.rejects(persist(server(["ok", 403])), { final: true, status: 403 });
});

test("what cannot be read from this device any more ends it", async () => {
  const broken = { size: 10, slice: async () => { throw Object.assign(new Error("missing"), { final: true }); } };
  await assert.rejects(persist(server(), { source: broken }), { final: true, status: 0 });
});

test("no piece goes before it may", async () => {
  const state = server();
  let waited = 0;
  await persist(state, { wait: async () => { waited += 1; } });
  assert.equal(waited, state.asked.filter((line) => line.startsWith("PATCH")).length);
});

test("pieces grow with the line and shrink with it", () => {
  assert.equal(nextPiece(64 * 1024, 100), 128 * 1024);
  assert.equal(nextPiece(64 * 1024, 26_000), 16 * 1024);
  assert.equal(nextPiece(1024 * 1024, 1), 1024 * 1024);
  assert.equal(nextPiece(64 * 1024, 8000), 32 * 1024);
});
