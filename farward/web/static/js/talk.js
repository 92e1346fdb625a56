/** When this person spoke, from the level of their own microphone: spans in epoch milliseconds, gathered for one entry. */

const LOUD = 0.02;
const PAUSE_MS = 800;
const SHORTEST_MS = 300;
/** Nobody reads it before the debrief, and each entry is sent to everyone. */
const GATHER_MS = 60000;
const MOST_SPANS = 64;

export function createTalk() {
  let spans = [];
  let from = null;
  let last = 0;
  let since = null;

  function end() {
    if (from !== null && last - from >= SHORTEST_MS) spans.push([from, last]);
    from = null;
  }

  return {
    get speaking() {
      return from !== null;
    },
    /** Take in one level (0 to 1, 0 while muted) at a time. */
    hear(level, now) {
      since ??= now;
      if (from !== null && now - last > PAUSE_MS) end();
      if (level < LOUD) return;
      from ??= now;
      last = now;
    },
    /** The spans to write now, or null: at least a minute apart, or when no more fit into one entry. */
    take(now, { all = false } = {}) {
      if (all || (from !== null && now - from > GATHER_MS)) end();
      const ripe = all || spans.length >= MOST_SPANS || (since !== null && now - since >= GATHER_MS);
      if (!ripe || spans.length === 0) return null;
      const taken = spans.splice(0, MOST_SPANS);
      since = now;
      return taken;
    },
  };
}
