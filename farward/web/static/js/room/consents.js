/**
 * Consent, purpose by purpose, in the server's words. The patient decides; somebody who may decide for them can; staff
 * can write down what they heard said.
 */

import { byId, el, rebuild } from "./dom.js";
import { say } from "./words.js";

const BASIC = ["visit", "learner"];

export function mountConsents({ seat: me, role, room, journal, texts }) {
  const by = role === "patient" ? "self" : role === "companion" ? "proxy" : "witnessed";
  const opened = new Set();
  let shownIn = null;

  const patient = () => room().seats.find((person) => person.role === "patient");

  function decisionOf(purpose) {
    const subject = patient()?.seat;
    const [draft] = journal
      .pending()
      .filter(({ kind, payload, state }) => kind === "consent" && state === "local" && payload.purpose === purpose && payload.subject === subject)
      .slice(-1);
    const standing = room().consents.find((consent) => consent.subject === subject && consent.purpose === purpose);
    return draft ? { decision: draft.payload.decision, waiting: true } : { decision: standing?.decision ?? "open", waiting: false };
  }

  function decide(purpose, decision) {
    const text = texts[purpose];
    const payload = {
      purpose,
      decision,
      text_version: text.version,
      language: text.language,
      by,
      subject: patient().seat,
      relation: by === "proxy" ? byId("relation").value.trim() || say("consent.companion") : undefined,
    };
    journal.append("consent", JSON.parse(JSON.stringify(payload)), { audience: "room" });
  }

  function buttons(purpose, decision) {
    const mine = by === "witnessed" ? "heard" : "own";
    const offer = (to, style) =>
      el(
        "button",
        { class: `button ${style}`, type: "button", dataset: { key: `${purpose}-${to}`, consent: `${purpose}:${to}` }, onclick: () => decide(purpose, to) },
        say(`consent.${mine}.${to}`),
      );
    if (decision === "given") return [offer("withdrawn", "quiet")];
    return decision === "open" ? [offer("given", ""), offer("refused", "quiet")] : [offer("given", "quiet")];
  }

  function item(purpose) {
    const { decision, waiting } = decisionOf(purpose);
    const text = texts[purpose];
    const tone = { given: "good", refused: "bad", withdrawn: "bad", open: "warn" }[decision];
    const open = opened.has(purpose) || (by === "self" && decision === "open" && BASIC.includes(purpose));
    const details = el(
      "details",
      { class: "consent", open },
      el("summary", { dataset: { key: purpose }, onclick: () => (details.open ? opened.delete(purpose) : opened.add(purpose)) }, el("strong", {}, text.title), " ", el("span", { class: `pill ${tone}` }, say(`consent.state.${decision}`))),
      el("p", {}, text.body),
      el("p", { class: "agree" }, text.agree),
      waiting && el("p", { class: "state local" }, say("sending.local")),
      el("div", { class: "row" }, buttons(purpose, decision)),
    );
    return details;
  }

  function purposes() {
    const watched = room().seats.some((person) => person.role === "observer");
    return Object.keys(texts).filter((purpose) => purpose !== "observers" || watched);
  }

  function update() {
    const node = byId("consents");
    if (!node || !patient()) return;
    const shown = purposes().map((purpose) => [purpose, decisionOf(purpose)]);
    rebuild(byId("consent-list"), shown, () => shown.map(([purpose]) => item(purpose)));
    const missing = shown.some(([purpose, { decision }]) => BASIC.includes(purpose) && decision === "open");
    const { phase } = room().encounter;
    if (by === "self" && missing) node.open = true;
    else if (by === "self" && phase === "interview" && phase !== shownIn) node.open = false;
    shownIn = phase;
  }

  journal.on("pending", update);
  return { update };
}
