import assert from "node:assert/strict";
import test from "node:test";
import { cropBox, judge, measure } from "../../farward/web/static/js/still_check.js";
import { MOST_BYTES, mostBytes, paceOf, putPaced } from "../../farward/web/static/js/still_send.js";

/** A picture of these colours, asked for pixel by pixel. */
function picture(colour, width = 120, height = 90) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) data.set([...colour(x, y), 255], 4 * (y * width + x));
  return { data, width, height };
}

const skin = () => [170, 120, 95];
const spots = (soft) => (x, y) => {
  const away = Math.hypot((x % 30) - 15, (y % 30) - 15);
  const mix = Math.min(1, Math.max(0, (away - 8) / soft + 0.5));
  return [120 + 60 * mix, 50 + 75 * mix, 50 + 50 * mix];
};
const dim = (colour, by) => (x, y) => colour(x, y).map((part) => part * by);
const withPaper = (colour, paper) => (x, y) => (x < 20 ? paper : colour(x, y));

const judged = (colour) => judge(measure(picture(colour)));

test("a sharp picture is told from a blurred one", () => {
  assert.equal(judged(spots(1)).focus, "ok");
  assert.equal(judged(spots(14)).focus, "blurred");
  assert.equal(judged(skin).focus, "blurred");
});

test("too little light is said before anything else, and too much is said", () => {
  assert.deepEqual(judged(dim(spots(1), 0.3)), { light: "dark", focus: "ok", colour: "unknown" });
  assert.equal(judged(() => [250, 248, 247]).light, "bright");
  assert.equal(judged(spots(1)).light, "ok");
});

test("colours can be judged beside white paper, not in coloured light, and nothing is said of them without paper", () => {
  assert.equal(judged(withPaper(spots(1), [220, 218, 214])).colour, "ok");
  assert.equal(judged(withPaper(spots(1), [240, 205, 165])).colour, "tinted");
  assert.equal(judged(spots(1)).colour, "unknown");
  assert.equal(judged(() => [255, 120, 60]).colour, "unknown");
});

test("a cut lies within the picture wherever it is moved", () => {
  const whole = { width: 400, height: 300 };
  assert.deepEqual(cropBox(whole, {}), { x: 0, y: 0, width: 400, height: 300 });
  assert.deepEqual(cropBox(whole, { size: 50 }), { x: 100, y: 75, width: 200, height: 150 });
  assert.deepEqual(cropBox(whole, { size: 20, across: 100, down: 0 }), { x: 320, y: 0, width: 80, height: 60 });
  assert.deepEqual(cropBox({ width: 1, height: 1 }, { size: 20, across: 100, down: 100 }), { x: 0, y: 0, width: 1, height: 1 });
});

/** A server that takes pieces and may die: each answer is a status, or "cut" for a line that dies. */
function server(answers = []) {
  const got = new Uint8Array(10_000);
  const sent = [];
  let here = 0;
  return {
    sent,
    got: () => got.slice(0, here),
    async send(address, { body, headers }) {
      const answer = answers.shift() ?? 200;
      sent.push([Number(address.split("/").at(-1)), body.byteLength]);
      if (answer === "cut") throw new TypeError("no network");
      if (answer !== 200) return { ok: false, status: answer, json: async () => ({ message: "No." }) };
      got.set(new Uint8Array(body), here);
      here += body.byteLength;
      return { ok: true, status: 200, json: async () => ({ next: here < Number(headers["X-Farward-Size"]) ? here : null }) };
    },
  };
}

const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index % 251).buffer;
const still = { id: "a", bytes, sha256: "00", audience: "care" };

test("beside voice a picture goes in small pieces with long rests, and whole on a good link", async () => {
  const thin = server();
  const rests = [];
  let clock = 0;
  const put = putPaced("s", () => "voice", { send: thin.send, rest: async (ms) => rests.push(ms), now: () => (clock += 100) });
  assert.deepEqual(await put(still, async () => {}), { status: 200 });
  assert.deepEqual(thin.sent, [[0, 2048], [2048, 2048], [4096, 904]]);
  assert.deepEqual(rests, [300, 300]);
  assert.deepEqual(thin.got(), new Uint8Array(bytes));
  const wide = server();
  await putPaced("s", () => "hd", { send: wide.send })(still, async () => {});
  assert.deepEqual(wide.sent, [[0, 5000]]);
});

test("the pace follows the rung while a picture is on its way", async () => {
  const rungs = ["voice", "thumb"];
  const one = server();
  await putPaced("s", () => rungs.shift(), { send: one.send, rest: async () => {} })(still, async () => {});
  assert.deepEqual(one.sent, [[0, 2048], [2048, 2952]]);
  assert.ok(paceOf("voice").bytes < paceOf("thumb").bytes && paceOf("thumb").bytes < paceOf("hd").bytes);
  assert.equal(paceOf(null).rest, 0);
  assert.ok(mostBytes("voice") < mostBytes("video") && mostBytes(null) === MOST_BYTES);
});

test("after a cut it goes on at the byte where it stopped, and a damaged one begins again", async () => {
  const line = server([200, "cut"]);
  let kept = {};
  const keep = async (progress) => { kept = { ...kept, ...progress }; };
  const put = putPaced("s", () => "voice", { send: line.send, rest: async () => {} });
  await assert.rejects(put(still, keep));
  assert.deepEqual(kept, { next: 2048 });
  assert.deepEqual(await put({ ...still, ...kept }, keep), { status: 200 });
  assert.deepEqual(line.got(), new Uint8Array(bytes));
  const damaged = server([422]);
  assert.deepEqual(await putPaced("s", () => null, { send: damaged.send })({ ...still, next: 4096 }, keep), { status: 422, message: "No." });
  assert.deepEqual(kept, { next: 0 });
});
