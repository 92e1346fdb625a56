/** The cost, said first: what this visit will weigh on each rung over this very link, and what it costs. */

import { keepChoices, readChoices } from "./connection_choices.js";
import { lowerOf, megabytesOf, priceOf, roundMb, rungFor } from "./cost.js";
import { byId, el, rebuild, setText } from "./room/dom.js";
import { say } from "./room/words.js";

/** Where the speed is not known yet, what it would be with a picture. */
const USUAL = "video";
const TELLABLE_KBPS = 5000;

function costWords(mb, price) {
  if (mb < 0.05) return say("lobby.cost.almost");
  const value = roundMb(mb).toLocaleString();
  const money = priceOf(mb, price);
  return money ? say("lobby.cost.costs", { mb: value, price: money }) : say("lobby.cost.megabytes", { mb: value });
}

export function mountCost({ table, weight }) {
  const node = byId("cost");
  let kbps = null;
  if (!table || !weight) return { show() {} };

  const costOf = (rung) => costWords(megabytesOf(table, weight, rung), weight.price);
  const best = () => (kbps === null ? USUAL : rungFor(table, weight, kbps));

  function showExpected() {
    const { pin } = readChoices();
    const rung = lowerOf(table, pin, best());
    const words = weight.up + weight.down === 0 ? "alone" : rung === pin ? "chosen" : kbps === null ? "unknown" : "expect";
    setText(byId("cost-expect"), say(`lobby.cost.${words}`, { minutes: weight.minutes, cost: costOf(rung) }));
    // The look is too short to tell fast links apart.
    setText(byId("cost-speed"), kbps === null || kbps > TELLABLE_KBPS ? "" : say("lobby.cost.speed", { kbps: Number(kbps.toPrecision(2)).toLocaleString() }));
  }

  function choice(rung, heavy) {
    const { pin } = readChoices();
    const name = rung === null ? say("lobby.cost.auto") : say(`lobby.cost.rung.${rung}`);
    const cost = say("lobby.cost.upto", { cost: costOf(rung ?? best()) });
    const more = heavy ? el("span", { class: "soft small" }, say("lobby.cost.heavy")) : null;
    const box = el("input", { type: "radio", name: "rung", value: rung ?? "", checked: (pin ?? "") === (rung ?? ""), dataset: { key: rung ?? "auto" } });
    return el("label", { class: "choice" }, box, el("span", { class: "grow" }, name, more && " ", more), " ", el("span", { class: "number" }, cost));
  }

  function showChoices() {
    const carried = table.rungs.indexOf(best());
    const rungs = [...table.rungs].reverse();
    rebuild(byId("cost-choices"), [kbps, readChoices().pin], () => [
      choice(null, false),
      ...rungs.map((rung) => choice(rung, kbps !== null && table.rungs.indexOf(rung) > carried)),
    ]);
  }

  function show() {
    showExpected();
    showChoices();
    node.hidden = false;
  }

  byId("cost-choices").addEventListener("change", ({ target }) => {
    keepChoices({ pin: target.value || null });
    showExpected();
  });
  show();
  return {
    /** Reckon with what the look at the connection found; null where it found nothing. */
    show(found) {
      kbps = found ?? kbps;
      show();
    },
  };
}
