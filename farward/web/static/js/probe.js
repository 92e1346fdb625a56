/** A look at the connection that costs about 10 kB: three small answers for the delay, one larger for the speed. */

import { connectionGrade } from "./verdict.js";

const SMALL = 3;
const LARGE_BYTES = 8192;
const PATIENCE_MS = 8000;

async function time(url) {
  const stop = AbortSignal.timeout ? AbortSignal.timeout(PATIENCE_MS) : undefined;
  const started = performance.now();
  const response = await fetch(url, { cache: "no-store", signal: stop });
  await response.arrayBuffer();
  return performance.now() - started;
}

/**
 * `{grade, kbps}`: `good`, `weak`, `poor` or `none`, and the speed towards this device, null where it was not found.
 * Once `over()` says that nobody waits for it any more, nothing more is asked and the answer is null.
 */
export async function measureConnection(url, over = () => false) {
  const delays = [];
  let failed = 0;
  for (let count = 0; count < SMALL; count += 1) {
    if (over()) return null;
    try {
      delays.push(await time(`${url}?n=${count}`));
    } catch {
      failed += 1;
    }
  }
  if (over()) return null;
  if (delays.length === 0) return { grade: "none", kbps: null };
  const rtt = delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)];
  let kbps = null;
  try {
    const spent = Math.max(1, (await time(`${url}?bytes=${LARGE_BYTES}`)) - rtt);
    kbps = (LARGE_BYTES * 8) / spent;
  } catch {
    failed += 1;
  }
  return { grade: connectionGrade({ rtt, kbps, failed }), kbps };
}
