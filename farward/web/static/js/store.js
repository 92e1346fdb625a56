/**
 * Where a seat's outbox and replica rest on this device: one IndexedDB database for each seat.
 *
 * Without IndexedDB (private windows, full disks) the same calls keep everything in memory, and `durable` is false.
 */

const STORES = { outbox: "id", entries: "seq", meta: "key" };

function done(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function openDatabase(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath });
  };
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

/** The same calls as a stored one, for browsers that keep nothing. */
export function memoryStore() {
  const stores = Object.fromEntries(Object.keys(STORES).map((name) => [name, new Map()]));
  return {
    durable: false,
    all: async (store) => [...stores[store].values()],
    put: async (store, ...rows) => rows.forEach((row) => stores[store].set(row[STORES[store]], row)),
    remove: async (store, ...keys) => keys.forEach((key) => stores[store].delete(key)),
    clear: async () => Object.values(stores).forEach((store) => store.clear()),
  };
}

export async function openStore(seat) {
  let database;
  try {
    database = await openDatabase(`farward-${seat}`);
  } catch {
    return memoryStore();
  }
  database.onversionchange = () => database.close();
  // "strict": the promise "kept on this device" must outlive a flat battery.
  const writing = (store) => database.transaction(store, "readwrite", { durability: "strict" });
  return {
    durable: true,
    all: (store) => result(database.transaction(store).objectStore(store).getAll()),
    put: (store, ...rows) => {
      const transaction = writing(store);
      for (const row of rows) transaction.objectStore(store).put(row);
      return done(transaction);
    },
    remove: (store, ...keys) => {
      const transaction = writing(store);
      for (const key of keys) transaction.objectStore(store).delete(key);
      return done(transaction);
    },
    clear: () => {
      const transaction = writing(["entries", "meta"]);
      transaction.objectStore("entries").clear();
      transaction.objectStore("meta").clear();
      return done(transaction);
    },
  };
}
