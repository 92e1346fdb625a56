/**
 * An encounter by messages: by when an answer comes, and the form that hands over to the preceptor or answers.
 *
 * What is written here is kept like every message, also without a network.
 */

import { byId, setText } from "./dom.js";
import { moment, say } from "./words.js";

const KINDS = { learner: "question", preceptor: "answer" };
const HOUR_MS = 3_600_000;

/** The expected time in one sentence, with what is left of it. */
function timeWords({ hours, due }, now) {
  if (!due) return say("answer.within", { hours });
  const left = Date.parse(due) - now;
  if (left < 0) return say("answer.late", { when: moment(due) });
  return left < HOUR_MS ? say("answer.soon", { when: moment(due) }) : say("answer.due", { when: moment(due), hours: Math.floor(left / HOUR_MS) });
}

export function mountHandover({ role, journal, live, room }) {
  const form = byId("handover-form");
  let newest = room;

  function show() {
    const { answer, encounter } = newest;
    const node = byId("answer-time");
    const over = encounter.phase === "closed";
    setText(node, answer && !over ? timeWords(answer, journal.now()) : "");
    node.classList.toggle("late", Boolean(answer?.due) && Date.parse(answer.due) < journal.now());
    if (form) form.hidden = over;
  }

  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = form.elements.text;
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    await journal.append(KINDS[role], { text }, { audience: "care" });
  });
  live.on("room", (frame) => {
    newest = frame;
    show();
  });
  setInterval(show, 30_000);
  show();
}
