/**
 * A fresh small picture every few seconds where a moving one does not fit. It travels in small pieces over a data
 * channel of the same connection, so slowly that voice never waits behind it.
 *
 * A channel knows no wiring: pictures are sent only while the wire lets this end send a picture, and whatever comes
 * while it does not let the other end send one is let go.
 */

export const CHANNEL = { label: "stills", options: { negotiated: true, id: 1, ordered: true, maxRetransmits: 3 } };
/** Small enough to hold up a voice packet by less than a third of a second at 20 kbit/s. */
export const PIECE_BYTES = 600;
const HEAD_BYTES = 3;
const MOST_PIECES = 64;

/** A picture in pieces: a number that goes round, which piece it is, how many there are, then the bytes. */
export function cutStill(bytes, number) {
  const count = Math.ceil(bytes.length / PIECE_BYTES);
  if (count === 0 || count > MOST_PIECES) return [];
  return Array.from({ length: count }, (_, index) => {
    const part = bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);
    const piece = new Uint8Array(HEAD_BYTES + part.length);
    piece.set([number & 0xff, index, count]);
    piece.set(part, HEAD_BYTES);
    return piece;
  });
}

/** Gather pieces. `take(piece)` returns the whole picture with its last piece, else null; one with a gap is forgotten. */
export function createGathering() {
  let current = null;
  return {
    take(piece) {
      if (piece.length <= HEAD_BYTES || piece.length > HEAD_BYTES + PIECE_BYTES) return null;
      const [number, index, count] = piece;
      if (count === 0 || count > MOST_PIECES || index >= count) return null;
      if (index === 0) current = { number, count, parts: [] };
      if (!current || current.number !== number || current.count !== count || current.parts.length !== index) {
        current = null;
        return null;
      }
      current.parts.push(piece.subarray(HEAD_BYTES));
      if (current.parts.length < count) return null;
      const { parts } = current;
      current = null;
      return parts.reduce((whole, part) => new Uint8Array([...whole, ...part]), new Uint8Array());
    },
  };
}

/** The type of a picture by its first bytes, or null: nothing else is ever shown. */
export function pictureType(bytes) {
  const text = (from, to) => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  return text(0, 4) === "RIFF" && text(8, 12) === "WEBP" ? "image/webp" : null;
}

/** How long to wait between pieces so that a picture takes most of the time until the next one. */
export const paceOf = (pieces, everyMs) => Math.floor((everyMs * 0.8) / Math.max(1, pieces));

/** The pictures of one connection, both ways. `mayReceive()` and `maySend()` are asked anew for every piece. */
export function createStills({ mayReceive, maySend, onStill, timers = globalThis }) {
  let channel = null;
  let gathering = createGathering();
  let queue = [];
  let number = 0;
  let timer = null;

  function next(pace) {
    timer = null;
    // What is still waiting in the channel is on its way ahead of voice: wait for it.
    if (channel?.readyState !== "open" || !maySend()) queue = [];
    else if (channel.bufferedAmount === 0 && queue.length > 0) channel.send(queue.shift());
    if (queue.length > 0) timer = timers.setTimeout(next, pace, pace);
  }

  return {
    attach(opened) {
      channel = opened;
      channel.binaryType = "arraybuffer";
      gathering = createGathering();
      channel.onmessage = ({ data }) => {
        if (!mayReceive()) {
          gathering = createGathering();
          return;
        }
        const bytes = data instanceof ArrayBuffer ? gathering.take(new Uint8Array(data)) : null;
        const type = bytes && pictureType(bytes);
        if (type) onStill(new Blob([bytes], { type }));
      };
    },
    get attached() {
      return channel !== null;
    },
    /** Ready for a new picture: the one before is gone out. */
    get ready() {
      return channel?.readyState === "open" && channel.bufferedAmount === 0 && queue.length === 0 && maySend();
    },
    send(bytes, everyMs) {
      queue = cutStill(bytes, (number += 1));
      const pace = paceOf(queue.length, everyMs);
      if (timer === null) next(pace);
    },
    /** Forget what was on its way out. */
    stop() {
      queue = [];
    },
    detach() {
      timers.clearTimeout(timer);
      timer = null;
      queue = [];
      if (channel) channel.onmessage = null;
      channel = null;
    },
  };
}
