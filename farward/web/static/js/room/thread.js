/**
 * The messages, as one thread. Every line says who may read it; own lines say whether they have left this device.
 *
 * Staff write to the care team unless they choose otherwise, and the choice falls back to that at every new phase: what
 * is meant for colleagues never reaches a patient because a menu was left open.
 */

import { byId, el, icon, rebuild, setText } from "./dom.js";
import { phaseName } from "./header.js";
import { notice } from "./notices.js";
import { VITALS, readObservation } from "./observations.js";
import { rungSentence } from "./rungs.js";
import { clock, say } from "./words.js";

const PATIENT_SIDE = ["patient", "companion", "interpreter"];
const CHOICES = {
  learner: ["care", "room", "staff"],
  preceptor: ["care", "room", "staff", "preceptors"],
  observer: ["staff"],
  patient: ["room", "staff"],
  companion: ["room", "staff"],
  interpreter: ["room", "staff"],
};
const SHOWN = new Set(["brief", "message", "clip", "question", "answer", "mark", "phase", "summary", "help", "help.answer", "observation", "rung", "still.ask", "still.declined"]);
/** Changes of a connection that nobody needs to read about. */
const UNTOLD = new Set(["start", "unseen", "asked"]);

export function mountThread({ seat: me, role, journal, live, room, states, nameOf }) {
  const list = byId("thread");
  const form = byId("compose");
  const audience = form.elements.audience;
  const text = form.elements.text;
  let clips = null;
  let phase = null;
  let typedAt = 0;

  function audienceWords(token) {
    if (!token.startsWith("seat:")) return say(`audience.${token}`);
    const other = token.slice(5);
    return say("audience.seat", { name: other === me ? say("audience.you") : nameOf(`seat:${other}`) });
  }

  /** Whether the patient's side reads what goes to this audience. */
  function reachesPatient(token) {
    if (token === "room" || token === "everyone") return true;
    return room().seats.some((person) => token === `seat:${person.seat}` && PATIENT_SIDE.includes(person.role));
  }

  function wordsOf({ kind, payload, author }) {
    if (kind === "rung") return rungSentence(payload, nameOf(author), author === `seat:${me}`);
    if (["message", "summary", "question", "answer"].includes(kind)) return payload.text;
    if (kind === "still.ask") return say(payload.text ? "thread.still_asked_for" : "thread.still_asked", { name: nameOf(author), text: payload.text });
    if (kind === "still.declined") return say("thread.still_declined", { name: nameOf(author) });
    if (kind === "mark") return payload.text ? say("mark.with", { text: payload.text }) : say("mark.plain");
    if (kind === "observation") return vitalWords(payload);
    if (kind === "phase") return phaseWords(payload.to);
    if (kind === "help") return payload.text ? say("help.called_with", { text: payload.text }) : say("help.called");
    return say(`help.${payload.state}`, { text: payload.text ?? "" });
  }

  function vitalWords(observation) {
    const { name, words } = readObservation(observation);
    return `${VITALS[name] ? say(`vitals.${name}`) : name}: ${words}`;
  }

  /** An end does not begin. */
  function phaseWords(to) {
    const name = phaseName(to, role);
    const ends = to === "closed" || (to === "debrief" && PATIENT_SIDE.includes(role));
    return ends ? name : say("thread.phase", { phase: name });
  }

  /** Vital signs stand in their own panel; those shown to the patient too are told here, where the patient reads them. */
  function isShown({ kind, audience: to, payload }) {
    if (kind === "observation") return reachesPatient(to);
    if (kind === "rung") return !UNTOLD.has(payload.reason);
    // For the patient's side the visit ended with the debrief, and ends only once.
    if (kind === "phase" && payload.to === "closed") return payload.from !== "debrief" || !PATIENT_SIDE.includes(role);
    return SHOWN.has(kind) && kind !== "brief";
  }

  function stateOf(entry) {
    const heard = entry.kind === "clip" && !entry.state && clips?.heard(entry);
    if (heard) return heard;
    if (entry.state === "refused") return entry.message;
    return entry.state === "local" ? say("sending.local") : say("sending.sent");
  }

  function clipActions({ payload }) {
    return el(
      "div",
      { class: "row" },
      el("button", { class: "button quiet", type: "button", onclick: () => clips.retry(payload.clip) }, say("sending.again")),
      el("button", { class: "button plain", type: "button", onclick: () => clips.drop(payload.clip) }, say("sending.remove")),
    );
  }

  function refusedActions(entry) {
    if (entry.bytes) return clipActions(entry);
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(wordsOf(entry));
      } catch {
        // No clipboard on plain http or without permission: the words go back to where one writes.
        text.value = wordsOf(entry);
        text.select();
        return;
      }
      notice(say("sending.copied"), { tone: "good" });
    };
    return el(
      "div",
      { class: "row" },
      el("button", { class: "button quiet", type: "button", onclick: copy }, say("sending.copy")),
      el("button", { class: "button plain", type: "button", onclick: () => journal.drop(entry.id) }, say("sending.remove")),
    );
  }

  function line(entry) {
    const own = entry.author === `seat:${me}`;
    const plain = ["phase", "help.answer", "rung", "still.ask", "still.declined"].includes(entry.kind);
    if (plain) return el("li", { class: "event" }, wordsOf(entry), " ", el("time", { datetime: entry.at }, clock(entry.at)));
    const body = entry.kind === "clip" ? clips?.player(entry) : el("p", { class: "text", dir: "auto" }, wordsOf(entry));
    const head = el(
      "p",
      { class: "who" },
      el("strong", {}, own ? say("thread.you") : nameOf(entry.author)),
      " ",
      el("span", { class: `to ${reachesPatient(entry.audience) ? "open" : "inside"}` }, icon(reachesPatient(entry.audience) ? "eye" : "lock"), audienceWords(entry.audience)),
      " ",
      el("time", { datetime: entry.at }, clock(entry.at)),
    );
    const state = own && el("p", { class: `state ${entry.state ?? "sent"}` }, stateOf(entry));
    const asked = ["question", "answer"].includes(entry.kind) && el("p", { class: "eyebrow" }, say(`answer.${entry.kind}`));
    const kinds = `entry ${own ? "own" : ""} ${entry.kind.replace(".", "-")}`;
    return el("li", { class: kinds, dataset: { id: entry.id } }, head, asked, body, state, entry.state === "refused" && refusedActions(entry));
  }

  /** A connection that goes up and down takes one line until somebody says something: its newest. */
  function withoutWavering(all) {
    const later = new Set();
    const kept = [];
    for (const entry of [...all].reverse()) {
      if (entry.kind !== "rung") later.clear();
      else if (later.has(entry.author)) continue;
      else later.add(entry.author);
      kept.push(entry);
    }
    return kept.reverse();
  }

  function entries() {
    const own = journal.drafts().map((draft) => ({ author: `seat:${me}`, ...draft }));
    return withoutWavering([...journal.entries(), ...own, ...(clips?.drafts() ?? [])].filter(isShown));
  }

  function showBrief() {
    const brief = journal.entries().find(({ kind }) => kind === "brief");
    byId("brief").hidden = !brief;
    if (brief) setText(byId("brief").lastElementChild, brief.payload.text);
  }

  function show() {
    showBrief();
    const all = entries();
    const known = new Map([...list.children].map((node) => [node.dataset.mark, node]));
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    const nodes = all.map((entry) => {
      const mark = [entry.id, entry.state ?? "", nameOf(entry.author), entry.kind === "clip" ? clips?.mark(entry) : ""].join(" ");
      const node = known.get(mark) ?? line(entry);
      node.dataset.mark = mark;
      return node;
    });
    nodes.forEach((node, index) => list.children[index] !== node && list.insertBefore(node, list.children[index] ?? null));
    while (list.children.length > nodes.length) list.lastChild.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
    const waiting = all.filter(({ state, quiet }) => state === "local" && !quiet).length;
    byId("unsent").hidden = waiting === 0;
    setText(byId("unsent"), waiting === 1 ? say("sending.one") : say("sending.some", { count: waiting }));
  }

  function options() {
    const people = room().seats.filter((person) => person.seat !== me && person.role !== "helper");
    const direct = role === "observer" ? [] : people.map((person) => `seat:${person.seat}`);
    const several = room().seats.filter((person) => person.role === "preceptor").length > 1;
    const groups = (CHOICES[role] ?? []).filter((token) => token !== "preceptors" || several);
    return [...groups, ...direct];
  }

  function showChoices() {
    const tokens = options();
    const chosen = audience.value;
    rebuild(audience, tokens.map(audienceWords), () =>
      tokens.map((token) => el("option", { value: token }, audienceWords(token))),
    );
    const moved = phase !== null && phase !== room().encounter.phase;
    phase = room().encounter.phase;
    audience.value = moved || !tokens.includes(chosen) ? tokens[0] : chosen;
    showReach();
  }

  function showReach() {
    const open = reachesPatient(audience.value) && !PATIENT_SIDE.includes(role);
    form.classList.toggle("open", open);
    setText(byId("reach"), open ? say("thread.reaches_patient") : "");
  }

  async function send(event) {
    event.preventDefault();
    const words = text.value.trim();
    if (!words) return;
    text.value = "";
    try {
      // What can go at once needs no room on this device; otherwise the words stay where they were written.
      await journal.append("message", { text: words }, { audience: audience.value, sure: !live.connected });
    } catch {
      text.value = [words, text.value].filter(Boolean).join("\n");
      notice(say("storage.full"), { tone: "warn", key: "storage" });
      return;
    }
    list.scrollTop = list.scrollHeight;
  }

  function typing() {
    if (performance.now() - typedAt < 3000 || !reachesPatient(audience.value)) return;
    typedAt = performance.now();
    live.send({ t: "state", data: { typing: true } });
  }

  function showTyping() {
    const names = room()
      .seats.filter((person) => performance.now() - (states.get(person.seat)?.typedAt ?? -1e9) < 5000)
      .map((person) => person.name);
    setText(byId("typing"), names.length > 0 ? say("thread.typing", { name: names.join(", ") }) : "");
  }

  form.addEventListener("submit", send);
  audience.addEventListener("change", showReach);
  text.addEventListener("input", typing);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  journal.on("entry", (entry) => (SHOWN.has(entry.kind) || entry.kind === "heard") && show());
  journal.on("pending", show);
  setInterval(showTyping, 1000);
  if (role === "helper") form.hidden = true;
  return {
    audience: () => audience.value,
    /** The voice notes come once their part of the page is here. */
    useClips(mounted) {
      clips = mounted;
      clips.on("change", show);
      show();
    },
    close: () => clips?.close(),
    update() {
      showChoices();
      show();
    },
  };
}
