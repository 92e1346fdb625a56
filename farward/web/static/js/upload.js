/**
 * Pictures and voice notes on their way to the server: kept on this device until the server has them on its disk.
 *
 * Sending one twice changes nothing, so every doubt is settled by sending again. Once the server has the bytes the
 * `still` or `clip` entry goes into the journal; only then does it leave this device.
 */

import { backoff } from "./backoff.js";
import { emitter } from "./events.js";

/** Answers after which the same picture would be refused again. */
const FINAL = new Set([403, 404, 409, 410, 413, 415]);

function request(made) {
  return new Promise((resolve, reject) => {
    made.onsuccess = () => resolve(made.result);
    made.onerror = () => reject(made.error);
  });
}

/** Pictures, or what else `name` says, in IndexedDB; without it in memory, and `durable` is false. */
export async function openUploadStore(seat, name = "stills") {
  try {
    const opening = indexedDB.open(`farward-${name}-${seat}`, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(name, { keyPath: "id" });
    const database = await request(opening);
    const store = (mode) => database.transaction(name, mode, { durability: "strict" }).objectStore(name);
    return {
      durable: true,
      all: () => request(store("readonly").getAll()),
      put: (still) => request(store("readwrite").put(still)),
      remove: (id) => request(store("readwrite").delete(id)),
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
export const STILL = {
  kind: "still",
  key: "capture",
  payload: ({ shows, width, height, bytes, caption }) => ({ shows, width, height, size: bytes.byteLength, ...(caption ? { caption } : {}) }),
};

/**
 * `put(still, keep)` sends one and resolves to the HTTP status with, when refused, a message; it rejects without a
 * network. What it hands to `keep` is remembered with the still, such as how far it came.
 */
export async function createUploads({ seat, journal, store, put = putOverHttp(seat), what = STILL, pause = wait }) {
  const events = emitter();
  const stills = new Map((await store.all()).map((still) => [still.id, still]));
  let sending = null;

  const waiting = () => [...stills.values()].filter((still) => !still.refused);
  const changed = () => events.emit("change");

  async function settle(still) {
    const { id, audience } = still;
    const known = [...journal.entries(), ...journal.drafts()].some((entry) => entry.kind === what.kind && entry.payload[what.key] === id);
    if (!known) await journal.append(what.kind, { [what.key]: id, ...what.payload(still) }, { audience });
    stills.delete(id);
    await store.remove(id).catch(() => {});
    changed();
  }

  async function keep(id, progress) {
    const still = { ...stills.get(id), ...progress };
    stills.set(id, still);
    await store.put(still).catch(() => {});
  }

  async function refuse(still, message) {
    const marked = { ...(stills.get(still.id) ?? still), refused: message || "refused" };
    stills.set(still.id, marked);
    await store.put(marked).catch(() => {});
    changed();
  }

  async function sendAll() {
    for (let attempt = 0; waiting().length > 0;) {
      const [still] = waiting();
      const answer = await put(still, (progress) => keep(still.id, progress)).catch(() => ({ status: 0 }));
      if (answer.status === 200 || answer.status === 201) await settle(still);
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

  if (waiting().length > 0) kick();
  return {
    durable: store.durable,
    on: events.on,
    /** Those still on this device; `refused` holds the reason where the server will not have one. */
    pending: () => [...stills.values()],
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

function putOverHttp(seat) {
  return async (still) => {
    const answer = await fetch(`/s/${seat}/captures/${still.id}`, {
      method: "PUT",
      body: still.bytes,
      headers: {
        "Content-Type": "image/jpeg",
        "X-Farward-SHA256": still.sha256,
        "X-Farward-Audience": still.audience,
      },
    });
    const told = answer.ok ? {} : await answer.json().catch(() => ({}));
    return { status: answer.status, message: told.message };
  };
}
