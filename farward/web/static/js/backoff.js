/** How long to wait before the next try: 0.2 s at first, never over 5 s, spread so that a class does not knock at once. */

export const SHORTEST = 200;
export const LONGEST = 5000;

export function backoff(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST, SHORTEST * 2 ** (Math.min(attempt, 20) + 1));
  return Math.round(SHORTEST + random() * (ceiling - SHORTEST));
}
