import assert from "node:assert/strict";
import { test } from "node:test";

import { answerTo, couldAnswer, restLines, settleRoles, startPicture, tuneAudio } from "../../farward/web/static/js/audio_sdp.js";

const AUDIO = [
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0",
  "c=IN IP4 0.0.0.0",
  "a=ice-ufrag:abcd",
  "a=setup:actpass",
  "a=mid:0",
  "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "a=sendrecv",
  "a=rtpmap:111 opus/48000/2",
  "a=rtcp-fb:111 transport-cc",
  "a=fmtp:111 minptime=10;useinbandfec=1",
  "a=rtpmap:63 red/48000/2",
  "a=fmtp:63 111/111",
  "a=rtpmap:0 PCMU/8000",
  "a=ssrc:1 cname:x",
];
const VIDEO = [
  "m=video 9 UDP/TLS/RTP/SAVPF 96",
  "a=mid:1",
  "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "a=sendrecv",
  "a=rtpmap:96 VP8/90000",
  "a=rtcp-fb:96 transport-cc",
];
const HEAD = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1", "a=extmap-allow-mixed"];
const text = (...sections) => sections.flat().join("\r\n") + "\r\n";
const OFFER = text(HEAD, AUDIO, VIDEO);
const lean = { bitrate: 6000, ptime: 120 };
const lines = (sdp) => sdp.split("\r\n");
const audioOf = (sdp) => sdp.slice(sdp.indexOf("m=audio"), sdp.indexOf("m=video"));

test("The packet length is asked for, and no longer one taken", () => {
  const tuned = audioOf(tuneAudio(OFFER, lean));
  assert.match(tuned, /^a=ptime:120\r$/m);
  assert.match(tuned, /^a=maxptime:120\r$/m);
});

test("Opus gets the rate and is silent while nobody speaks", () => {
  const format = lines(tuneAudio(OFFER, lean)).find((line) => line.startsWith("a=fmtp:111 "));
  assert.deepEqual(format.slice("a=fmtp:111 ".length).split(";"), ["minptime=10", "maxaveragebitrate=6000", "usedtx=1", "useinbandfec=0", "stereo=0"]);
});

test("Sound carries no header extension and no feedback on bandwidth, the picture keeps both", () => {
  const tuned = tuneAudio(OFFER, lean);
  assert.doesNotMatch(audioOf(tuned), /extmap|transport-cc/);
  assert.equal(tuned.slice(tuned.indexOf("m=video")), text(VIDEO));
  assert.match(tuned, /^a=extmap-allow-mixed/m);
});

test("Redundancy comes first only when wished", () => {
  assert.match(tuneAudio(OFFER, { ...lean, red: true }), /^m=audio 9 UDP\/TLS\/RTP\/SAVPF 63 111 0\r$/m);
  assert.match(tuneAudio(OFFER, lean), /^m=audio 9 UDP\/TLS\/RTP\/SAVPF 111 63 0\r$/m);
  const without = OFFER.replace("111 63 0", "111 0").replace(/a=(rtpmap|fmtp):63.*\r\n/g, "");
  assert.match(tuneAudio(without, { ...lean, red: true }), /^m=audio 9 UDP\/TLS\/RTP\/SAVPF 111 0\r$/m);
});

test("The last wish stands, however often one was made before", () => {
  const last = { bitrate: 16000, ptime: 60 };
  assert.equal(tuneAudio(tuneAudio(OFFER, { ...lean, red: true }), last), tuneAudio(OFFER, last));
});

test("A description without Opus, or without parameters for it, is understood", () => {
  const plain = text(HEAD, ["m=audio 9 RTP/AVP 0", "a=rtpmap:0 PCMU/8000"]);
  assert.equal(tuneAudio(plain, lean), plain);
  assert.match(tuneAudio(OFFER.replace("a=fmtp:111 minptime=10;useinbandfec=1\r\n", ""), lean), /^a=fmtp:111 maxaveragebitrate=6000/m);
});

test("Lines that end with LF alone are read too", () => {
  assert.match(tuneAudio(OFFER.replaceAll("\r\n", "\n"), lean), /a=ptime:120\r\n/);
});

test("An offer is read again with the roles of DTLS as our answer settled them", () => {
  assert.match(settleRoles(OFFER, "a=setup:active\r\n"), /^a=setup:passive\r$/m);
  assert.match(settleRoles(OFFER, "a=setup:passive\r\n"), /^a=setup:active\r$/m);
  assert.doesNotMatch(settleRoles(OFFER, "a=setup:active\r\n"), /actpass/);
});

test("Where our offer has another line than theirs, or another number for a codec, one is no answer to the other", () => {
  assert.equal(couldAnswer(OFFER, tuneAudio(OFFER, lean)), true);
  assert.equal(couldAnswer(OFFER, text(HEAD, AUDIO, VIDEO, VIDEO)), false);
  assert.equal(couldAnswer(OFFER.replace(/\b96\b/g, "120"), OFFER), false);
});

const flows = (send, recv) => [{ send: true, recv: true }, { send, recv }];
const videoOf = (sdp) => sdp.slice(sdp.indexOf("m=video"));

test("A line at rest says so, and names no stream that does not come", () => {
  const offer = OFFER + text(["a=msid:- x", "a=ssrc:7 cname:y", "a=ssrc-group:FID 7 8"]);
  for (const [send, recv, said] of [[true, true, "sendrecv"], [false, true, "sendonly"], [true, false, "recvonly"], [false, false, "inactive"]]) {
    const rested = restLines(offer, flows(send, recv));
    assert.match(videoOf(rested), new RegExp(`^a=${said}\r$`, "m"));
    assert.equal(/ssrc|msid/.test(videoOf(rested)), recv);
    assert.equal(rested.slice(0, rested.indexOf("m=video")).includes("a=ssrc:1 cname:x"), true);
  }
});

test("Rest gives no line more than its writer gave it", () => {
  const recvonly = OFFER.replace(/sendrecv(?![^]*sendrecv)/, "recvonly");
  assert.match(videoOf(restLines(recvonly, flows(true, true))), /^a=recvonly\r$/m);
  assert.match(videoOf(restLines(recvonly, flows(false, true))), /^a=inactive\r$/m);
  assert.equal(restLines(OFFER, []), OFFER);
});

test("An answer names no header extension that was not offered, line by line", () => {
  const offer = OFFER.replace(/a=extmap:1 .*\r\n/, "");
  const answer = answerTo(offer, OFFER);
  assert.equal(answer, offer);
  assert.equal(answerTo(OFFER, offer), offer);
});

test("The codec that lists others, as Firefox offers it, is told no rate", () => {
  const red = text(["a=rtpmap:122 red/90000", "a=fmtp:122 96/98"]);
  assert.match(startPicture(OFFER + red, 60), /^a=fmtp:122 96\/98\r$/m);
});

test("A picture begins at the rate asked for, whatever its codec, and its helpers are left alone", () => {
  const more = ["a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96", "a=rtpmap:98 VP9/90000", "a=fmtp:98 profile-id=0"];
  const started = startPicture(OFFER + text(more), 60);
  assert.match(started, /^a=rtpmap:96 VP8\/90000\r\na=fmtp:96 x-google-start-bitrate=60\r$/m);
  assert.match(started, /^a=fmtp:98 profile-id=0;x-google-start-bitrate=60\r$/m);
  assert.match(started, /^a=fmtp:97 apt=96\r$/m);
  assert.equal(audioOf(started), audioOf(OFFER));
  assert.equal(startPicture(startPicture(OFFER + text(more), 500), 60), started);
});
