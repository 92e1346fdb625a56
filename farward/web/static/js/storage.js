/**
 * What the browser may take away: it is asked not to, the person is told when little room is left, and what was lost all
 * the same is said.
 *
 * How many things wait here stands in a cookie of the seat's own path, because a browser that clears its databases leaves
 * the cookies. It says a number and nothing else.
 */

import { notice } from "./room/notices.js";
import { say } from "./room/words.js";

const MARK = "unsent";
const MARK_SECONDS = 16 * 24 * 3600;
/** Below this a picture may not fit any more. */
const LOW_BYTES = 20_000_000;

const readMark = () => Number(new RegExp(`(?:^|; )${MARK}=(\\d+)`).exec(document.cookie)?.[1] ?? 0);

function writeMark(seat, count) {
  if (readMark() === count) return;
  document.cookie = `${MARK}=${count}; Path=/s/${seat}/; Max-Age=${count ? MARK_SECONDS : 0}; SameSite=Lax`;
}

/** The browser is asked not to clear what is only here, once there is something of that kind. */
export const askToStay = () => navigator.storage?.persist?.().catch(() => false);

/** How many bytes this device has room for; Infinity where the browser does not say. */
export async function roomLeft() {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  return quota ? quota - usage : Infinity;
}

export function watchStorage({ seat, journal }) {
  const lost = journal.durable && journal.found === 0 ? readMark() : 0;
  if (lost > 0) notice(say("storage.lost", { count: lost }), { tone: "warn", key: "lost", keep: false, actions: [[say("storage.seen"), () => writeMark(seat, 0)]] });
  else if (journal.durable) writeMark(seat, journal.unsent());
  let asked = false;
  journal.on("pending", async () => {
    if (!journal.durable) return;
    const waiting = journal.unsent();
    writeMark(seat, waiting);
    if (asked || waiting === 0) return;
    asked = true;
    await askToStay();
    const left = await roomLeft();
    if (left < LOW_BYTES) notice(say("storage.low", { mb: (left / 1e6).toFixed(0) }), { tone: "warn", key: "storage" });
  });
}
