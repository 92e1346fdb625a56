/**
 * Sends a still in pieces, so slowly that voice never waits long behind one: the thinner the link, the smaller the piece
 * and the longer the rest after it. It goes on at the byte that the server wants next, also after a reload.
 */

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
export function putPaced(seat, rung, { send = fetch, rest = sleep, now = () => performance.now() } = {}) {
  return async (still, keep) => {
    for (let next = still.next ?? 0; next !== null; ) {
      const pace = paceOf(rung());
      const began = now();
      const answer = await send(`/s/${seat}/captures/${still.id}/from/${next}`, {
        method: "PUT",
        body: still.bytes.slice(next, next + pace.bytes),
        headers: {
          "Content-Type": "application/octet-stream",
          "X-Farward-SHA256": still.sha256,
          "X-Farward-Size": String(still.bytes.byteLength),
          "X-Farward-Audience": still.audience,
        },
      });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) {
        // The server dropped what it had of a damaged one: begin again.
        if (answer.status === 422) await keep({ next: 0 });
        return { status: answer.status, message: told.message };
      }
      next = told.next ?? null;
      await keep({ next });
      if (next !== null && pace.rest > 0) await rest((now() - began) * pace.rest);
    }
    return { status: 200 };
  };
}
