/*
 * The service worker: the shell from the cache, and the rooms of this device without a network.
 *
 * The server puts `const SHELL = {version, files, offline, leave}` in front. The Cache API holds static files and the
 * page without a network, nothing about a person. A room's page is kept in IndexedDB, sealed with AES-GCM under a key
 * that cannot be taken out of this browser, for as long as the server's lease says (header `Offline-Lease`, seconds).
 * The outbox is none of its business: no version of this file ever touches it.
 */

const CACHE = `farward-${SHELL.version}`;
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\.\w+$/;
const ROOM = /^\/s\/([0-9a-f-]{36})\/(lobby)?$/;
const LEFT = /^\/s\/([0-9a-f-]{36})\/left$/;
const KEPT_HEADERS = ["content-type", "content-security-policy", "permissions-policy", "referrer-policy"];
/** A clock may be set right by this much without being taken for one that was set back. */
const SKEW_MS = 10 * 60_000;
/** Where a kept room could be shown, a network that says nothing for this long is none. */
const PATIENCE_MS = 15_000;

/** Whether a lease still holds, given the latest moment at which this device was ever seen. */
function leaseState({ until, seen }, now) {
  if (now < seen - SKEW_MS) return "set_back";
  return now >= until ? "over" : "good";
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function kept(mode, work) {
  const opening = indexedDB.open("farward-kept", 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("rooms", { keyPath: "seat" });
    opening.result.createObjectStore("clock", { keyPath: "id" });
  };
  const database = await settled(opening);
  try {
    return await settled(work((name) => database.transaction(name, mode).objectStore(name)));
  } finally {
    database.close();
  }
}

const rooms = () => kept("readonly", (store) => store("rooms").getAll());
const lastSeen = async () => (await kept("readonly", (store) => store("clock").get("device")))?.seen ?? 0;
const setSeen = (seen) => kept("readwrite", (store) => store("clock").put({ id: "device", seen }));

/** The lease is part of what is sealed: a longer one written beside it opens nothing. */
const bound = ({ seat, until }) => new TextEncoder().encode(`${seat} ${until}`);

async function keepRoom(seat, answer) {
  const lease = Number(answer.headers.get("Offline-Lease"));
  if (answer.type === "opaqueredirect" || answer.redirected || [403, 404].includes(answer.status)) return forgetRoom(seat);
  if (!answer.ok || !(lease > 0)) return null;
  const now = Date.now();
  const room = { seat, at: now, until: now + lease * 1000, iv: crypto.getRandomValues(new Uint8Array(12)) };
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const page = new TextEncoder().encode(await answer.text());
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: room.iv, additionalData: bound(room) }, key, page);
  const headers = KEPT_HEADERS.flatMap((name) => (answer.headers.has(name) ? [[name, answer.headers.get(name)]] : []));
  await kept("readwrite", (store) => store("rooms").put({ ...room, key, sealed, headers }));
  return setSeen(now);
}

/** Forget the page, its key and what was read in the room. What was written and not sent stays for the next sign-in. */
async function forgetRoom(seat) {
  await kept("readwrite", (store) => store("rooms").delete(seat));
  const known = (await indexedDB.databases?.()) ?? [];
  if (known.some(({ name }) => name === `farward-${seat}`)) await clearReplica(`farward-${seat}`);
}

async function clearReplica(name) {
  const database = await settled(indexedDB.open(name));
  const stores = ["entries", "meta"].filter((store) => database.objectStoreNames.contains(store));
  if (stores.length > 0) {
    const transaction = database.transaction(stores, "readwrite");
    for (const store of stores) transaction.objectStore(store).clear();
    await new Promise((resolve) => {
      transaction.oncomplete = transaction.onabort = resolve;
    });
  }
  database.close();
}

async function forgetAll() {
  const known = (await indexedDB.databases?.()) ?? [];
  const seats = known.map(({ name }) => /^farward-([0-9a-f-]{36})$/.exec(name)?.[1]).filter(Boolean);
  await Promise.all([...new Set([...seats, ...(await rooms()).map(({ seat }) => seat)])].map(forgetRoom));
}

/** The rooms that may be opened now. Those whose lease is over are forgotten on the way. */
async function openRooms() {
  const [now, seen] = [Date.now(), await lastSeen()];
  if (now > seen) await setSeen(now);
  const found = (await rooms()).map((room) => ({ room, state: leaseState({ until: room.until, seen }, now) }));
  await Promise.all(found.filter(({ state }) => state === "over").map(({ room }) => forgetRoom(room.seat)));
  return found.filter(({ state }) => state === "good").map(({ room }) => room);
}

async function unseal(room) {
  const how = { name: "AES-GCM", iv: room.iv, additionalData: bound(room) };
  const html = new TextDecoder().decode(await crypto.subtle.decrypt(how, room.key, room.sealed));
  const since = new Date(room.at).toISOString();
  return new Response(html.replace("<body ", `<body data-kept="${since}" `), { headers: room.headers });
}

/** The page without a network, with the visits that this device can open. */
async function offlinePage() {
  const page = await caches.match(SHELL.offline, { ignoreVary: true });
  if (!page) return Response.error();
  const found = (await openRooms()).sort((a, b) => b.at - a.at);
  const lines = (words) =>
    found.map(({ seat, at }) => `<li><a href="/s/${seat}/">${words.replace("{when}", new Date(at).toLocaleString())}</a></li>`);
  const html = (await page.text()).replace(/<section data-kept-when="([^"]*)">([^]*?)<ul([^>]*)><\/ul><\/section>/, (_all, words, head, list) =>
    found.length === 0 ? "" : `<section>${head}<ul${list}>${lines(words).join("")}</ul></section>`,
  );
  return new Response(html, { headers: page.headers });
}

function answerIn(request, patience) {
  const answer = fetch(request).catch(() => null);
  if (!patience) return answer;
  return Promise.race([answer, new Promise((resolve) => setTimeout(resolve, patience, null))]);
}

const isDown = (answer) => !answer || [502, 503, 504].includes(answer.status);

async function visitRoom(event, seat, page) {
  const known = (await rooms().catch(() => [])).some((room) => room.seat === seat);
  const answer = await answerIn(event.request, known ? PATIENCE_MS : 0);
  if (!isDown(answer)) {
    if (!page) event.waitUntil(keepRoom(seat, answer.clone()).catch(console.warn));
    return answer;
  }
  const room = (await openRooms()).find((other) => other.seat === seat);
  if (room) return page ? Response.redirect(`/s/${seat}/`) : unseal(room);
  return answer ?? offlinePage();
}

async function fromCache(request) {
  const found = await caches.match(request, { ignoreVary: true });
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    const copy = answer.clone();
    caches.open(CACHE).then((cache) => cache.put(request, copy)).catch(console.warn);
  }
  return answer;
}

/** What the page has loaded already comes from the browser's own cache: it costs no second transfer. */
async function fill(files) {
  const cache = await caches.open(CACHE);
  const missing = await Promise.all(files.map(async (file) => ((await caches.match(file, { ignoreVary: true })) ? null : file)));
  await cache.addAll(missing.filter(Boolean));
}

async function install() {
  await fill(SHELL.files.filter((file) => HASHED.test(file)));
  const cache = await caches.open(CACHE);
  await cache.add(new Request(SHELL.offline, { credentials: "omit" }));
}

/** Earlier shells stay while a kept room may need them; the one before always, for pages that are open now. */
async function activate() {
  const earlier = (await caches.keys()).filter((name) => name.startsWith("farward-") && name !== CACHE);
  const spent = (await openRooms()).length > 0 ? [] : earlier.slice(0, -1);
  await Promise.all(spent.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function keepNow({ seat, used, fetched }) {
  await fill(used.map((url) => new URL(url).pathname).filter((path) => HASHED.test(path)));
  if (!fetched) await keepRoom(seat, await fetch(`/s/${seat}/`));
}

const orders = {
  keep: keepNow,
  forget: ({ seat }) => kept("readwrite", (store) => store("rooms").delete(seat)),
  activate: () => self.skipWaiting(),
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => event.waitUntil(Promise.resolve(orders[event.data?.t]?.(event.data)).catch(console.warn)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate" && request.method === "POST" && pathname === SHELL.leave) event.waitUntil(forgetAll());
  if (request.method !== "GET") return;
  const [, gone] = LEFT.exec(pathname) ?? [];
  if (request.mode === "navigate" && gone) event.waitUntil(forgetRoom(gone));
  const [, seat, page] = ROOM.exec(pathname) ?? [];
  if (request.mode === "navigate" && seat) event.respondWith(visitRoom(event, seat, page));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(offlinePage));
  else if (HASHED.test(pathname)) event.respondWith(fromCache(request));
});
