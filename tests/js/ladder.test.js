import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { begin, decide } from "../../farward/web/static/js/ladder.js";

/** The server's table as it is: `tests/media/test_ladder.py` holds this copy equal to it. */
const table = JSON.parse(readFileSync(new URL("ladder_table.json", import.meta.url), "utf-8"));
const GOOD = { seat: "amina", connected: true, silentMs: 0, loss: 0, rttMs: 60, availableKbps: null, ask: "hd" };

/** Decisions of so many seconds; `of(second)` is what is special about each. */
function run(seconds, of = () => ({})) {
  let state = begin(table);
  return Array.from({ length: seconds }, (_, second) => {
    const { peer = {}, device = {}, choices = {}, peers } = of(second);
    const decision = decide(state, { at: second * 1000, device, choices, peers: peers ?? [{ ...GOOD, ...peer }] });
    state = decision.state;
    return decision;
  });
}
const rungs = (decisions) => decisions.map(({ rung }) => table.rungs.indexOf(rung));

test("A good link climbs one rung at a time, and no picture comes before a safe voice", () => {
  const all = run(60);
  const climbed = rungs(all);
  assert.equal(all[0].rung, "voice");
  assert.equal(all.at(-1).rung, "hd");
  climbed.slice(1).forEach((rung, index) => assert.ok([0, 1].includes(rung - climbed[index])));
  for (const { rung, seats } of all) if (rung !== "voice") assert.ok(seats.amina.voice >= 2);
});

test("Heavy loss takes the picture at once, and nothing rises within half a minute of it", () => {
  const all = run(75, (second) => ({ peer: { loss: second === 40 ? 0.25 : 0 } }));
  assert.equal(all[40].rung, "voice");
  assert.equal(all[40].reason, "loss");
  assert.ok(all.slice(40, 70).every(({ rung, seats }) => rung === "voice" && table.voices[seats.amina.voice].wireKbps < 18));
});

test("Loss without delay leaves the voice that repeats itself as it is, and nothing moves", () => {
  const losses = [0.12, 0.21, 0.09, 0.15, 0.24, 0.14, 0.1, 0.15];
  const all = run(120, (second) => ({ peer: { loss: losses[second % losses.length] } }));
  const best = table.voices.findIndex(({ red, ptime }) => red && ptime === 40);
  assert.ok(all.slice(15).every(({ seats }) => seats.amina.voice === best));
  assert.ok(all.every(({ rung }) => ["voice", "stills"].includes(rung)));
  assert.equal(all.at(-1).rung, "stills");
});

test("What a picture leaves where much begins to be lost is for the voice to repeat itself", () => {
  const all = run(50, (second) => ({ peer: { loss: second < 30 ? 0 : 0.16 + (second % 2) / 10 } }));
  const last = all.at(-1).seats.amina;
  assert.equal(all[29].rung, "hd");
  assert.deepEqual([last.rung, table.voices[last.voice].red], ["voice", true]);
});

test("Live voice that does not hold yields to voice notes, and is tried again", () => {
  const all = run(80, (second) => ({ peer: { loss: second < 20 ? 0.6 + (second % 3) / 100 : 0 } }));
  assert.ok(all.slice(0, 10).some(({ rung }) => rung === "clip"));
  assert.ok(all.slice(30).some(({ rung }) => rung === "voice"));
});

test("Of two who share a late line one goes to voice notes, and is tried again only where there is room", () => {
  const two = (rttMs, loss) => ["amina", "sam"].map((seat) => ({ ...GOOD, seat, ask: "voice", rttMs, loss }));
  const notes = ({ seats }) => Object.values(seats).filter(({ rung }) => rung === "clip").length;
  const narrow = run(200, (second) => ({ peers: second < 5 || second >= 30 ? two(620, 0) : two(2600 + (second % 2) * 300, 0.08) }));
  assert.equal(notes(narrow[29]), 1, "although no loss is heavy and nobody is 3 s late");
  const heard = Object.values(narrow[29].state.links).find(({ mode }) => mode === "live");
  assert.deepEqual(Object.keys(heard.failures).filter((level) => level > 1), [], "what made better voices fail may be gone");
  assert.ok(narrow.slice(30, 110).every((look) => notes(look) === 1), "one voice alone shows no room for two");
  assert.equal(notes(narrow.at(-1)), 0);
});

test("A delay that is as much their voice's way here takes nothing, and nothing rises", () => {
  const all = run(60, (second) => ({ peer: second < 12 ? { rttMs: 400 } : { rttMs: 2600 + (second % 2) * 300, lateMs: 2500 } }));
  const [before, after] = [all[11], all.at(-1)].map(({ seats }) => seats.amina);
  assert.deepEqual([after.rung, after.voice], [before.rung, before.voice]);
  assert.notEqual(before.voice, 0);
});

test("An old report is no delay that is still, and a queue's is not the path's own", () => {
  const late = (told) => run(30, (second) => ({ peer: { rttMs: second < 20 ? 400 : told(second) } })).at(-1).state.links.amina;
  assert.ok(late(() => 1400).base < 1000, "told once");
  assert.ok(late((second) => 1400 + (second % 3)).base >= 1400, "told again and again");
  assert.ok(late((second) => 2600 + (second % 3)).base <= table.patience.ownMostMs);
});

/** Two links that answer late; on Sam's a delay of `more` comes and goes. */
const far = (more = () => 0) => (second) => ({ peers: ["amina", "sam"].map((seat) => ({ ...GOOD, seat, rttMs: 400 + (seat === "sam" ? more(second) : 0) })) });

test("Where anybody is late now and then, nobody is sent a first moving picture", () => {
  const moves = ({ seats }) => Object.values(seats).some(({ rung }) => table.rungs.indexOf(rung) > table.rungs.indexOf("stills"));
  assert.ok(run(120, far()).some(moves));
  assert.ok(!run(120, far((second) => (second % 10 < 2 ? 200 : 0))).some(moves));
});

test("Beside stills a better voice that was too much goes before they do", () => {
  const best = ({ seats }) => seats.sam.rung === "stills" && table.voices[seats.sam.voice].ptime === 60;
  const since = run(120, far()).findIndex(best);
  const all = run(since + 12, far((second) => (second > since + 5 && second < since + 10 ? 400 : 0)));
  const { sam } = all.at(-1).seats;
  const { bitrate, ptime } = table.voices[sam.voice];
  assert.deepEqual([sam.rung, bitrate, ptime], ["stills", 12_000, 120]);
});

test("What is missing or cannot be neither breaks anything nor raises a rung", () => {
  for (const wrong of [null, undefined, NaN, -5, "many", Infinity, {}]) {
    const all = run(60, () => ({ peer: { loss: wrong, rttMs: wrong, availableKbps: wrong, silentMs: wrong }, device: { battery: wrong, megabytesLeft: wrong }, choices: { budgetMb: wrong, pin: wrong } }));
    assert.ok(all.every(({ rung, seats }) => rung === "voice" && seats.amina.voice === 0), String(wrong));
  }
});

test("Choices and the device cap the picture", () => {
  const last = (of) => run(60, () => of).at(-1);
  assert.deepEqual([last({ choices: { pin: "thumb" } }).rung, last({ choices: { pin: "thumb" } }).reason], ["thumb", "pin"]);
  assert.equal(last({ device: { saveData: true } }).rung, "stills");
  assert.equal(last({ device: { battery: 0.15, charging: false } }).rung, "thumb");
  assert.deepEqual([last({ peer: { ask: "voice" } }).rung, last({ peer: { ask: "voice" } }).reason], ["voice", "unseen"]);
  assert.equal(last({ device: { hidden: true } }).rung, "voice");
  assert.equal(last({ choices: { budgetMb: 1, usedMb: 1 } }).rung, "text");
});

test("A short outage keeps the rung, and says that nothing is heard", () => {
  const all = run(60, (second) => ({ peer: second >= 40 && second < 50 ? { silentMs: (second - 39) * 1000, loss: 1 } : {} }));
  assert.equal(all[45].reason, "silent");
  assert.equal(all[45].rung, all[39].rung);
  assert.equal(all[55].rung, all[39].rung);
});

test("Voice goes on being sent into a long outage, and comes back before the picture", () => {
  const all = run(120, (second) => ({ peer: second >= 40 && second < 90 ? { silentMs: (second - 39) * 1000 } : {} }));
  assert.deepEqual([all[85].seats.amina.rung, all[85].seats.amina.reason], ["voice", "lost"]);
  assert.deepEqual([all[85].rung, all[85].reason], ["clip", "lost"]);
  assert.equal(all[90].rung, "voice");
  assert.ok(table.rungs.indexOf(all[110].rung) > 2);
});

test("Trouble that both feel costs a picture first, and the voice beside it nothing", () => {
  const peers = (second) => ["amina", "sam"].map((seat) => ({ ...GOOD, seat, ask: seat === "sam" ? "voice" : "hd", rttMs: second < 40 ? 60 : 500 }));
  const all = run(44, (second) => ({ peers: peers(second) }));
  assert.equal(all[39].seats.amina.rung, "hd");
  assert.ok(table.rungs.indexOf(all[43].seats.amina.rung) < 6);
  assert.equal(all[43].seats.sam.voice, all[39].seats.sam.voice);
});

test("What people are told is the lowest rung sent to anyone who is here and wants more", () => {
  const told = (...others) => {
    const { rung, reason } = run(60, () => ({ peers: [GOOD, ...others.map((other, index) => ({ ...GOOD, seat: `other ${index}`, ...other }))] })).at(-1);
    return [rung, reason];
  };
  assert.deepEqual(told({ ask: "voice" }), ["hd", "better"]);
  assert.deepEqual(told({ connected: false }), ["hd", "better"]);
  assert.equal(told({ loss: 0.25 })[0], "voice");
});

test("Deciding changes nothing of what was handed in, and its state is plain data", () => {
  const { state } = run(30).at(-1);
  const kept = JSON.stringify(state);
  decide(state, { at: 31_000, device: {}, choices: {}, peers: [{ ...GOOD, loss: 0.5 }] });
  assert.equal(JSON.stringify(state), kept);
  assert.deepEqual(JSON.parse(kept).links.amina, state.links.amina);
});
