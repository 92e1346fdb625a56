/** The tower's tiles as plain data: frames in, tiles in the order of need out. Pure. */

export function createTiles() {
  const tiles = new Map();
  return {
    /** Take in a frame: `tiles` (all of them) or `changes`. Returns whether anything is different now. */
    take(frame) {
      if (frame.t === "tiles") {
        tiles.clear();
        for (const tile of frame.tiles) tiles.set(tile.n, tile);
        return true;
      }
      if (frame.t !== "changes") return false;
      for (const tile of frame.tiles ?? []) tiles.set(tile.n, { ...tiles.get(tile.n), ...tile });
      for (const n of frame.gone ?? []) tiles.delete(n);
      return true;
    },
    /** Those who need someone first; among them, who has waited longest. */
    inOrder: () =>
      [...tiles.values()].sort(
        (a, b) => a.need - b.need || waited(a) - waited(b) || a.n - b.n,
      ),
  };
}

const waited = (tile) => tile.hand || tile.waits || tile.since || tile.starts;

/** Whole minutes since a moment in seconds, never below 0. */
export const minutesSince = (since, now) => Math.max(0, Math.floor((now / 1000 - since) / 60));
