/**
 * Sends a still in pieces, so slowly that voice never waits long behind one: the thinner the link, the smaller the piece
 * and the longer the rest after it. It goes on at the byte that the server wants next, also after a reload.
 */

import { putPieces } from "./upload.js";

const SLOW = { bytes: 2 * 1024, rest: 3 };
const GENTLE = { bytes: 8 * 1024, rest: 1 };
const FAST = { bytes: 64 * 1024, rest: 0 };
/** Without live voice nothing need wait, but a piece that is lost is sent again. */
const ALONE = { bytes: 16 * 1024, rest: 0 };
const PACES = { text: ALONE, clip: ALONE, voice: SLOW, stills: GENTLE, thumb: GENTLE, video: FAST, hd: FAST };

/** How large a picture may be where the link is thin: as many pixels in fewer bytes. */
export const MOST_BYTES = 1_500_000;
const THIN_BYTES = 300_000;
const THIN = new Set(["text", "clip", "voice", "stills"]);
export const mostBytes = (rung) => (THIN.has(rung) ? THIN_BYTES : MOST_BYTES);

/** Pieces of `bytes`, and after each a rest of `rest` times as long as it took. Without a rung nobody is connected live. */
export const paceOf = (rung) => PACES[rung] ?? ALONE;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** For `createUploads`. `rung()` is asked anew before every piece. */
export function putPaced(seat, rung, { send = fetch, rest = sleep, now } = {}) {
  return (still, keep) => {
    let pace = ALONE;
    return putPieces(still, {
      keep,
      send,
      now,
      pieceAt(next) {
        pace = paceOf(rung());
        return { address: `/s/${seat}/captures/${still.id}/from/${next}`, body: still.bytes.slice(next, next + pace.bytes) };
      },
      rest: (took) => pace.rest > 0 && rest(took * pace.rest),
    });
  };
}
