/** Say when the network or the device may just have come back: online, another network, the page seen again, woken up. */

const TICK_MS = 1000;
/** Timers of a page in sight are never this late unless the device slept. */
const SLEPT_MS = 5000;

export function watchReturns(onReturn, env = globalThis) {
  const now = () => env.performance.now();
  let last = now();

  function tick() {
    const gap = now() - last;
    last = now();
    if (gap > SLEPT_MS) onReturn("wake");
  }

  const listen = (target, name, say) => {
    target?.addEventListener?.(name, say);
    return () => target?.removeEventListener?.(name, say);
  };
  const ends = [
    listen(env, "online", () => onReturn("online")),
    listen(env.navigator?.connection, "change", () => onReturn("network")),
    listen(env.document, "visibilitychange", () => !env.document.hidden && onReturn("seen")),
  ];
  const ticking = env.setInterval(tick, TICK_MS);
  return () => {
    env.clearInterval(ticking);
    ends.forEach((end) => end());
  };
}
