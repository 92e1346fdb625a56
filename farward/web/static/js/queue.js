/**
 * Whose turn it is on the line. Words, note and marks go by the journal, which sends them in their order; pictures wait
 * until those are gone, and recordings until the pictures are. On a link that is paid for, more than a megabyte of them
 * waits until the person allows it.
 *
 * A part says `report(name, {count, bytes})` whenever that changes, and awaits `turn(name)` before each thing it sends.
 */

import { emitter } from "./events.js";
import { ORDER, classOf } from "./order.js";

/** Less than this goes at once on any link: who takes a picture in a visit wants it seen. */
export const SMALL_BYTES = 1_000_000;
const HEAVY = new Set(["pictures", "recordings"]);

const sizeOf = (draft) => JSON.stringify(draft.payload).length + 200;
/** Whether the browser says that this link is paid for by what goes over it. Most on a desk say nothing. */
export const isMetered = (connection = globalThis.navigator?.connection) => connection?.type === "cellular" || Boolean(connection?.saveData);

export function createQueue({ journal, metered = isMetered }) {
  const events = emitter();
  const parts = new Map();
  let waiting = [];
  let allowed = false;
  let most = 0;

  function words() {
    const drafts = journal.pending().filter(({ state }) => state === "local");
    const found = new Map();
    for (const draft of drafts) {
      const { count, bytes } = found.get(classOf(draft.kind)) ?? { count: 0, bytes: 0 };
      found.set(classOf(draft.kind), { count: count + 1, bytes: bytes + sizeOf(draft) });
    }
    return found;
  }

  /** What waits in each class, in the order of sending. */
  function lines() {
    const found = new Map([...words(), ...parts]);
    return ORDER.map((name) => ({ name, ...(found.get(name) ?? { count: 0, bytes: 0 }) })).filter(({ count }) => count > 0);
  }

  function heavyBytes() {
    return lines().filter(({ name }) => HEAVY.has(name)).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  const held = (name) => HEAVY.has(name) && !allowed && metered() && heavyBytes() > SMALL_BYTES;
  const mayGo = (name) => !held(name) && !lines().some((line) => ORDER.indexOf(line.name) < ORDER.indexOf(name));

  function look() {
    const ready = waiting.filter(({ name }) => mayGo(name));
    waiting = waiting.filter((one) => !ready.includes(one));
    for (const { resolve } of ready) resolve();
    const left = lines().reduce((sum, { count }) => sum + count, 0);
    most = left === 0 ? 0 : Math.max(most, left);
    events.emit("change");
  }

  journal.on("pending", look);
  return {
    on: events.on,
    report(name, { count, bytes }) {
      parts.set(name, { count, bytes });
      look();
    },
    /** Resolves once nothing more important waits and the link may carry it. */
    turn(name) {
      if (mayGo(name)) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ name, resolve });
      });
    },
    /** The person lets what is heavy go over a link that is paid for. */
    allow() {
      allowed = true;
      look();
    },
    /** The link may be another one now. */
    look,
    /** `left` of `most` things wait, `bytes` of them; `held` says that the heavy ones wait for the person or a link. */
    status() {
      const all = lines();
      const left = all.reduce((sum, { count }) => sum + count, 0);
      const bytes = all.reduce((sum, line) => sum + line.bytes, 0);
      return { left, most: Math.max(most, left), bytes, held: all.length > 0 && all.every(({ name }) => held(name)) };
    },
  };
}
