/** What one seat may do about others: switch their sound off, take them out of the visit, let their new device in. */

import { byId, el, icon, rebuild } from "./dom.js";
import { confirm } from "./notices.js";
import { say } from "./words.js";

const PATIENT_SIDE = ["patient", "companion", "interpreter"];

export function mountPeople({ seat: me, role, room, act }) {
  /** As on the server: the preceptor directs everyone, a learner without one the patient's side. */
  function directs(person) {
    if (person.seat === me) return false;
    if (role === "preceptor") return true;
    const supervised = room().seats.some((other) => other.role === "preceptor");
    return role === "learner" && !supervised && PATIENT_SIDE.includes(person.role);
  }

  async function remove(person) {
    const sure = await confirm(say("ask.remove", { name: person.name }), say("people.remove"), { danger: true });
    if (sure) act("remove", { seat: person.seat });
  }

  function fillMenu(node, person) {
    const may = directs(person) && room().encounter.phase !== "closed";
    rebuild(node, [may, person.muted, person.name], () =>
      !may
        ? []
        : el(
            "details",
            { class: "menu" },
            el("summary", { "aria-label": say("people.menu", { name: person.name }), dataset: { key: "menu" } }, icon("more")),
            el(
              "div",
              {},
              el("button", { type: "button", onclick: () => act("mute", { seat: person.seat, muted: !person.muted }) }, say(person.muted ? "people.unmute" : "people.mute")),
              el("button", { type: "button", class: "bad", onclick: () => remove(person) }, say("people.remove")),
            ),
          ),
    );
  }

  function showWaiting() {
    const { waiting } = room();
    const node = byId("waiting");
    node.hidden = waiting.length === 0;
    rebuild(node, waiting, () =>
      waiting.map((device) => {
        const person = room().seats.find((other) => other.seat === device.seat);
        const admit = (yes) => act("admit", { device: device.device, seat: device.seat, admit: yes }, "staff");
        return el(
          "div",
          { class: "notice" },
          el("p", {}, say("waiting.device", { name: person?.name ?? say(`role.${device.role}`), device: device.label })),
          el(
            "div",
            { class: "row" },
            el("button", { class: "button", type: "button", dataset: { admit: device.device }, onclick: () => admit(true) }, say("waiting.admit")),
            el("button", { class: "button quiet", type: "button", onclick: () => admit(false) }, say("waiting.refuse")),
          ),
        );
      }),
    );
  }

  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll(".tile-menu details[open]")) {
      if (!open.contains(event.target) || event.target.closest("button")) open.open = false;
    }
  });
  return { fillMenu, update: showWaiting };
}
