import assert from "node:assert/strict";
import test from "node:test";
import {
  createNote, difference, digestSections, fromBase64, pieces, toBase64,
} from "../../farward/web/static/js/note_doc.js";

/** A note whose kept updates are gathered. */
function noteWithLog(options = {}) {
  const log = [];
  const note = createNote({ keep: async (update) => { log.push(update); }, delay: 5, ...options });
  return { note, log };
}

function applied(before, { at, remove, insert }) {
  return before.slice(0, at) + insert + before.slice(at + remove);
}

test("a difference turns the old text into the new, wherever the caret is", () => {
  const texts = ["", "a", "aa", "aaa", "ab", "ba", "aab😀", "😀", "😁", "a😀b", "漢字", "a\nb"];
  for (const before of texts) {
    for (const after of texts) {
      for (let caret = 0; caret <= after.length; caret++) {
        assert.equal(applied(before, difference(before, after, caret)), after, `${before} ${after} ${caret}`);
      }
    }
  }
});

test("a letter typed among equal letters is placed at the caret", () => {
  assert.deepEqual(difference("aa", "aaa", 1), { at: 0, remove: 0, insert: "a" });
  assert.deepEqual(difference("aa", "aaa", 3), { at: 2, remove: 0, insert: "a" });
});

test("a difference never cuts an emoji in half", () => {
  assert.deepEqual(difference("😀", "😁"), { at: 0, remove: 2, insert: "😁" });
});

test("a long text is cut into pieces that join to the same text", () => {
  const text = "😀".repeat(50) + "x";
  const parts = [...pieces(text, 7)];
  assert.equal(parts.join(""), text);
  assert.ok(parts.every((part) => !/[\ud800-\udbff]$/.test(part)));
});

test("what is written within a second is kept as one update", async () => {
  const { note, log } = noteWithLog();
  note.write("plan", "R", 1);
  note.write("plan", "Re", 2);
  note.write("plan", "Rest", 4);
  await note.flush();
  assert.equal(log.length, 1);
  const other = noteWithLog().note;
  other.receive(log[0]);
  assert.equal(other.text("plan"), "Rest");
});

test("what is written is kept without being asked to", async () => {
  const { note, log } = noteWithLog();
  note.write("plan", "Rest", 4);
  await new Promise((done) => setTimeout(done, 40));
  assert.equal(log.length, 1);
  assert.equal(note.unkept, false);
});

test("two notes that were apart agree in any order and lose no word", async () => {
  const [amina, osei] = [noteWithLog(), noteWithLog()];
  amina.note.write("assessment", "Asthma", 6);
  await amina.note.flush();
  osei.note.receive(amina.log[0]);
  amina.note.write("assessment", "Mild asthma", 5);
  osei.note.write("assessment", "Asthma, stable", 14);
  await Promise.all([amina.note.flush(), osei.note.flush()]);
  for (const update of [...osei.log, ...osei.log]) amina.note.receive(update);
  for (const update of [...amina.log].reverse()) osei.note.receive(update);
  assert.equal(amina.note.text("assessment"), "Mild asthma, stable");
  assert.deepEqual(amina.note.sections(), osei.note.sections());
});

test("text from elsewhere waits while a word is composed, and both are there afterwards", async () => {
  const seen = [];
  const { note } = noteWithLog({ onChange: (name) => seen.push(name) });
  const other = noteWithLog();
  other.note.write("subjective", "Cough", 5);
  await other.note.flush();
  note.hold();
  note.receive(other.log[0]);
  note.write("subjective", "k", 1);
  assert.deepEqual([note.text("subjective"), seen], ["k", []]);
  note.release();
  assert.equal([...note.text("subjective")].sort().join(""), [..."Coughk"].sort().join(""));
  assert.deepEqual(seen, ["subjective"]);
});

test("a pasted text of any length goes out in entries that fit", async () => {
  const { note, log } = noteWithLog();
  const long = "漢".repeat(60_000);
  note.write("objective", long, long.length);
  await note.flush();
  assert.ok(log.length > 1);
  assert.ok(log.every((update) => update.length < 60_000));
  const other = noteWithLog().note;
  for (const update of log) other.receive(update);
  assert.equal(other.text("objective"), long);
});

test("bytes survive base64", () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
  assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
});

test("a digest is the same as on the server", async () => {
  const sections = { subjective: 'She said "ow"\n\tand é漢😀', objective: "", assessment: "", plan: "\u0001\u007f" };
  assert.equal(await digestSections(sections), "017024554dc59009a70b6ecaff09b560430371a2d57e264cfabea58c092c8d41");
});
