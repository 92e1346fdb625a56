/** Short messages to the person: notices that can be put away, and questions that are answered yes or no. */

import { byId, el, icon } from "./dom.js";
import { say } from "./words.js";

const shown = new Map();

/** Show a notice. A second one with the same `key` takes the place of the first. `actions` are [label, function]. */
export function notice(text, { tone = "", key = text, actions = [], keep = false } = {}) {
  dismiss(key);
  const close = el("button", { class: "button plain icon-only", type: "button", "aria-label": say("close") }, icon("close"));
  close.addEventListener("click", () => dismiss(key));
  const buttons = actions.map(([label, act]) =>
    el("button", { class: "button quiet", type: "button", onclick: () => act() }, label),
  );
  const node = el("div", { class: `notice ${tone}` }, el("p", {}, text), el("div", { class: "row" }, ...buttons, !keep && close));
  shown.set(key, node);
  byId("notices").append(node);
  if (!keep && actions.length === 0) setTimeout(() => shown.get(key) === node && dismiss(key), 12000);
}

export function dismiss(key) {
  shown.get(key)?.remove();
  shown.delete(key);
}

/** Ask before something that is not easily taken back. Resolves to whether the person says yes. */
export function confirm(question, yes, { danger = false } = {}) {
  const dialog = byId("confirm");
  dialog.querySelector("p").textContent = question;
  const accept = dialog.querySelector("[value=yes]");
  accept.textContent = yes;
  accept.classList.toggle("danger", danger);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
