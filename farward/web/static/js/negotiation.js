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

/** Whether pictures pass between this pair, in either direction: only then a channel for small ones is opened. */
export const carriesPicture = (wire) => wire.send.includes("video") || wire.recv.includes("video");

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

/** A path that is well but over which nothing comes for this long is dead, whatever the browser still believes. */
const SILENT_MS = 3000;
/** With word that the network is back, half of that will do. */
const SILENT_EAGER_MS = 1500;
const POLITE_MS = 2500;

/** How long to leave between tries: longer with every connection that was made anew in vain. */
export const retryGap = (rounds) => Math.min(6000 * 2 ** rounds, 60_000);

/**
 * What to do for a connection that has not been well for `badMs`, with `sinceTryMs` since the last try.
 *
 * `failed` never heals alone, `disconnected` often does within a second, and a path that changed under a browser stays
 * `connected` for many seconds though it is `silentMs` that anything came. The polite side gives the other one time to
 * begin, and after three restarts in vain the connection is made anew. `eager`: signalling or the network just came back.
 */
export function recoveryStep({ iceState, badMs, sinceTryMs, silentMs, eager, tries, rounds, repeats, polite, signalling, answered }) {
  if (!signalling) return "wait";
  if (iceState === "closed") return "rebuild";
  const well = iceState === "connected" || iceState === "completed";
  if (!answered) return sinceTryMs >= Math.min(3000 * 2 ** repeats, 15000) ? "repeat" : "wait";
  if (tries > 0 && sinceTryMs < retryGap(rounds)) return "wait";
  const grace = polite && !eager ? POLITE_MS : 0;
  if (well) return silentMs >= (eager ? SILENT_EAGER_MS : SILENT_MS + grace) ? "restart" : "wait";
  const patience = { failed: 0, disconnected: 1000, new: 8000, checking: 8000 }[iceState] + grace;
  if (badMs < patience) return "wait";
  return tries >= 3 ? "rebuild" : "restart";
}
