/** What people choose and what the device allows: the most that a link is sent, however good it is. Pure. */

import { PICTURES, measured } from "./ladder_levels.js";

/** So long a processor must be busy before it costs a picture, and be at ease before it gives one back. */
const CPU_BUSY_MS = 3000;
const CPU_EASE_MS = 30_000;
/** A rung that the megabytes allow again needs so much more of them: else it would come and go. */
const BUDGET_MARGIN = 1.3;

export const idleCpu = { since: null, cap: null, freeAt: null };

/** A busy processor takes one picture level after the other, and gives them back slowly. `picture` is the highest sent. */
export function followCpu(cpu, limited, at, picture) {
  if (!limited) {
    if (cpu.cap === null) return idleCpu;
    const freeAt = cpu.freeAt ?? at + CPU_EASE_MS;
    if (at < freeAt) return { ...cpu, since: null, freeAt };
    return { since: null, cap: cpu.cap + 1 >= PICTURES.length ? null : cpu.cap + 1, freeAt: at + CPU_EASE_MS };
  }
  const since = cpu.since ?? at;
  if (at - since < CPU_BUSY_MS || picture < 1) return { ...cpu, since, freeAt: null };
  return { since: at, cap: Math.max(1, picture - 1), freeAt: null };
}

/** The megabytes that may still be used, or null where nothing limits them. */
function megabytesLeft({ device, choices }) {
  const budget = measured(choices.budgetMb);
  const left = [measured(device.megabytesLeft), budget === null ? null : budget - (measured(choices.usedMb) ?? 0)].filter((each) => each !== null);
  return left.length > 0 ? Math.min(...left) : null;
}

/** The highest rung that the megabytes left carry until the visit is thought to end; null for no limit. */
export function affordable(table, before, sample, elapsedMs) {
  const left = megabytesLeft(sample);
  if (left === null) return null;
  const { rungs, patience, megabytesPerMinute } = table;
  const minutes = Math.max(patience.restMinutes, patience.visitMinutes - elapsedMs / 60_000);
  const people = Math.max(1, sample.peers.length);
  const fits = rungs.filter((rung, index) => {
    const margin = before !== null && index > rungs.indexOf(before) ? BUDGET_MARGIN : 1;
    const { up, down } = megabytesPerMinute[rung];
    return (up + down) * people * minutes * margin <= left;
  });
  return fits.at(-1) ?? "text";
}

/**
 * The most that one peer is sent: `{picture, below, reason}`. `below` is a rung under live voice, or null. Of all limits
 * the lowest holds, and its reason is told.
 */
export function capOf({ table, afforded, cpu }, { device, choices, peers }, peer) {
  const { rungs, patience } = table;
  const caps = [{ at: rungs.length - 1, reason: null }];
  const cap = (rung, reason) => caps.push({ at: rungs.indexOf(rung), reason });
  const pinned = rungs.includes(choices.pin);
  if (pinned) cap(choices.pin, "pin");
  if (afforded !== null) cap(afforded, "budget");
  // Who pins a rung has chosen it over what the device would spare.
  if (!pinned) {
    const battery = measured(device.battery, 1);
    if (device.saveData === true) cap("stills", "save_data");
    if (battery !== null && device.charging !== true && battery < patience.batteryLow) cap(battery < patience.batteryEmpty ? "stills" : "thumb", "battery");
    if (cpu.cap !== null) cap(PICTURES[cpu.cap], "cpu");
    if (peers.some(({ seat }) => seat === choices.priority)) cap("thumb", "priority");
  }
  if (peer.ask !== null) cap(peer.ask, peer.ask === "voice" ? "unseen" : "asked");
  if (device.hidden === true) cap("voice", "unseen");
  const least = caps.reduce((lowest, each) => (each.at < lowest.at ? each : lowest));
  const voice = rungs.indexOf("voice");
  return { picture: Math.max(0, least.at - voice), below: least.at < voice ? rungs[least.at] : null, reason: least.reason };
}
