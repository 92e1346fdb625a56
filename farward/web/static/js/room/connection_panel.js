/** The panel behind the chip: why it is so, how much was used, how the rate went, and what the person wants instead. */

import { byId, el, rebuild, setText } from "./dom.js";
import { costWords, rungSentence } from "./rungs.js";
import { say } from "./words.js";

const WIDTH = 300;
const HEIGHT = 48;

/** Rates in kbit/s between looks at what was used. */
function ratesOf(looks) {
  return looks.slice(1).map((look, index) => {
    const seconds = (look.at - looks[index].at) / 1000;
    return seconds > 0 ? Math.max(0, ((look.usedMb - looks[index].usedMb) * 8000) / seconds) : 0;
  });
}

export function mountConnectionPanel({ panel, me, room, facts, price }) {
  const form = panel.querySelector("form");

  function showRate() {
    const rates = ratesOf(facts.looks());
    byId("connection-plot").hidden = rates.length < 2;
    if (rates.length < 2) return;
    const most = Math.max(...rates, 1);
    const points = rates.map((rate, index) => [(index * WIDTH) / (rates.length - 1), HEIGHT - 2 - (rate / most) * (HEIGHT - 4)]);
    byId("connection-plot").querySelector("polyline").setAttribute("points", points.map((point) => point.map((n) => n.toFixed(1)).join(",")).join(" "));
    setText(byId("connection-rate"), say("connection.rate", { now: Math.round(rates.at(-1)), most: Math.round(most) }));
  }

  function showPeople() {
    const people = room().seats.filter(({ role }) => role !== "helper" && role !== "observer");
    const select = form.elements.priority;
    rebuild(select, people.map(({ seat, name }) => [seat, name]), () => [
      el("option", { value: "" }, say("connection.alike")),
      ...people.map(({ seat, name }) => el("option", { value: seat }, seat === me ? say("connection.mine") : name)),
    ]);
    const { priority } = facts.choices();
    select.value = people.some(({ seat }) => seat === priority) ? priority : "";
  }

  function show() {
    if (!panel.open) return;
    const ladder = facts.ladder();
    setText(byId("connection-now"), ladder?.rung ? rungSentence(ladder, "", true) : say("connection.none"));
    setText(byId("connection-used"), say("connection.used", { cost: costWords(facts.used(), price) }));
    showRate();
    if (!form.contains(document.activeElement)) showPeople();
  }

  const { pin, budgetMb } = facts.choices();
  form.elements.pin.value = pin ?? "";
  form.elements.budget.value = budgetMb ?? "";
  showPeople();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (target.name === "pin") facts.choose({ pin: target.value || null });
    if (target.name === "priority") facts.choose({ priority: target.value || null });
    if (target.name !== "budget") return;
    const wrong = !target.validity.valid;
    byId("connection-wrong").hidden = !wrong;
    target.setAttribute("aria-invalid", String(wrong));
    if (!wrong) facts.choose({ budgetMb: target.value === "" ? null : Number(target.value) });
  });
  return { show };
}
