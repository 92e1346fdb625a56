// The shared note as a Yjs document, without any screen: edits in, batches of updates out.
// Pure but for the timer, so that node's own runner tests it.

import { Doc, applyUpdate, encodeStateAsUpdate, mergeUpdates } from "../vendor/yjs.mjs";

export const SECTIONS = ["subjective", "objective", "assessment", "plan"];

// An entry's payload may have 64 KiB and base64 makes 3 bytes into 4.
const MAX_UPDATE_BYTES = 40_000;
// One pasted text is written in parts, each well under that limit in any script.
const MAX_INSERT = 6_000;
// What four sections may take together as JSON, as the server counts it.
export const MAX_VERSION_BYTES = 60_000;

const isHigh = (code) => code >= 0xd800 && code <= 0xdbff;
const isLow = (code) => code >= 0xdc00 && code <= 0xdfff;

/** The one replacement that turns `before` into `after`; typed text ends at the caret, which settles "aa" to "aaa". */
export function difference(before, after, caret = after.length) {
  const most = Math.min(before.length, after.length);
  const behind = Math.max(0, Math.min(most, after.length - caret));
  let tail = 0;
  while (tail < behind && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  let start = 0;
  while (start < most - tail && before[start] === after[start]) start++;
  while (tail < most - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  // Never cut a character of two code units in half: Yjs would replace the halves by question marks.
  if (start > 0 && isHigh(before.charCodeAt(start - 1))) start--;
  if (tail > 0 && isLow(before.charCodeAt(before.length - tail))) tail--;
  return { at: start, remove: before.length - tail - start, insert: after.slice(start, after.length - tail) };
}

/** Split a long text where no character is cut. */
export function* pieces(text, size = MAX_INSERT) {
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + size, text.length);
    if (end < text.length && isHigh(text.charCodeAt(end - 1))) end--;
    yield text.slice(at, end);
    at = end;
  }
}

export function toBase64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** SHA-256 over the four texts, as the server computes it. */
export async function digestSections(sections) {
  const bytes = new TextEncoder().encode(JSON.stringify(SECTIONS.map((name) => sections[name])));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How many bytes four sections take as a version. */
export function versionSize(sections) {
  return new TextEncoder().encode(JSON.stringify(sections)).length;
}

/**
 * The note of one page. `keep(base64)` makes one update durable and resolves then; it is called about once a second
 * while someone writes. `onChange(section, delta)` tells of text that others wrote.
 */
export function createNote({ keep, onChange = () => {}, onUnkept = () => {}, delay = 1000 }) {
  const doc = new Doc();
  const texts = Object.fromEntries(SECTIONS.map((name) => [name, doc.getText(name)]));
  let buffered = [];
  let held = null;
  let timer = null;
  let keeping = Promise.resolve();

  doc.on("update", (update, origin) => {
    if (origin !== "here") return;
    buffered.push(update);
    onUnkept(true);
    timer ??= setTimeout(flush, delay);
  });
  for (const name of SECTIONS) {
    texts[name].observe((event) => event.transaction.origin !== "here" && onChange(name, event.delta));
  }

  function flush() {
    clearTimeout(timer);
    timer = null;
    const updates = buffered;
    buffered = [];
    for (const batch of batches(updates)) keeping = keeping.then(() => keep(toBase64(mergeUpdates(batch))));
    keeping = keeping.then(() => buffered.length || onUnkept(false));
    return keeping;
  }

  return {
    text: (name) => texts[name].toString(),
    sections: () => Object.fromEntries(SECTIONS.map((name) => [name, texts[name].toString()])),
    /** The person wrote: `after` is the whole section now, `caret` where they are in it. */
    write(name, after, caret) {
      const { at, remove, insert } = difference(texts[name].toString(), after, caret);
      if (remove) doc.transact(() => texts[name].delete(at, remove), "here");
      let where = at;
      for (const piece of pieces(insert)) {
        doc.transact(() => texts[name].insert(where, piece), "here");
        where += piece.length;
      }
    },
    /** Someone wrote elsewhere, or this device did before: an update as base64 or bytes. */
    receive(update) {
      const bytes = typeof update === "string" ? fromBase64(update) : update;
      if (held) held.push(bytes);
      else applyUpdate(doc, bytes, "elsewhere");
    },
    /** While a word is being composed its text box must not change under the keyboard. */
    hold() { held ??= []; },
    release() {
      const waiting = held ?? [];
      held = null;
      for (const bytes of waiting) applyUpdate(doc, bytes, "elsewhere");
    },
    state: () => encodeStateAsUpdate(doc),
    flush,
    get unkept() { return buffered.length > 0; },
  };
}

function* batches(updates) {
  let batch = [];
  let size = 0;
  for (const update of updates) {
    if (batch.length && size + update.length > MAX_UPDATE_BYTES) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(update);
    size += update.length;
  }
  if (batch.length) yield batch;
}
