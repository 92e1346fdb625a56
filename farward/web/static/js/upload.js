/**
 * Pictures and voice notes on their way to the server: kept on this device until the server has them on its disk.
 *
 * Sending one twice changes nothing, so every doubt is settled by sending again. Once the server has the bytes the
 * `still` or `clip` entry goes into the journal; only then does it leave this device.
 */

import { backoff } from "./backoff.js";
import { emitter } from "./events.js";
import { settled } from "./idb.js";
import { seal, unseal } from "./sealing.js";

/** Answers after which the same picture would be refused again. */
const FINAL = new Set([403, 404, 409, 410, 413, 415]);

/** Pictures, or what else `name` says, sealed in IndexedDB; without it or a key in memory, and `durable` is false. */
export async function openUploadStore(seat, name = "stills", key = null) {
  if (!key) return memoryUploads();
  const placeOf = ({ id }) => `${seat} ${name} ${id}`;
  try {
    const opening = indexedDB.open(`farward-${name}-${seat}`, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(name, { keyPath: "id" });
    const database = await settled(opening);
    const store = (mode) => database.transaction(name, mode, { durability: "strict" }).objectStore(name);
    const sealed = async (still) => ({ id: still.id, ...(await seal(key, placeOf(still), still)) });
    const put = async (still) => {
      const row = await sealed(still);
      await settled(store("readwrite").put(row));
    };
    for (const still of await settled(store("readonly").getAll())) if (!still.sealed) await put(still);
    return {
      durable: true,
      put,
      /** One that does not open is of another key: it waits for that one. */
      async all() {
        const rows = await settled(store("readonly").getAll());
        const opened = await Promise.allSettled(rows.map((row) => unseal(key, placeOf(row), row)));
        return opened.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
      },
      remove: (id) => settled(store("readwrite").delete(id)),
    };
  } catch {
    return memoryUploads();
  }
}

export function memoryUploads() {
  const stills = new Map();
  return {
    durable: false,
    all: async () => [...stills.values()],
    put: async (still) => void stills.set(still.id, still),
    remove: async (id) => void stills.delete(id),
  };
}

export async function sha256Hex(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Sends one thing piece by piece, from the one that is wanted next: for `put` of `createUploads`. `pieceAt(next)` gives the
 * address and the bytes of a piece; `rest(took)` is awaited before each further one.
 */
export async function putPieces(thing, { pieceAt, keep, send = fetch, rest = () => {}, now = () => performance.now() }) {
  for (let next = thing.next ?? 0; next !== null; ) {
    const began = now();
    const { address, body } = pieceAt(next);
    const answer = await send(address, {
      method: "PUT",
      body,
      headers: {
        "Content-Type": "application/octet-stream",
        "X-Farward-SHA256": thing.sha256,
        "X-Farward-Size": String(thing.bytes.byteLength),
        "X-Farward-Audience": thing.audience,
      },
    });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      // The server dropped what it had of a damaged one: begin again.
      if (answer.status === 422) await keep({ next: 0 });
      return { status: answer.status, message: told.message };
    }
    next = told.next ?? null;
    await keep({ next });
    if (next !== null) await rest(now() - began);
  }
  return { status: 200 };
}

const wait = (ms) => new Promise((resolve) => {
  const timer = setTimeout(done, ms);
  function done() {
    clearTimeout(timer);
    globalThis.removeEventListener?.("online", done);
    resolve();
  }
  globalThis.addEventListener?.("online", done);
});

/** What a still is to the journal: the kind of its entry, the name of its id there, and the rest of the payload. */
const STILL = {
  kind: "still",
  key: "capture",
  payload: ({ shows, width, height, bytes, caption, ask }) => ({
    shows, width, height, size: bytes.byteLength, ...(caption ? { caption } : {}), ...(ask ? { ask } : {}),
  }),
};

/**
 * `put(still, keep)` sends one and resolves to the HTTP status with, when refused, a message; it rejects without a
 * network. What it hands to `keep` is remembered with the still, such as how far it came. With a `queue` each waits for
 * its turn there, as a part of that name.
 */
export async function createUploads({ journal, store, put, what = STILL, pause = wait, queue = null }) {
  const events = emitter();
  const stills = new Map((await store.all()).map((still) => [still.id, still]));
  let sending = null;

  const inJournal = (id) => [...journal.entries(), ...journal.drafts()].some((entry) => entry.kind === what.kind && entry.payload[what.key] === id);
  const waiting = () => [...stills.values()].filter((still) => !still.refused);
  const part = what.part ?? "pictures";

  function changed() {
    const left = waiting();
    queue?.report(part, { count: left.length, bytes: left.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) });
    events.emit("change");
  }

  async function settle(still) {
    const { id, audience } = still;
    if (!inJournal(id)) await journal.append(what.kind, { [what.key]: id, ...what.payload(still) }, { audience });
    stills.delete(id);
    await store.remove(id).catch(() => {});
    changed();
  }

  async function keep(id, progress) {
    // It may have been thrown away meanwhile.
    if (!stills.has(id)) return;
    const still = { ...stills.get(id), ...progress };
    stills.set(id, still);
    await store.put(still).catch(() => {});
    events.emit("change");
  }

  async function refuse(still, message) {
    const marked = { ...(stills.get(still.id) ?? still), refused: message || "refused" };
    stills.set(still.id, marked);
    await store.put(marked).catch(() => {});
    changed();
  }

  async function sendAll() {
    for (let attempt = 0; waiting().length > 0;) {
      await queue?.turn(part);
      const [still] = waiting();
      if (!still) break;
      const answer = await put(still, (progress) => keep(still.id, progress)).catch(() => ({ status: 0 }));
      if (answer.status === 200) await settle(still);
      else if (FINAL.has(answer.status)) await refuse(still, answer.message);
      else {
        await pause(backoff((attempt += 1)));
        continue;
      }
      attempt = 0;
    }
  }

  function kick() {
    sending ??= sendAll().finally(() => { sending = null; });
    return sending;
  }

  changed();
  if (waiting().length > 0) kick();
  return {
    durable: store.durable,
    on: events.on,
    /**
     * Those still on this device; `refused` holds the reason where the server will not have one. What the journal knows of is
     * shown as its entry, and not twice.
     */
    pending: () => [...stills.values()].filter(({ id }) => !inJournal(id)),
    /** Keep a picture here, then send it. Resolves once it is kept. */
    async add(still) {
      stills.set(still.id, still);
      await store.put(still).catch(() => {});
      changed();
      kick();
    },
    /** Try a refused one again, as after the patient has agreed. */
    async retry(id) {
      const { refused: _refused, ...still } = stills.get(id);
      stills.set(id, still);
      await store.put(still).catch(() => {});
      changed();
      kick();
    },
    async drop(id) {
      stills.delete(id);
      await store.remove(id).catch(() => {});
      changed();
    },
    settled: () => sending ?? Promise.resolve(),
  };
}
