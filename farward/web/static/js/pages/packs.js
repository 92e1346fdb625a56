/**
 * The coming visits on this device: which are kept, until when, and one button that keeps them all. On a network that is
 * not paid by the megabyte they are kept up to date by themselves.
 */

import { forgetOthers, forgetSeat, goodLeases, keepPage, keptRooms, unsentHere } from "../kept.js";
import { isMetered } from "../queue.js";
import { canSeal } from "../sealing.js";
import { askToStay } from "../storage.js";
import { openStore } from "../store.js";
import { workerAddress } from "../trusted.js";

const section = document.getElementById("packs");
const button = document.getElementById("packs-keep");
const removing = document.getElementById("packs-forget");
const words = section.dataset;
const lines = [...section.querySelectorAll("[data-seat]")];
const FREE = new Set(["wifi", "ethernet"]);
/** What was kept longer ago than this is brought up to date. */
const STALE_MS = 6 * 3600_000;
const HEADERS = ["content-security-policy", "permissions-policy", "referrer-policy"];

const megabytes = (bytes) => Math.max(0.1, bytes / 1_000_000).toFixed(1);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
const say = (text) => { document.getElementById("packs-said").textContent = text; };
/** With the day: in seven days it is the same weekday again. */
const when = (time) => new Date(time).toLocaleString([], { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

/** What of the listed visits is here, by seat. */
async function here() {
  const [leases, rooms] = [await goodLeases(), await keptRooms()];
  const untils = new Map(leases.map(({ seat, until, key }) => [seat, { until, key }]));
  return new Map(rooms.filter(({ seat }) => untils.has(seat)).map((room) => [room.seat, { ...room, ...untils.get(room.seat) }]));
}

function cost(found) {
  const pages = lines.reduce((sum, line) => sum + Number(line.dataset.bytes), 0);
  return pages + (found.size > 0 ? 0 : Number(words.shell));
}

async function show() {
  const found = await here();
  const unsent = new Map((await unsentHere()).map(({ seat, count }) => [seat, count]));
  for (const line of lines) {
    const { seat, bytes } = line.dataset;
    const room = found.get(seat);
    line.querySelector("[data-state]").textContent = room
      ? fill(words.here, { until: when(room.until), mb: megabytes(room.sealed.byteLength) })
      : fill(words.away, { mb: megabytes(bytes) });
    line.querySelector("[data-unsent]").textContent = unsent.has(seat) ? fill(words.unsent, { count: unsent.get(seat) }) : "";
  }
  button.hidden = lines.length === 0;
  button.textContent = fill(lines.some(({ dataset }) => !found.has(dataset.seat)) ? words.keep : words.again, { mb: megabytes(cost(found)) });
  removing.hidden = found.size === 0;
  return found;
}

/** The worker puts the room's files beside its own; the answer comes once all are there. */
async function keepFiles(files) {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data.done); });
  active.postMessage({ t: "fill", files }, [port2]);
  return answer;
}

async function keep(seat, key) {
  const before = key ? await openStore(seat, key) : null;
  const after = (await before?.all("meta"))?.find((row) => row.key === "cursor")?.value ?? 0;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(`/s/${seat}/pack`, { method: "POST", body: new URLSearchParams({ after }), headers: { "X-CSRFToken": token } });
  if (answer.redirected) throw new Error("signed out");
  if (!answer.ok) throw new Error(String(answer.status));
  const { html, files, entries, cursor } = await answer.json();
  const headers = HEADERS.flatMap((name) => (answer.headers.has(name) ? [[name, answer.headers.get(name)]] : []));
  const styles = [...html.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(([, address]) => address);
  if (!(await keepFiles([...styles, ...files]))) throw new Error("files");
  const lease = await keepPage(seat, html, [["content-type", "text/html; charset=utf-8"], ...headers]);
  const store = await openStore(seat, lease.key);
  await store.put("entries", ...entries);
  await store.put("meta", { key: "cursor", value: cursor });
}

/** One after the other, the next visit first, so that what is listed as kept is complete whenever the line dies. */
async function keepAll(found, { all }) {
  button.disabled = true;
  say("");
  try {
    await navigator.serviceWorker.register(workerAddress(), { updateViaCache: "none" });
    for (const line of lines) {
      const { seat } = line.dataset;
      const room = found.get(seat);
      if (!all && room && Date.now() - room.at < STALE_MS) continue;
      line.querySelector("[data-state]").textContent = words.keeping;
      await keep(seat, room?.key);
    }
    await askToStay();
    if (all) say(words.done);
  } catch (error) {
    console.warn(error);
    say(error.name === "QuotaExceededError" ? words.full : error.message === "signed out" ? words.signedOut : words.failed);
  }
  button.disabled = false;
  await show();
}

async function forget() {
  for (const line of lines) await forgetSeat(line.dataset.seat);
  say("");
  await show();
}

async function start() {
  if (!canSeal() || !("serviceWorker" in navigator)) {
    say(words.unable);
    return;
  }
  await forgetOthers(words.owner);
  const found = await show();
  button.addEventListener("click", async () => keepAll(await here(), { all: true }));
  removing.addEventListener("click", forget);
  if (lines.length > 0 && FREE.has(navigator.connection?.type) && !isMetered()) keepAll(found, { all: false });
}

start().catch(console.warn);
