/** Rungs and megabytes in plain sentences. */

import { priceOf, roundMb } from "../cost.js";
import { say } from "./words.js";

/** The sentence that everyone reads of a change; of one's own, the one meant for oneself. */
export function rungSentence({ rung, reason }, name, own) {
  if (own) return `${say(`connection.rung.${rung}`)}. ${say(`connection.own.${reason}`)}`;
  return say(`connection.told.${reason}`, { name, rung: say(`connection.in.${rung}`) });
}

/** Megabytes in words, with the price where the site gives one. */
export function costWords(mb, price) {
  const value = roundMb(mb).toLocaleString();
  const money = priceOf(mb, price);
  return money ? say("connection.costs", { mb: value, price: money }) : say("connection.megabytes", { mb: value });
}
