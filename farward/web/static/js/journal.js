/**
 * The journal on this device: the outbox (kept here until the server has it) and the replica (what this seat may read).
 *
 * `append` resolves once the entry is safe on this device. Sending is `live.js`'s work: it asks for a `batch` and hands
 * every frame to `receive`. Windows of the same seat share one outbox; sending an entry twice changes nothing.
 */

import { emitter } from "./events.js";
import { uuid7 } from "./ids.js";
import { QUIET } from "./order.js";
import { createReplica } from "./replica.js";
import { openStore } from "./store.js";

/** `key` is the lease's; without one nothing outlives this page. */
export async function openJournal({ seat, key = null, store: given = null, clock = Date.now }) {
  const store = given ?? (await openStore(seat, key));
  const replica = createReplica();
  const events = emitter();
  const channel = "BroadcastChannel" in globalThis && !given ? new BroadcastChannel(`farward-${seat}`) : null;
  let offset = 0;
  let flight = null;
  let forgetful = false;
  let batches = 0;

  async function load() {
    // The entries first: if they do not open, the cursor goes with them.
    const entries = await store.all("entries");
    const meta = Object.fromEntries((await store.all("meta")).map((row) => [row.key, row.value]));
    replica.merge(entries, meta.cursor ?? 0);
    offset = meta.offset ?? 0;
    for (const draft of await store.all("outbox")) replica.keep(draft);
  }

  async function reloadOutbox() {
    const rows = await store.all("outbox");
    const kept = rows.filter((draft) => replica.keep(draft));
    if (kept.length > 0) events.emit("pending", replica.pending());
  }

  const quietly = (promise) => promise.catch(() => events.emit("memory"));

  /** With `sure` it rejects where the device has no room for it; otherwise it is kept in memory and `memory` is told. */
  async function append(kind, payload, { audience = "everyone", sure = false } = {}) {
    const draft = { id: uuid7(), kind, audience, at: new Date(clock() + offset).toISOString(), payload };
    if (QUIET.has(kind)) draft.quiet = true;
    const keeping = store.put("outbox", draft);
    await (sure ? keeping : quietly(keeping));
    replica.keep(draft);
    channel?.postMessage("outbox");
    events.emit("pending", replica.pending());
    return draft.id;
  }

  /** Entries first and the cursor after them: a device that dies in between reads them again instead of never. */
  async function keepPage(added, cursor) {
    await store.put("entries", ...added);
    await store.put("meta", { key: "cursor", value: cursor });
  }

  function receiveEntries({ entries, cursor, after = 0 }) {
    // A page from further on: what lies between is asked for, and this one comes again with it.
    if (after > replica.cursor) return;
    const { added, settled } = replica.merge(entries, cursor);
    if (settled.length > 0) quietly(store.remove("outbox", ...settled));
    if (!forgetful) quietly(keepPage(added, replica.cursor));
    for (const entry of added) events.emit("entry", entry);
    if (settled.length > 0) events.emit("pending", replica.pending());
  }

  function receiveAck({ n, accepted, refused }) {
    const sent = flight?.n === n ? flight.ids : [];
    flight = flight?.n === n ? null : flight;
    const settled = replica.accept(accepted);
    if (settled.length > 0) quietly(store.remove("outbox", ...settled));
    const named = refused.map((refusal) => ({ ...refusal, id: refusal.id ?? sent[refusal.index] }));
    const marked = replica.refuse(named);
    if (marked.length > 0) quietly(store.put("outbox", ...marked));
    for (const draft of marked) events.emit("refused", draft);
    events.emit("pending", replica.pending());
  }

  function receiveWelcome({ now }) {
    offset = Date.parse(now) - clock();
    flight = null;
    if (forgetful) return;
    quietly(store.put("meta", { key: "offset", value: offset }));
  }

  const receivers = { entries: receiveEntries, ack: receiveAck, welcome: receiveWelcome };
  await load();
  const unsent = () => replica.pending().filter(({ quiet }) => !quiet).length;
  const found = unsent();
  if (channel) channel.onmessage = () => reloadOutbox();

  return {
    durable: store.durable,
    /** How many of the things that somebody wrote here the server does not have, and of those, how many when this page began. */
    unsent,
    found,
    append,
    on: events.on,
    entries: replica.entries,
    /** Own entries that the server does not have: `state` is `local` or `refused` (then with `code` and `message`). */
    pending: replica.pending,
    /** As `pending`, and also those the server has but has not sent back yet (`sent`). */
    drafts: replica.drafts,
    get cursor() {
      return replica.cursor;
    },
    /** The server's time now, as well as this device can tell, in epoch milliseconds. */
    now: () => clock() + offset,
    /** Take one frame from the server: `welcome`, `entries` or `ack`; others pass by. */
    receive(frame) {
      receivers[frame.t]?.(frame);
    },
    /** The next append frame, or null while one is under way or nothing waits. */
    batch() {
      const entries = flight ? [] : replica.nextBatch();
      if (entries.length === 0) return null;
      flight = { n: (batches += 1), ids: entries.map((entry) => entry.id) };
      return { t: "append", n: flight.n, entries };
    },
    /** The batch under way will not be answered: its entries may be sent again. */
    release() {
      flight = null;
    },
    /** Forget one draft that the person has seen refused. */
    async drop(id) {
      replica.drop(id);
      await quietly(store.remove("outbox", id));
      events.emit("pending", replica.pending());
    },
    /** Keep nothing that was read on this device from now on, which may be a shared one. What is not sent yet stays. */
    forget() {
      forgetful = true;
      return quietly(store.clear());
    },
  };
}
