/*
 * The service worker: the shell from the cache, and the rooms of this device without a network.
 *
 * The server puts `const SHELL = {version, files, offline, leave}`, `idb.js`, `sealing.js` and `kept.js` in front. The Cache API holds
 * static files and the page without a network, nothing about a person. A room's page is kept in IndexedDB, sealed under
 * the lease that stands in it. The outbox is none of its business: no version of this file ever touches it.
 */

const CACHE = `farward-${SHELL.version}`;
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\.\w+$/;
const ROOM = /^\/s\/([0-9a-f-]{36})\/(lobby)?$/;
const LEFT = /^\/s\/([0-9a-f-]{36})\/left$/;
const KEPT_HEADERS = ["content-type", "content-security-policy", "permissions-policy", "referrer-policy"];
/** Where a kept room could be shown, a network that says nothing for this long is none. */
const PATIENCE_MS = 15_000;

/** A place that is not held any more takes all that was read in it away. One that only sends on to the lobby does not. */
async function keepRoom(seat, answer) {
  if ([403, 404].includes(answer.status)) return forgetSeat(seat);
  if (!answer.ok || answer.redirected) return null;
  const headers = KEPT_HEADERS.flatMap((name) => (answer.headers.has(name) ? [[name, answer.headers.get(name)]] : []));
  return keepPage(seat, await answer.text(), headers);
}

function show({ html, at, headers }) {
  return new Response(html.replace("<body ", `<body data-kept="${new Date(at).toISOString()}" `), { headers });
}

const escaped = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
const DAY = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
const LISTED = /<section data-kept-until="([^"]*)">([^]*?)<ul([^>]*)><\/ul><\/section>/;
const LOCKED = /<p[^>]* data-locked>[^]*?<\/p>/;

/** The page without a network, with the visits that this device can open; `wanted` says that one was asked for. */
async function offlinePage(wanted = null) {
  const page = await caches.match(SHELL.offline, { ignoreVary: true });
  if (!page) return Response.error();
  const found = await openRooms().catch(() => []);
  const line = ({ seat, label, until }, words) =>
    `<li><a href="/s/${seat}/">${escaped(label)}</a> <span class="soft">${words.replace("{until}", escaped(new Date(until).toLocaleString([], DAY)))}</span></li>`;
  const listed = (_all, words, head, list) =>
    found.length === 0 ? "" : `<section>${head}<ul${list}>${found.map((room) => line(room, words)).join("")}</ul></section>`;
  const locked = Boolean(wanted) && (await seatsHere().catch(() => [])).includes(wanted);
  const html = (await page.text()).replace(LISTED, listed).replace(LOCKED, (text) => (locked ? text : ""));
  return new Response(html, { headers: page.headers });
}

function answerIn(request, patience) {
  const answer = fetch(request).catch(() => null);
  if (!patience) return answer;
  return Promise.race([answer, new Promise((resolve) => setTimeout(resolve, patience, null))]);
}

/** Only our own pages may have anything forgotten here: another site can send a browser to any address. */
const isOurs = ({ referrer }) => referrer.startsWith(`${self.location.origin}/`);

const isDown = (answer) => !answer || [502, 503, 504].includes(answer.status);

async function visitRoom(event, seat, page) {
  const known = (await keptRooms().catch(() => [])).some((room) => room.seat === seat);
  const answer = await answerIn(event.request, known ? PATIENCE_MS : 0);
  if (!isDown(answer)) {
    if (!page) event.waitUntil(keepRoom(seat, answer.clone()).catch(console.warn));
    return answer;
  }
  const room = known && (await openRooms()).find((other) => other.seat === seat);
  if (room) return page ? Response.redirect(`/s/${seat}/`) : show(room);
  return answer ?? offlinePage(seat);
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
  const spent = (await keptRooms()).length > 0 ? [] : earlier.slice(0, -1);
  await Promise.all(spent.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Put these files beside the shell, and say when they are there. */
async function fillNow({ files }, port) {
  const done = await fill(files.map((url) => new URL(url, self.location).pathname).filter((path) => HASHED.test(path))).then(() => true, () => false);
  port?.postMessage({ done });
}

async function keepNow({ seat, used, fetched }) {
  await fillNow({ files: used });
  if (!fetched) await keepRoom(seat, await fetch(`/s/${seat}/`));
}

const orders = {
  keep: keepNow,
  fill: fillNow,
  activate: () => self.skipWaiting(),
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => event.waitUntil(Promise.resolve(orders[event.data?.t]?.(event.data, event.ports[0])).catch(console.warn)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  const leaving = request.mode === "navigate" && isOurs(request);
  if (leaving && request.method === "POST" && pathname === SHELL.leave) event.waitUntil(forgetAll());
  if (request.method !== "GET") return;
  const [, gone] = LEFT.exec(pathname) ?? [];
  if (leaving && gone) event.waitUntil(forgetSeat(gone));
  const [, seat, page] = ROOM.exec(pathname) ?? [];
  if (request.mode === "navigate" && seat) event.respondWith(visitRoom(event, seat, page));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => offlinePage()));
  else if (HASHED.test(pathname)) event.respondWith(fromCache(request));
});
