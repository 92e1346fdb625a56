import assert from "node:assert/strict";
import { test } from "node:test";

import { askFor, encodingOf, flowsOf, needsRetune, sameReading, sendingOf, voiceInText, widestPicture } from "../../farward/web/static/js/sending.js";

const table = {
  rungs: ["text", "clip", "voice", "stills", "thumb", "video", "hd"],
  voices: [{ bitrate: 6000, ptime: 120 }, { bitrate: 16000, ptime: 60 }],
  pictures: {
    stills: { everyMs: 5000, width: 160 },
    thumb: { width: 320, maxBitrate: 40_000, maxFramerate: 8 },
    video: { width: 320, maxBitrate: 200_000, maxFramerate: 15 },
    hd: { width: 1280, maxBitrate: 1_200_000, maxFramerate: 25 },
  },
  screen: { maxBitrate: 250_000, maxFramerate: 5 },
};
const on = (rung, reason = "narrow", voice = 0) => sendingOf({ rung, voice, reason }, table);

test("Below voice nothing is sent, from voice on the voice, from the small picture on the picture", () => {
  assert.deepEqual(on("clip"), { audio: null, video: null, screen: null, stills: null });
  assert.deepEqual(on("voice"), { audio: table.voices[0], video: null, screen: null, stills: null });
  assert.equal(on("stills").stills, table.pictures.stills);
  assert.equal(on("stills").video, null);
  assert.equal(on("thumb").video, table.pictures.thumb);
  assert.equal(on("hd").stills, null);
});

test("Where nothing arrives one goes on speaking, to be heard the moment the path is back", () => {
  for (const reason of ["silent", "lost"]) assert.equal(on("clip", reason).audio, table.voices[0]);
  assert.equal(on("text", "pin").audio, null);
});

test("A voice that is not in the table is the nearest that is", () => {
  assert.equal(on("voice", "start", 9).audio, table.voices[1]);
  assert.equal(on("voice", "start", undefined).audio, table.voices[0]);
});

test("A screen goes on where the picture rests for reasons that are not the link's, as small as a small picture", () => {
  assert.equal(on("voice", "narrow").screen, null);
  assert.equal(on("voice", "asked").screen.maxBitrate, 40_000);
  assert.equal(on("stills").screen.maxBitrate, 40_000);
  assert.equal(on("hd").screen.maxBitrate, 250_000);
});

test("A wide camera is scaled down to what the rung holds, and never up", () => {
  assert.equal(encodingOf("video", table.pictures.thumb, 1280).scaleResolutionDownBy, 4);
  assert.equal(encodingOf("video", table.pictures.hd, 320).scaleResolutionDownBy, 1);
  assert.equal(encodingOf("video", table.pictures.hd, null).scaleResolutionDownBy, 1);
  assert.equal(encodingOf("audio", table.voices[0]).maxBitrate, 6000);
});

test("Another packet length or redundancy is renegotiated, another rate is not", () => {
  assert.equal(needsRetune({ bitrate: 6000, ptime: 120 }, { bitrate: 8000, ptime: 120, red: false }), false);
  assert.equal(needsRetune({ bitrate: 6000, ptime: 120 }, { bitrate: 6000, ptime: 60 }), true);
  assert.equal(needsRetune({ bitrate: 6000, ptime: 120 }, { bitrate: 6000, ptime: 120, red: true }), true);
});

test("A picture that this end does not send rests, and neither sound nor what may come ever does", () => {
  assert.deepEqual(flowsOf(["screen"]), [{ send: true, recv: true }, { send: false, recv: true }, { send: true, recv: true }]);
});

test("A description is read once more for another packet length or another line at rest, and for nothing else", () => {
  const voice = { bitrate: 6000, ptime: 120 };
  const flows = flowsOf([]);
  assert.equal(sameReading({ voice, flows }, { voice: { ...voice, bitrate: 8000 }, flows: flowsOf([]) }), true);
  assert.equal(sameReading({ voice, flows }, { voice: { ...voice, ptime: 60 }, flows }), false);
  assert.equal(sameReading({ voice, flows }, { voice, flows: flowsOf(["video"]) }), false);
});

test("In-band correction is asked for only at rates at which it was seen to help", () => {
  assert.equal(voiceInText({ bitrate: 16_000 }).fec, false);
  assert.equal(voiceInText({ bitrate: 24_000 }).fec, true);
});

test("What is not seen is not asked for", () => {
  assert.equal(askFor({ shown: true, large: true }, false), "hd");
  assert.equal(askFor({ shown: true, large: false }, false), "video");
  assert.equal(askFor({ shown: false, large: true }, false), "voice");
  assert.equal(askFor({ shown: true, large: true }, true), "voice");
});

test("Where another person's picture comes first others are asked for no more than a small one, and where there is no room for none that moves", () => {
  assert.equal(askFor({ shown: true, large: true }, false, { behind: true }), "thumb");
  assert.equal(askFor({ shown: false, large: true }, false, { behind: true }), "voice");
  assert.equal(askFor({ shown: true, large: true }, false, { held: true }), "stills");
});

test("The camera is opened for the best picture that anyone gets", () => {
  assert.equal(widestPicture([{ rung: "voice" }, { rung: "hd" }, { rung: "thumb" }], table), table.pictures.hd);
  assert.equal(widestPicture([{ rung: "voice" }], table), null);
});
