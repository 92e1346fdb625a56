import assert from "node:assert/strict";
import { test } from "node:test";

import { rankCodecs } from "../../farward/web/static/js/codecs.js";
import { PIECE_BYTES, createGathering, createStills, cutStill, paceOf, pictureType } from "../../farward/web/static/js/stills.js";

const picture = (size) => {
  const bytes = new Uint8Array(size).map((_, index) => index % 251);
  bytes.set([0xff, 0xd8, 0xff]);
  return bytes;
};

/** A channel, and time that moves only when told. */
function setUp({ mayReceive = () => true, maySend = () => true } = {}) {
  const seen = [];
  const jobs = [];
  const timers = { setTimeout: (fn, ms, ...given) => jobs.push(() => fn(...given)), clearTimeout: () => jobs.splice(0) };
  const channel = { readyState: "open", bufferedAmount: 0, sent: [], send: (piece) => channel.sent.push(piece) };
  const stills = createStills({ mayReceive, maySend, onStill: (blob) => seen.push(blob), timers });
  stills.attach(channel);
  return { stills, channel, seen, pass: () => jobs.shift()?.(), arrive: (piece) => channel.onmessage({ data: piece.buffer }) };
}

test("A picture comes out of its pieces as it went in", () => {
  const bytes = picture(4000);
  const pieces = cutStill(bytes, 300);
  assert.equal(pieces.length, Math.ceil(4000 / PIECE_BYTES));
  const gathering = createGathering();
  assert.deepEqual(pieces.map((piece) => gathering.take(piece)).at(-1), bytes);
});

test("A picture with a piece missing is forgotten, and the next one is whole", () => {
  const gathering = createGathering();
  const torn = cutStill(picture(4000), 1);
  assert.equal(torn.filter((_, index) => index !== 2).map((piece) => gathering.take(piece)).at(-1), null);
  assert.ok(cutStill(picture(4000), 2).map((piece) => gathering.take(piece)).at(-1));
});

test("Nonsense is no picture", () => {
  const gathering = createGathering();
  for (const piece of [[], [1], [1, 0, 0, 5], [1, 9, 2, 5], [1, 0, 255, 5], new Array(5000).fill(1)]) {
    assert.equal(gathering.take(new Uint8Array(piece)), null);
  }
  assert.deepEqual(cutStill(picture(1_000_000), 1), []);
  assert.equal(pictureType(new TextEncoder().encode("<svg onload=alert(1)>")), null);
  assert.equal(pictureType(new TextEncoder().encode("RIFF1234WEBPVP8 ")), "image/webp");
});

test("Pieces go one at a time, and none while one still waits in the channel", () => {
  const { stills, channel, pass } = setUp();
  stills.send(picture(3 * PIECE_BYTES), 5000);
  assert.equal(channel.sent.length, 1);
  channel.bufferedAmount = 1;
  pass();
  assert.equal(channel.sent.length, 1);
  channel.bufferedAmount = 0;
  assert.equal(stills.ready, false);
  pass();
  pass();
  assert.equal(channel.sent.length, 3);
  assert.equal(stills.ready, true);
  assert.equal(paceOf(4, 5000), 1000);
});

test("Where the wire does not let the other end send a picture, what comes is let go", () => {
  let allowed = true;
  const { seen, arrive } = setUp({ mayReceive: () => allowed });
  const pieces = cutStill(picture(3 * PIECE_BYTES), 1);
  arrive(pieces[0]);
  allowed = false;
  arrive(pieces[1]);
  allowed = true;
  arrive(pieces[2]);
  assert.equal(seen.length, 0);
  cutStill(picture(900), 2).forEach(arrive);
  assert.equal(seen.length, 1);
  assert.equal(seen[0].type, "image/jpeg");
});

test("The moment the wire takes the picture away, nothing more of it goes out", () => {
  let allowed = true;
  const { stills, channel, pass } = setUp({ maySend: () => allowed });
  stills.send(picture(5 * PIECE_BYTES), 5000);
  allowed = false;
  pass();
  pass();
  assert.equal(channel.sent.length, 1);
  assert.equal(stills.ready, false);
});

test("Text over the channel is nothing", () => {
  const { seen, channel } = setUp();
  channel.onmessage({ data: "hello" });
  assert.equal(seen.length, 0);
});

test("What a device reads smoothly comes first, in hardware before that; of the helpers only sending again stays", () => {
  const codecs = ["video/rtx", "video/red", "video/ulpfec", "video/VP9", "video/AV1", "video/VP8", "video/H264"].map((mimeType) => ({ mimeType }));
  const abilities = { "video/h264": { smooth: true, powerEfficient: true }, "video/av1": { smooth: false, powerEfficient: false } };
  assert.deepEqual(
    rankCodecs(codecs, abilities).map(({ mimeType }) => mimeType),
    ["video/H264", "video/VP8", "video/VP9", "video/AV1", "video/rtx"],
  );
});
