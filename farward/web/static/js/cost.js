/** What a visit weighs in megabytes and money on each rung, from the ladder's table. Pure. */

/** A link is never filled to the brim: pages, answers and other programs want their part. */
const SHARE = 0.7;
const KBPS_OF_MB_A_MINUTE = 8000 / 60;

/** Megabytes of a whole visit on this rung. `up` and `down` count those whom one sends to and those whom one hears. */
export function megabytesOf(table, { minutes, up, down }, rung) {
  const each = table.megabytesPerMinute[rung];
  return minutes * (up * each.up + down * each.down);
}

/** The best rung that a link of so many kbit/s carries, by the heavier of its two directions. */
export function rungFor(table, { up, down }, kbps) {
  const carried = table.rungs.filter((rung) => {
    const each = table.megabytesPerMinute[rung];
    return Math.max(up * each.up, down * each.down) * KBPS_OF_MB_A_MINUTE <= kbps * SHARE;
  });
  return carried.at(-1) ?? table.rungs[0];
}

/** The lower of two rungs; null stands for no limit. */
export function lowerOf(table, one, other) {
  if (one === null || !table.rungs.includes(one)) return other;
  return table.rungs.indexOf(one) < table.rungs.indexOf(other) ? one : other;
}

/** A number of megabytes as people say it: two figures, and no tenths of what is large. */
export function roundMb(mb) {
  return mb >= 10 ? Math.round(mb) : Math.round(mb * 10) / 10;
}

/** A price in the site's currency and the reader's own way of writing it; null where the site gives none. */
export function priceOf(mb, price, locale = undefined) {
  if (!price) return null;
  const amount = mb * price.perMb;
  // What is only reckoned has no cents where they do not matter.
  const digits = amount >= 100 ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {};
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency: price.currency, ...digits }).format(amount);
  } catch {
    return `${amount.toFixed(2)} ${price.currency}`;
  }
}
