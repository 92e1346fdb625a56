import assert from "node:assert/strict";
import { test } from "node:test";

import { createReading } from "../../farward/web/static/js/reading.js";
import { flowsOf } from "../../farward/web/static/js/sending.js";

const OFFER = ["v=0", "m=audio 9 X 111", "a=setup:actpass", "a=sendrecv", "a=rtpmap:111 opus/48000/2", "m=video 9 X 96", "a=sendrecv", "a=rtpmap:96 VP8/90000", ""].join("\r\n");
const voice = { bitrate: 6000, ptime: 120 };
const atRest = { voice, flows: flowsOf([]) };

/** A connection that keeps what it was told, and refuses an answer if `refuses`. */
function connection({ refuses = false } = {}) {
  const told = [];
  return {
    told,
    localDescription: { sdp: "a=setup:active\r\n" },
    createOffer: async () => ({ type: "offer", sdp: OFFER }),
    setLocalDescription: async ({ type }) => told.push(`own ${type}`),
    async setRemoteDescription({ type, sdp }) {
      told.push(`their ${type} ${sdp.includes("a=sendonly") ? "at rest" : "whole"}`);
      if (refuses && type === "answer") throw new Error("no");
    },
  };
}

test("What came is read whole, and later once more with its lines at rest, without a word to anybody", async () => {
  const pc = connection();
  const reading = createReading({ startKbps: 100 });
  await reading.take(pc, { type: "offer", sdp: OFFER }, atRest);
  reading.answered(pc);
  assert.equal(reading.differs(atRest), true);
  assert.equal(await reading.again(pc, atRest), true);
  assert.equal(reading.differs(atRest), false);
  assert.deepEqual(pc.told, ["their offer whole", "own offer", "their answer at rest"]);
});

test("A browser that does not take it goes back to where it was and is not asked again, but hears of another voice", async () => {
  const pc = connection({ refuses: true });
  const reading = createReading({ startKbps: 100 });
  await reading.take(pc, { type: "offer", sdp: OFFER }, atRest);
  reading.answered(pc);
  assert.equal(await reading.again(pc, atRest), false);
  assert.equal(pc.told.at(-1), "own rollback");
  assert.equal(reading.differs(atRest), false);
  assert.equal(reading.differs({ ...atRest, voice: { ...voice, ptime: 60 } }), true);
  const before = pc.told.length;
  assert.equal(await reading.again(pc, atRest), false);
  assert.equal(pc.told.length, before);
});

test("Where even a new offer gives no answer to read, lines do not rest, and no offer follows another", async () => {
  const pc = connection();
  pc.createOffer = async () => ({ type: "offer", sdp: OFFER.replace(/\b96\b/g, "120") });
  const reading = createReading({ startKbps: 100 });
  await reading.take(pc, { type: "answer", sdp: OFFER }, atRest);
  for (let time = 0; time < 2; time += 1) {
    assert.equal(reading.differs(atRest), true);
    assert.equal(await reading.again(pc, atRest), false);
  }
  assert.equal(reading.differs(atRest), false);
});
