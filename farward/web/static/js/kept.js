/**
 * What this device keeps for the time without a network, apart from each seat's own journal: the lease of each seat (its
 * key, and until when) and the sealed page of its room.
 *
 * A lease that is over, or lost, takes the key, the page and the replica with it. What was written and not sent stays,
 * sealed: the server gives the same key again to who opens the seat. The service worker has this file in front of its own.
 */

import { finished, settled } from "./idb.js";
import { importKey, seal, unseal } from "./sealing.js";

/** A clock may be set right by this much without being taken for one that was set back. */
const SKEW_MS = 10 * 60_000;
const OF_SEAT = /^farward-(?:(stills|clips|recordings)-)?([0-9a-f-]{36})$/;

/** Whether a lease still holds, given the latest moment at which this device was ever seen. */
export function leaseState({ until, seen }, now) {
  if (now < seen - SKEW_MS) return "set_back";
  return now >= until ? "over" : "good";
}

async function kept(mode, work) {
  const opening = indexedDB.open("farward-kept", 1);
  opening.onupgradeneeded = () => {
    for (const name of ["rooms", "leases"]) opening.result.createObjectStore(name, { keyPath: "seat" });
    opening.result.createObjectStore("clock", { keyPath: "id" });
  };
  const database = await settled(opening);
  try {
    return await settled(work((name) => database.transaction(name, mode).objectStore(name)));
  } finally {
    database.close();
  }
}

const all = (name) => kept("readonly", (store) => store(name).getAll());
export const keptRooms = () => all("rooms");
const leases = () => all("leases");
const seenLast = async () => (await kept("readonly", (store) => store("clock").get("device")))?.seen ?? 0;
const setSeen = (seen) => kept("readwrite", (store) => store("clock").put({ id: "device", seen }));

/** Take the lease that a page brought, and give its key. What another account kept here goes. */
export async function holdLease(seat, { key: secret, seconds, owner = "" }, now = Date.now()) {
  const key = await importKey(secret);
  if (owner) await forgetOthers(owner);
  await kept("readwrite", (store) => store("leases").put({ seat, key, owner, until: now + seconds * 1000 }));
  await setSeen(now);
  return key;
}

/** The leases that hold now. Those that are over are forgotten on the way. */
export async function goodLeases(now = Date.now()) {
  const seen = await seenLast();
  if (now > seen) await setSeen(now);
  const found = (await leases()).map((lease) => ({ lease, state: leaseState({ until: lease.until, seen }, now) }));
  for (const { lease, state } of found) if (state === "over") await forgetSeat(lease.seat);
  return found.filter(({ state }) => state === "good").map(({ lease }) => lease);
}

export const goodLease = async (seat) => (await goodLeases()).find((lease) => lease.seat === seat) ?? null;

const LEASE = /<script id="lease" type="application\/json">([^<]*)<\/script>/;

/** Keep the page of a room with the lease that stands in it. The key itself is not kept in the page. */
export async function keepPage(seat, html, headers) {
  const lease = JSON.parse(LEASE.exec(html)?.[1] ?? "null");
  if (!lease) return null;
  const key = await holdLease(seat, lease);
  const at = Date.now();
  const page = await seal(key, `${seat} page ${at}`, { html: html.replace(LEASE, ""), label: lease.label, starts: lease.starts });
  await kept("readwrite", (store) => store("rooms").put({ seat, at, headers, ...page }));
  return { key, at };
}

/** For the worker: the rooms that may be opened now, with what they are called, the next visit first. */
async function openRooms() {
  const keys = new Map((await goodLeases()).map((lease) => [lease.seat, lease]));
  const rooms = (await keptRooms()).filter(({ seat }) => keys.has(seat));
  const opened = rooms.map(async (room) => {
    const { key, until } = keys.get(room.seat);
    return { ...room, until, ...(await unseal(key, `${room.seat} page ${room.at}`, room)) };
  });
  const found = (await Promise.allSettled(opened)).filter(({ status }) => status === "fulfilled").map(({ value }) => value);
  return found.sort((a, b) => String(a.starts).localeCompare(String(b.starts)));
}

/** Forget the page, the key and what was read in the room. What was written and not sent stays, and nothing here opens it. */
export async function forgetSeat(seat) {
  await kept("readwrite", (store) => store("leases").delete(seat));
  await kept("readwrite", (store) => store("rooms").delete(seat));
  if ((await seatsHere()).includes(seat)) await clearReplica(seat);
}

/** The databases of seats on this device: a journal where `part` is missing. Not every browser tells. */
async function partsHere() {
  const known = (await indexedDB.databases?.()) ?? [];
  return known.flatMap(({ name }) => {
    const [, part, seat] = OF_SEAT.exec(name) ?? [];
    return seat ? [{ name, part, seat }] : [];
  });
}

const seatsHere = async () => (await partsHere()).filter(({ part }) => !part).map(({ seat }) => seat);

async function inDatabase(name, names, mode, work) {
  const database = await settled(indexedDB.open(name));
  try {
    const stores = names.filter((store) => database.objectStoreNames.contains(store));
    if (stores.length === 0) return null;
    return await work(database.transaction(stores, mode), stores);
  } finally {
    database.close();
  }
}

function clearReplica(seat) {
  return inDatabase(`farward-${seat}`, ["entries", "meta"], "readwrite", (transaction, stores) => {
    for (const store of stores) transaction.objectStore(store).clear();
    return finished(transaction).catch(() => {});
  });
}

export async function forgetAll() {
  const seats = [...(await seatsHere()), ...(await leases()).map(({ seat }) => seat)];
  await Promise.all([...new Set(seats)].map(forgetSeat));
}

/** What was kept here by another account than the one that is signed in now. */
export async function forgetOthers(owner) {
  for (const lease of await leases()) if (lease.owner && lease.owner !== owner) await forgetSeat(lease.seat);
}

/** Without what the device noted by itself. Only a journal has such rows, and only its rows are small enough to read. */
async function countWritten(store) {
  if (store.name !== "outbox") return settled(store.count());
  return (await settled(store.getAll())).filter(({ quiet }) => !quiet).length;
}

/** How many things were made here in each seat and not sent: a count needs no key. */
export async function unsentHere() {
  const counts = new Map();
  for (const { name, part = "outbox", seat } of await partsHere()) {
    const count = (await inDatabase(name, [part], "readonly", (transaction) => countWritten(transaction.objectStore(part)))) ?? 0;
    if (count > 0) counts.set(seat, (counts.get(seat) ?? 0) + count);
  }
  return [...counts].map(([seat, count]) => ({ seat, count }));
}
