/**
 * Plays links for a test in another language: one JSON case a line on stdin, one JSON answer a line on stdout,
 * `{faults: [sentences], rungs: {seat: [[second, rung, voice], …]}}`. The first line is the server's table.
 */

import { createInterface } from "node:readline";

import { begin, decide } from "../../../farward/web/static/js/ladder.js";
import * as rules from "./rules.js";
import { play } from "./simulator.js";

/** Numbers that cannot be, as JSON cannot say them. */
const LIES = { nan: NaN, infinity: Infinity, less: -Infinity, undefined };
const PEER = ["loss", "rttMs", "availableKbps", "ask", "jitterMs"];
const DEVICE = ["battery", "megabytesLeft", "saveData", "cpuLimited", "hidden"];

function freeze(value) {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

/** A ladder that remembers: whoever changes what it is handed is thrown at. */
function createLadder(table, keep = (state) => state) {
  let state = begin(table);
  return (sample) => {
    const decision = decide(freeze(state), freeze(sample));
    state = keep(decision.state);
    return decision;
  };
}

/** From a list of `{from, …}` the newest that has begun. */
const newest = (list, at) => (list ?? []).findLast(({ from }) => from <= at) ?? {};

function playCase(table, { link, choices, steady, narrow, without = [] }) {
  const looks = play(link, table, createLadder(table), (at) => newest(choices, at));
  const kept = Object.entries(rules.always).filter(([name]) => !without.includes(name));
  const faults = kept.flatMap(([, rule]) => rule(looks, table));
  if (steady) faults.push(...rules.reachesTheBest(looks, table, steady));
  if (narrow) faults.push(...rules.settles(looks, table, narrow));
  return { faults, looks };
}

/** The same looks with some numbers put in the place of what was measured or chosen. */
function withLies(samples, field, value) {
  return samples.map((sample) => ({
    ...sample,
    device: DEVICE.includes(field) ? { ...sample.device, [field]: value } : sample.device,
    choices: DEVICE.includes(field) || PEER.includes(field) ? sample.choices : { ...sample.choices, [field]: value },
    peers: PEER.includes(field) ? sample.peers.map((peer) => ({ ...peer, [field]: value })) : sample.peers,
  }));
}

/** A lie gets nobody more than saying nothing. Whether live voice holds is found by trying, at times that hang on all that was before. */
function compareLies(table, looks, { field, value }) {
  const samples = looks.map(({ sample }) => sample);
  const lie = typeof value === "string" && value in LIES ? LIES[value] : value;
  const [lied, silent] = [lie, null].map((one) => withLies(samples, field, one).map(createLadder(table)));
  return lied.flatMap(({ seats }, index) =>
    Object.entries(seats).flatMap(([seat, { rung }]) => {
      const honest = silent[index].seats[seat].rung;
      return table.rungs.indexOf(rung) > Math.max(table.rungs.indexOf(honest), table.rungs.indexOf("voice")) ? [`${samples[index].at}: ${field} ${value} gets ${rung} instead of ${honest}`] : [];
    }),
  );
}

/** Decided again from the same looks, and from a state that was put away as text, it is the same. */
function compareAgain(table, looks) {
  const again = createLadder(table, (state) => JSON.parse(JSON.stringify(state)));
  const differs = looks.find(({ sample, decision }) => JSON.stringify(again(sample)) !== JSON.stringify(decision));
  return differs ? [`${differs.at}: another decision`] : [];
}

function answer(table, asked) {
  const { faults, looks } = playCase(table, asked);
  if (asked.lie) faults.push(...compareLies(table, looks, asked.lie));
  if (asked.again) faults.push(...compareAgain(table, looks));
  const rungs = {};
  for (const { at, decision } of looks) {
    for (const [seat, { rung, voice }] of Object.entries(decision.seats)) {
      const list = (rungs[seat] ??= []);
      if (list.at(-1)?.[1] !== rung || list.at(-1)?.[2] !== voice) list.push([at / 1000, rung, voice]);
    }
  }
  return { faults: faults.slice(0, 5), rungs };
}

let table = null;
for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line);
  if (table === null) table = said;
  else process.stdout.write(`${JSON.stringify(answer(table, said))}\n`);
}
