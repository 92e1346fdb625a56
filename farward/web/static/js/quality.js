/** From measured delay and loss to the plain words good, weak and bad: down at once, up only after three good looks. */

const ORDER = ["good", "weak", "bad"];

/** One look. `rtt` in ms, `loss` in per cent; null where nothing was measured. */
export function rate({ rtt = null, loss = null }) {
  if ((loss ?? 0) > 15 || (rtt ?? 0) > 1200) return "bad";
  return (loss ?? 0) > 4 || (rtt ?? 0) > 400 ? "weak" : "good";
}

export function createQuality() {
  let current = "good";
  let better = 0;
  return {
    get current() {
      return current;
    },
    /** Take a look in. Returns whether the quality changed. */
    look(sample) {
      const seen = rate(sample);
      const before = current;
      if (ORDER.indexOf(seen) >= ORDER.indexOf(current)) {
        better = 0;
        current = seen;
      } else if ((better += 1) >= 3) {
        better = 0;
        current = seen;
      }
      return current !== before;
    },
  };
}

/** Loss in per cent and the slowest round trip between two readings of inbound counters. */
export function compareReadings(before, after) {
  const lost = Math.max(0, after.lost - before.lost);
  const received = Math.max(0, after.received - before.received);
  return { rtt: after.rtt, loss: lost + received >= 20 ? (100 * lost) / (lost + received) : null };
}
