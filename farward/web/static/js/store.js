/**
 * Where a seat's outbox and replica rest on this device: one IndexedDB database for each seat, each row sealed under the
 * seat's lease. Only ids, the server's numbers and the mark `quiet` (nobody wrote it) stand beside what is sealed.
 *
 * Without IndexedDB (private windows, full disks) or without a key (a page that did not come by https) the same calls keep
 * everything in memory, and `durable` is false.
 */

import { finished, settled } from "./idb.js";
import { seal, unseal } from "./sealing.js";

const STORES = { outbox: "id", entries: "seq", meta: "key" };

/** Version 2 seals. A page of before that is open still lets go of its own when this one comes. */
function openDatabase(name) {
  const request = indexedDB.open(name, 2);
  request.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(STORES)) {
      if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store, { keyPath });
    }
  };
  const blocked = new Promise((_, reject) => {
    request.onblocked = () => reject(new Error("blocked"));
  });
  return Promise.race([settled(request), blocked]);
}

/** The same calls as a stored one, for browsers that keep nothing. */
export function memoryStore() {
  const stores = Object.fromEntries(Object.keys(STORES).map((name) => [name, new Map()]));
  return {
    durable: false,
    all: async (store) => [...stores[store].values()],
    put: async (store, ...rows) => rows.forEach((row) => stores[store].set(row[STORES[store]], row)),
    remove: async (store, ...keys) => keys.forEach((key) => stores[store].delete(key)),
    clear: async () => ["entries", "meta"].forEach((name) => stores[name].clear()),
  };
}

/** Rows that are sealed on their way into `store` and opened on their way out; those it finds in clear it seals. */
export async function sealedStore(store, key, seat) {
  const placeOf = (name, row) => `${seat} ${name} ${row[STORES[name]]}`;

  async function sealRow(name, row) {
    return { [STORES[name]]: row[STORES[name]], ...(row.quiet && { quiet: true }), ...(await seal(key, placeOf(name, row), row)) };
  }

  async function put(name, ...rows) {
    await store.put(name, ...(await Promise.all(rows.map((row) => sealRow(name, row)))));
  }

  for (const name of Object.keys(STORES)) {
    const plain = (await store.all(name)).filter(({ sealed }) => !sealed);
    if (plain.length > 0) await put(name, ...plain);
  }
  return {
    ...store,
    put,
    /** What does not open is left out. Of the replica the rest goes too: the server has it all, and no gap is noticed. */
    async all(name) {
      const rows = await store.all(name);
      const opened = await Promise.allSettled(rows.map((row) => unseal(key, placeOf(name, row), row)));
      const good = opened.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
      if (good.length === rows.length || name === "outbox") return good;
      await store.clear();
      return [];
    },
  };
}

export async function openStore(seat, key) {
  if (!key) return memoryStore();
  try {
    return await sealedStore(storeOf(await openDatabase(`farward-${seat}`)), key, seat);
  } catch (error) {
    console.warn(error);
    return memoryStore();
  }
}

function storeOf(database) {
  database.onversionchange = () => database.close();
  // "strict": the promise "kept on this device" must outlive a flat battery.
  const writing = (store) => database.transaction(store, "readwrite", { durability: "strict" });
  return {
    durable: true,
    all: (store) => settled(database.transaction(store).objectStore(store).getAll()),
    put: (store, ...rows) => {
      const transaction = writing(store);
      for (const row of rows) transaction.objectStore(store).put(row);
      return finished(transaction);
    },
    remove: (store, ...keys) => {
      const transaction = writing(store);
      for (const key of keys) transaction.objectStore(store).delete(key);
      return finished(transaction);
    },
    clear: () => {
      const transaction = writing(["entries", "meta"]);
      transaction.objectStore("entries").clear();
      transaction.objectStore("meta").clear();
      return finished(transaction);
    },
  };
}
