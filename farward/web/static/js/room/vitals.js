/** Vital signs as FHIR R4 Observations with LOINC and UCUM codes. Each value is saved by itself. */

import { byId, el, rebuild } from "./dom.js";
import { dismiss, notice } from "./notices.js";
import { clock, say } from "./words.js";
import { VITALS, buildObservations, readObservation } from "./observations.js";

export function mountVitals({ journal, seat: me, room, nameOf }) {
  const form = byId("vitals-form");
  if (!form) return { update() {} };

  async function save(event) {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(form)].filter(([name, value]) => name !== "share" && value !== ""));
    const { observations, wrong } = buildObservations(values, new Date(journal.now()).toISOString());
    for (const input of form.querySelectorAll("input[type=number]")) input.toggleAttribute("aria-invalid", wrong.includes(input.name));
    form.querySelectorAll("[aria-invalid]").forEach((input) => input.setAttribute("aria-invalid", "true"));
    if (wrong.length > 0) {
      notice(say("vitals.wrong", { names: wrong.map((name) => say(`vitals.${name}`)).join(", ") }), { tone: "warn", key: "vitals" });
      form.elements[wrong[0]].focus();
      return;
    }
    dismiss("vitals");
    const audience = form.elements.share.checked ? "room" : "care";
    for (const observation of observations) await journal.append("observation", observation, { audience });
    form.reset();
  }

  function show() {
    const entries = [...journal.entries(), ...journal.drafts()].filter(({ kind }) => kind === "observation");
    rebuild(byId("vitals-list"), entries.map(({ id, state }) => [id, state]), () =>
      entries
        .slice()
        .reverse()
        .map((entry) => {
          const { name, words } = readObservation(entry.payload);
          const author = entry.author && entry.author !== `seat:${me}` ? nameOf(entry.author) : say("thread.you");
          const state = entry.state === "local" ? say("sending.local") : entry.state === "refused" ? entry.message : null;
          return el(
            "li",
            {},
            el("strong", {}, VITALS[name] ? say(`vitals.${name}`) : name),
            " ",
            el("span", { class: "number" }, words),
            " ",
            el("span", { class: "soft small" }, author, ", ", clock(entry.at), state && ` · ${state}`),
          );
        }),
    );
  }

  form.addEventListener("submit", save);
  journal.on("entry", ({ kind }) => kind === "observation" && show());
  journal.on("pending", show);
  return {
    update() {
      form.hidden = room().encounter.phase === "closed";
      show();
    },
  };
}
