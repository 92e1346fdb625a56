/**
 * The shared note in the room: four plain text boxes bound to one Yjs document.
 *
 * What is typed is kept in the journal about once a second, so offline is only a longer wait. The words and boxes are in
 * the page already (encounters/note/panel.html); nothing here makes up text of its own.
 */

import { MAX_VERSION_BYTES, SECTIONS, createNote, digestSections, versionSize } from "./note_doc.js";

const AUDIENCE = { audience: "care" };
const OF_NOTE = (entry) => entry.kind.startsWith("note.");
const refusedUpdate = (draft) => draft.kind === "note.update" && draft.state === "refused";

export function openNote({ root, journal, live, seat, role, room = null }) {
  const panel = root.querySelector("[data-note]");
  const words = panel.dataset;
  const find = (name, within = panel) => within.querySelector(`[data-${name}]`);
  const boxes = Object.fromEntries(SECTIONS.map((name) => [name, panel.querySelector(`#note-${name}`)]));
  let state = { note: "draft", version: 0, phase: "", seats: [] };

  const note = createNote({
    keep: (update) => journal.append("note.update", { update }, AUDIENCE),
    onChange: showChange,
    onUnkept: showSaved,
  });

  function showChange(name, delta) {
    let at = 0;
    for (const part of delta) {
      if (part.retain) at += part.retain;
      else if (part.delete) boxes[name].setRangeText("", at, at + part.delete, "preserve");
      else {
        boxes[name].setRangeText(part.insert, at, at, "preserve");
        at += part.insert.length;
      }
    }
    // A caret beside a change can be led astray, the text never: the document decides.
    if (boxes[name].value !== note.text(name)) boxes[name].value = note.text(name);
    grow(boxes[name]);
    showSigning();
    showSubmitting();
  }

  function grow(box) {
    box.rows = Math.min(16, Math.max(3, box.value.split("\n").length + 1));
  }

  for (const [name, box] of Object.entries(boxes)) {
    box.addEventListener("input", () => {
      note.write(name, box.value, box.selectionEnd);
      grow(box);
      showSubmitting();
    });
    box.addEventListener("compositionstart", () => note.hold());
    box.addEventListener("compositionend", () => note.release());
    box.addEventListener("blur", () => {
      note.release();
      note.flush();
    });
  }

  function showSaved() {
    const waiting = note.unkept || journal.pending().some((draft) => OF_NOTE(draft) && draft.state === "local");
    const written = waiting || journal.entries().some((entry) => entry.kind === "note.update");
    find("saved").textContent = waiting ? words.here : written ? words.sent : "";
    find("saved").classList.toggle("waits", waiting);
  }

  function nameOf(author) {
    return state.seats.find((one) => `seat:${one.seat}` === author)?.name ?? words.somebody;
  }

  function submissions() {
    return journal.entries().filter((entry) => entry.kind === "note.submit");
  }

  /** The version that waits for a signature, once its text is on this device. */
  function waitingVersion() {
    const found = state.note === "submitted" ? submissions()[state.version - 1] : undefined;
    return found && { number: state.version, sections: found.payload.sections };
  }

  function showComments() {
    const all = [...journal.entries(), ...journal.drafts()].filter((entry) => entry.kind === "note.comment");
    for (const name of SECTIONS) {
      const items = all.filter((entry) => entry.payload.section === name).map(commentItem);
      find("comments", sectionOf(name)).replaceChildren(...items);
    }
  }

  function commentItem(entry) {
    const item = document.createElement("li");
    const text = document.createElement("p");
    text.className = "as-written";
    text.textContent = entry.payload.text;
    const by = document.createElement("p");
    by.className = "small soft";
    by.textContent = nameOf(entry.author ?? `seat:${seat}`);
    item.append(text, by);
    return item;
  }

  const sectionOf = (name) => panel.querySelector(`[data-section="${name}"]`);

  for (const name of SECTIONS) {
    const form = sectionOf(name).querySelector("form");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const box = form.querySelector("textarea");
      const text = box.value.trim();
      if (!text) return;
      await journal.append("note.comment", { section: name, text }, AUDIENCE);
      box.value = "";
      form.closest("details").open = false;
      showComments();
    });
  }

  function showState() {
    const locked = state.note === "cosigned";
    for (const box of Object.values(boxes)) box.readOnly = locked;
    find("state").textContent = words[state.note] ?? "";
    find("state").className = `pill ${{ cosigned: "good", returned: "warn", draft: "off" }[state.note] ?? ""}`;
    showSubmitting();
    const last = journal.entries().filter((entry) => entry.kind === "note.return").at(-1);
    const refused = journal.pending().find(refusedUpdate);
    if (refused) tell(`${refused.message} ${words.kept}`);
    else if (locked) tell(words.locked, true);
    else if (state.note === "returned" && last) tell(`${nameOf(last.author)}: ${last.payload.comment}`);
    else tell("");
    showSigning();
  }

  const asSubmitted = (version) => SECTIONS.every((name) => version.sections[name] === note.text(name));

  /** To submit there must be something that the preceptor does not have yet. */
  function showSubmitting() {
    const due = ["wrap_up", "debrief", "closed"].includes(state.phase) || ["submitted", "returned"].includes(state.note);
    const waiting = waitingVersion();
    const done = state.note === "cosigned" || (waiting && asSubmitted(waiting));
    find("submitting").hidden = role !== "learner" || !due || Boolean(done);
  }

  function tell(text, good = false) {
    if (find("notice-text").textContent !== text) find("notice-text").textContent = text;
    find("notice").hidden = !text;
    find("notice").className = `notice row apart ${good ? "good" : "warn"}`;
    find("forget").hidden = !journal.pending().some(refusedUpdate);
  }

  function showSigning() {
    const version = role === "preceptor" ? waitingVersion() : undefined;
    find("signing").hidden = !version;
    if (!version) return;
    find("signing-title").textContent = `${words.version} ${version.number}`;
    find("signing-moved").textContent = words.moved;
    find("signing-moved").hidden = asSubmitted(version);
    find("signing-text").replaceChildren(...SECTIONS.map((name) => versionPart(name, version.sections[name])));
  }

  function versionPart(name, text) {
    const part = document.createElement("div");
    const title = document.createElement("dt");
    title.textContent = sectionOf(name).querySelector("label").textContent;
    const body = document.createElement("dd");
    body.className = "as-written";
    body.textContent = text || "–";
    part.append(title, body);
    return part;
  }

  find("submit").addEventListener("click", async () => {
    await note.flush();
    const sections = note.sections();
    if (!SECTIONS.some((name) => sections[name].trim())) return tell(words.empty);
    if (versionSize(sections) > MAX_VERSION_BYTES) return tell(words.tooLong);
    await journal.append("note.submit", { sections }, AUDIENCE);
    return showSaved();
  });

  find("cosign").addEventListener("click", async () => {
    const version = waitingVersion();
    if (!version) return;
    const digest = await digestSections(version.sections);
    await journal.append("note.cosign", { version: version.number, digest }, AUDIENCE);
  });

  find("returning").addEventListener("submit", async (event) => {
    event.preventDefault();
    const box = event.target.querySelector("textarea");
    const version = waitingVersion();
    if (!version || !box.value.trim()) return;
    await journal.append("note.return", { version: version.number, comment: box.value.trim() }, AUDIENCE);
    box.value = "";
  });

  /** A refused change stays in its box, marked as not in the record; a refused decision only needs its reason read. */
  function showRefused(draft) {
    if (!OF_NOTE(draft)) return;
    if (draft.kind === "note.update") return showState();
    journal.drop(draft.id);
    return tell(draft.message);
  }

  /** The boxes held what is not in the record; now they show what was signed. */
  find("forget").addEventListener("click", async () => {
    for (const draft of journal.pending().filter(refusedUpdate)) await journal.drop(draft.id);
    const signed = submissions()[state.version - 1]?.payload.sections;
    for (const name of SECTIONS) boxes[name].value = signed?.[name] ?? note.text(name);
    showState();
  });

  function take(entry) {
    if (entry.kind === "note.update") note.receive(entry.payload.update);
    else if (entry.kind === "note.comment") showComments();
    else if (OF_NOTE(entry)) showState();
    if (OF_NOTE(entry)) showSaved();
  }

  function takeRoom(frame) {
    const { note_state, note_version, phase } = frame.encounter;
    state = { note: note_state, version: note_version, phase, seats: frame.seats };
    showState();
    showComments();
  }

  /** A device without the note's entries gets the merged text at once; the entries follow and change nothing. */
  async function fetchState() {
    if (journal.entries().some((entry) => entry.kind === "note.update")) return;
    const answer = await fetch(`/s/${seat}/note.bin`, { cache: "no-store" }).catch(() => null);
    if (answer?.ok) note.receive(new Uint8Array(await answer.arrayBuffer()));
  }

  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && note.flush());
  addEventListener("pagehide", note.flush);
  for (const entry of [...journal.entries(), ...journal.drafts()]) take(entry);
  journal.on("entry", take);
  journal.on("pending", showSaved);
  journal.on("refused", showRefused);
  live.on("room", takeRoom);
  for (const draft of journal.pending().filter((one) => one.state === "refused")) showRefused(draft);
  if (room) takeRoom(room);
  fetchState();
}
