/**
 * The decisions of one peer connection, without the connection (perfect negotiation with fixed transceivers).
 *
 * The impolite side lays out the three media lines and makes the first offer; the polite side asks for it. Every
 * signal carries the sender's own mark `pc` and, once known, the mark it speaks to in `for`, so that a page that began
 * anew is noticed and words meant for its forerunner are not.
 */

export const KINDS = ["audio", "video", "screen"];

/** The transceiver direction of one kind of media under a wire. */
export function directionOf(kind, wire) {
  const send = wire.send.includes(kind);
  const recv = wire.recv.includes(kind);
  if (send && recv) return "sendrecv";
  if (send) return "sendonly";
  return recv ? "recvonly" : "inactive";
}

/** What a signal means to us: `stale` (for an earlier connection), `first`, `current`, or `renewed` (they began anew). */
export function judgeSignal({ mine, theirs }, data) {
  if (data.for && data.for !== mine) return "stale";
  if (!theirs) return "first";
  return data.pc === theirs ? "current" : "renewed";
}

/** Whether an offer that crosses ours is left aside. */
export function ignoresOffer({ polite, making, signalingState }) {
  return !polite && (making || signalingState !== "stable");
}

/** Which links to open, change and close so that they are exactly those of a wiring. */
export function planLinks(current, peers) {
  const wanted = new Map(peers.map((wire) => [wire.link, wire]));
  return {
    close: [...current].filter((link) => !wanted.has(link)),
    change: peers.filter((wire) => current.has(wire.link)),
    open: peers.filter((wire) => !current.has(wire.link)),
  };
}

/**
 * What to do for a connection that has not been well for `badMs`, with `sinceTryMs` since the last try.
 *
 * `failed` never heals alone, `disconnected` often does within a second. The polite side gives the other one time to
 * begin, and after three restarts in vain the connection is made anew.
 */
export function recoveryStep({ iceState, badMs, sinceTryMs, tries, repeats, polite, signalling, answered }) {
  if (!signalling) return "wait";
  if (iceState === "closed") return "rebuild";
  const well = iceState === "connected" || iceState === "completed";
  if (!answered) return sinceTryMs >= Math.min(3000 * 2 ** repeats, 15000) ? "repeat" : "wait";
  if (well) return "wait";
  const patience = { failed: 0, disconnected: 1000, new: 8000, checking: 8000 }[iceState] + (polite ? 2500 : 0);
  if (badMs < patience || (tries > 0 && sinceTryMs < 6000)) return "wait";
  return tries >= 3 ? "rebuild" : "restart";
}
