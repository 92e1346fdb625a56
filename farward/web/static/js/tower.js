/**
 * The preceptor's tower: tiles that follow all rooms, as a page of its own and as a strip inside a room.
 *
 * Over one WebSocket that sends only changes; where none gets through, the tiles are asked for every ten seconds.
 */

import { backoff } from "./backoff.js";
import { createTiles, minutesSince } from "./tiles_state.js";

const BEAT_MS = 25_000;
const DEAD_MS = 35_000;
const POLL_MS = 10_000;
const NOT_SIGNED_IN = 4401;

/** Follows the tower. `onFrame(frame)` gets tiles and changes, `onStatus` one of live, polling, offline, ended. */
function followTower({ onFrame, onStatus = () => {} }) {
  let socket = null;
  let attempts = 0;
  let heard = 0;
  let ended = false;

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const mine = new WebSocket(`${scheme}://${location.host}/tower/live`);
    socket = mine;
    heard = performance.now();
    mine.onmessage = ({ data }) => {
      heard = performance.now();
      attempts = 0;
      const frame = JSON.parse(data);
      if (frame.t === "beat") return;
      onStatus("live");
      onFrame(frame);
    };
    const down = (code) => {
      if (socket !== mine || ended) return;
      socket = null;
      if (code === NOT_SIGNED_IN) end();
      else again();
    };
    mine.onclose = ({ code }) => down(code);
    mine.onerror = () => down(0);
  }

  function end() {
    ended = true;
    clearInterval(beat);
    onStatus("ended");
  }

  /** One quick try may bring a lost line back; after that the tiles are asked for until a line stands again. */
  function again() {
    attempts += 1;
    if (attempts > 1) poll();
    setTimeout(() => !ended && open(), attempts > 1 ? POLL_MS : backoff(attempts));
  }

  async function poll() {
    const answer = await fetch("/tower/tiles.json", { cache: "no-store", redirect: "error" }).catch(() => null);
    if (!answer?.ok) return onStatus("offline");
    onFrame(await answer.json());
    return onStatus("polling");
  }

  const beat = setInterval(() => {
    if (socket?.readyState !== 1) return;
    if (performance.now() - heard > DEAD_MS) socket.close();
    else socket.send('{"t":"beat"}');
  }, BEAT_MS);

  open();
}

/** Fills nodes cloned from the page's own template with what tiles say. */
function createView({ list, template, words, without = null }) {
  const tiles = createTiles();
  const nodes = new Map();

  const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const find = (node, name) => node.querySelector(`[data-${name}]`);

  function put(node, text, shown = true) {
    if (node.textContent !== text) node.textContent = text;
    node.hidden = !shown;
  }

  function make(tile) {
    const node = template.content.firstElementChild.cloneNode(true);
    for (const field of node.querySelectorAll("input[name=seat]")) field.value = tile.seat;
    find(node, "go").addEventListener("submit", () => rememberEntry(tile.seat));
    find(node, "say").addEventListener("submit", (event) => sendLine(event, node));
    return node;
  }

  async function sendLine(event, node) {
    event.preventDefault();
    const form = event.target;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" }).catch(() => null);
    const told = answer?.ok ? null : await answer?.json().catch(() => null);
    put(find(node, "said"), answer?.ok ? words.sent : told?.message || words.not_sent);
    if (answer?.ok) form.elements.text.value = "";
  }

  function fill(node, tile, now) {
    const minutes = (since) => minutesSince(since, now);
    const live = tile.status === "live";
    node.dataset.need = tile.need;
    put(find(node, "learner"), tile.learner || words.unnamed);
    put(find(node, "phase"), words.phase[tile.phase], live);
    put(find(node, "minutes"), live ? say(words.minutes, { n: minutes(tile.since) }) : say(words.starts, { time: tile.clock }));
    put(find(node, "link"), words.link[tile.link], live);
    find(node, "link").className = `link-${tile.link || "none"}`;
    put(find(node, "patient"), say(words.patient[tile.patient], { n: minutes(tile.waits) }), live || tile.patient !== "away");
    find(node, "patient").className = `patient-${tile.patient}`;
    const asks = tile.hand ? say(words.hand, { n: minutes(tile.hand) }) : tile.need === 1 ? words.needs_preceptor : "";
    put(find(node, "hand"), tile.me === "here" && !asks ? words.you_are_here : asks, Boolean(asks) || tile.me === "here");
    find(node, "hand").classList.toggle("calm", !asks);
    for (const button of find(node, "go").querySelectorAll("button")) button.hidden = !tile.acts.includes(button.value);
  }

  function show() {
    const shown = tiles.inOrder().filter((tile) => tile.seat !== without);
    const gone = [...nodes.keys()].filter((id) => !shown.some((tile) => tile.seat === id));
    for (const id of gone) {
      nodes.get(id).remove();
      nodes.delete(id);
    }
    shown.forEach((tile, index) => {
      // By seat: the numbers of tiles are another connection's after a reconnect.
      if (!nodes.has(tile.seat)) nodes.set(tile.seat, make(tile));
      const node = nodes.get(tile.seat);
      fill(node, tile, Date.now());
      // Moving a node takes the focus away: only when the order really changed, and never under somebody's hands.
      if (list.children[index] !== node && !list.contains(document.activeElement)) list.insertBefore(node, list.children[index] ?? null);
      else if (!node.isConnected) list.append(node);
    });
    return shown.length;
  }

  return { show, take: (frame) => tiles.take(frame) };
}

/** The room asks every window whether it came through its lobby; one that comes from the tower need not. */
function rememberEntry(seat) {
  try {
    sessionStorage.setItem(`farward.here.${seat}`, "yes");
  } catch {
    // Without storage the room takes everyone as come through.
  }
}

const readJson = (id) => JSON.parse(document.getElementById(id).textContent);

export function mountTower({ root, status }) {
  const words = readJson("tower-words");
  const view = createView({ list: root.querySelector("[data-tiles]"), template: root.querySelector("template"), words });
  const show = () => { root.querySelector("[data-none]").hidden = view.show() > 0; };
  const take = (frame) => view.take(frame) && show();
  take(readJson("tower-frame"));
  setInterval(show, 15_000);
  followTower({
    onFrame: take,
    onStatus(state) {
      if (state === "ended") location.reload();
      else if (status.textContent !== words[state]) status.textContent = words[state];
    },
  });
}

export function mountStrip({ root, seat }) {
  const strip = root.querySelector("[data-tower-strip]");
  const view = createView({
    list: strip.querySelector("[data-tiles]"), template: strip.querySelector("template"), words: readJson("tower-words"), without: seat,
  });
  const show = () => { strip.hidden = view.show() === 0; };
  setInterval(show, 15_000);
  followTower({ onFrame: (frame) => view.take(frame) && show(), onStatus: (state) => { if (state === "ended") strip.hidden = true; } });
}
