import assert from "node:assert/strict";
import test from "node:test";
import { linesOf } from "../../farward/web/static/js/hand_in_lines.js";

const nothing = { recordings: [], stills: [], clips: [], drafts: [] };
const lines = (some) => linesOf({ ...nothing, ...some });
const still = (bytes, more = {}) => ({ bytes: new Uint8Array(bytes), ...more });

test("a device that has sent everything has nothing to say", () => {
  assert.deepEqual(lines({}), []);
});

test("recordings and pictures are told with what they weigh together", () => {
  assert.deepEqual(lines({ recordings: [3_200_000] }), [{ key: "recording", values: { count: 1, mb: "3.2" }, why: "" }]);
  const [both, pictures] = lines({ recordings: [3_000_000, 1_500_000], stills: [still(20_000), still(30_000)] });
  assert.deepEqual([both.key, both.values], ["recordings", { count: 2, mb: "4.5" }]);
  assert.deepEqual([pictures.key, pictures.values], ["stills", { count: 2, mb: "0.05" }]);
});

test("a picture that the server will not have stands by itself, with the reason", () => {
  const found = lines({ stills: [still(200_000), still(300_000, { refused: "Too many pictures." })] });
  assert.deepEqual(found.map(({ key, values, why }) => [key, values.mb, why]), [["still", "0.2", ""], ["still", "0.3", "Too many pictures."]]);
});

test("refused words are shown with the reason, waiting ones are only counted, and nobody hears of what a device noted", () => {
  const drafts = [
    { state: "local", kind: "consent", payload: {} },
    { state: "local", kind: "recording.stopped", payload: {} },
    { state: "local", kind: "talk", payload: {}, quiet: true },
    { state: "refused", kind: "message", payload: { text: "Thank you" }, message: "This visit is closed." },
  ];
  assert.deepEqual(lines({ drafts }), [
    { key: "draft", values: {}, why: "" },
    { key: "refused", values: { text: "Thank you" }, why: "This visit is closed." },
  ]);
  assert.deepEqual(lines({ drafts: drafts.slice(2, 3) }), []);
});
