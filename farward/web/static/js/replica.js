/**
 * What this device knows of the journal, as plain data: the entries in the server's order, and what is still only here.
 *
 * A draft is `local` until the server has it, then `sent` until its entry comes back, or `refused` with the reason.
 * Entries and acknowledgements may come twice, late or in any order; the result is the same.
 */

import { byImportance } from "./order.js";

/** One append carries at most this much: the server's own limits, with room for the frame around it. */
export const BATCH_ENTRIES = 256;
const BATCH_BYTES = 256 * 1024;

export function createReplica() {
  const entries = [];
  const seqs = new Set();
  const ids = new Set();
  const drafts = new Map();
  let cursor = 0;

  function insert(entry) {
    let at = entries.length;
    while (at > 0 && entries[at - 1].seq > entry.seq) at -= 1;
    entries.splice(at, 0, entry);
    seqs.add(entry.seq);
    ids.add(entry.id);
  }

  return {
    get cursor() {
      return cursor;
    },

    /** Take a page of entries in. Returns those that are new here and the ids of own drafts they settle. */
    merge(page, upTo = 0) {
      const added = page.filter((entry) => !seqs.has(entry.seq));
      for (const entry of added) insert(entry);
      const settled = page.map((entry) => entry.id).filter((id) => drafts.delete(id));
      cursor = Math.max(cursor, upTo, ...page.map((entry) => entry.seq));
      return { added, settled };
    },

    /** Keep a draft. One that the journal already has is not kept again. */
    keep(draft) {
      if (ids.has(draft.id) || drafts.has(draft.id)) return false;
      drafts.set(draft.id, { state: "local", ...draft });
      return true;
    },

    /** The server has these. Returns the ids that were waiting here. */
    accept(accepted) {
      const waiting = accepted.filter(([id]) => drafts.get(id)?.state === "local" || drafts.get(id)?.state === "refused");
      for (const [id, seq] of waiting) {
        if (seqs.has(seq)) drafts.delete(id);
        else drafts.set(id, { ...drafts.get(id), state: "sent", seq });
      }
      return waiting.map(([id]) => id);
    },

    /** The server does not take these. Returns the drafts, each with its `code` and `message`. */
    refuse(refused) {
      return refused.flatMap(({ id, code, message }) => {
        const draft = drafts.get(id);
        if (!draft || draft.state !== "local") return [];
        const marked = { ...draft, state: "refused", code, message };
        drafts.set(id, marked);
        return [marked];
      });
    },

    drop(id) {
      return drafts.delete(id);
    },

    /** The most important drafts that wait for the server, and of those the oldest, as many as one append may carry. */
    nextBatch() {
      const batch = [];
      let bytes = 0;
      for (const draft of this.pending().sort(byImportance)) {
        if (draft.state !== "local") continue;
        const { id, kind, audience, at, payload } = draft;
        bytes += JSON.stringify(payload).length * 2;
        if (batch.length > 0 && (batch.length >= BATCH_ENTRIES || bytes > BATCH_BYTES)) break;
        batch.push({ id, kind, audience, at, payload });
      }
      return batch;
    },

    entries: () => entries.slice(),
    drafts: () => [...drafts.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    pending: () => [...drafts.values()].filter((d) => d.state !== "sent").sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}
