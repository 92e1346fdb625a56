/**
 * How this device is connected, said in plain words: the chip at the top, the entry in the journal, what was used so far,
 * and the next way on when nothing has been heard for a while. The panel behind the chip loads when it is opened.
 */

import { keepChoices, readChoices } from "../connection_choices.js";
import { byId, el, setText } from "./dom.js";
import { notice } from "./notices.js";
import { rungSentence } from "./rungs.js";
import { say } from "./words.js";

const LOOK_MS = 2000;
/** A reader of the page hears of a change once it has lasted. */
const SETTLED_MS = 4000;
const WRITE_MS = 10_000;
const SILENT_MS = 20_000;
/** Five minutes of looks. */
const LOOKS = 150;

/** Writes changes into the journal: at most one in ten seconds, the last one wins, and only what differs. */
function createRungWriter({ journal, live, room }) {
  let written = null;
  let waiting = null;
  let timer = null;

  function write() {
    timer = null;
    const change = waiting;
    waiting = null;
    if (!change || change.rung === written || !live.connected || room().encounter.phase === "closed") return;
    journal.append("rung", { rung: change.rung, was: written ?? change.was ?? null, reason: change.reason }, { audience: "everyone" });
    written = change.rung;
    timer = setTimeout(write, WRITE_MS);
  }

  return (change) => {
    if (written === null) written = change.was ?? null;
    waiting = change;
    if (timer === null) write();
  };
}

/** Megabytes of this visit on this device, also over a reload of the page. */
function createMeter(seat) {
  const place = `farward.used.${seat}`;
  let before = 0;
  try {
    before = Number(sessionStorage.getItem(place)) || 0;
  } catch {
    // Without session storage only this page is counted.
  }
  return {
    before,
    total(usedMb) {
      const total = before + (usedMb ?? 0);
      try {
        sessionStorage.setItem(place, String(total));
      } catch {
        // As above.
      }
      return total;
    },
  };
}

export function mountConnection({ seat: me, role, peers, room, journal, live, connection }) {
  const chip = byId("rung");
  const panel = byId("connection-panel");
  const meter = createMeter(me);
  const write = createRungWriter({ journal, live, room });
  const looks = [];
  /** Seats for which this person chose to wait on. */
  const waited = new Set();
  let choices = readChoices();
  let announced = "";
  let settling = null;
  let silent = null;
  let inside = null;
  let applied = "";

  /** Tell the ladder what was chosen. What this visit used before the page was loaded is off the budget already. */
  function apply() {
    const known = room().seats.some((person) => person.seat === choices.priority);
    const budgetMb = choices.budgetMb === null ? null : Math.max(0, choices.budgetMb - meter.before);
    const wish = { pin: choices.pin, budgetMb, priority: known ? choices.priority : null };
    if (JSON.stringify(wish) === applied) return;
    applied = JSON.stringify(wish);
    peers.choose?.(wish);
  }

  function announce(text) {
    if (text === announced) return;
    announced = text;
    clearTimeout(settling);
    settling = setTimeout(() => setText(byId("rung-said"), text), SETTLED_MS);
  }

  function showChip() {
    const { rung, reason } = peers.ladder?.() ?? {};
    const known = Boolean(rung) && peers.links().length > 0;
    chip.dataset.rung = known ? rung : "";
    setText(byId("rung-name"), known ? say(`connection.rung.${rung}`) : say("connection.none"));
    setText(byId("rung-why"), known ? say(`connection.short.${reason}`) : "");
    if (known) announce(rungSentence({ rung, reason }, "", true));
  }

  function look() {
    const usedMb = peers.ladder?.()?.usedMb ?? null;
    if (usedMb !== null) looks.push({ at: performance.now(), usedMb });
    if (looks.length > LOOKS) looks.shift();
    meter.total(usedMb);
    showChip();
    inside?.show();
    hideIfUnwired();
  }

  const facts = {
    ladder: () => peers.ladder?.() ?? null,
    used: () => meter.total(peers.ladder?.()?.usedMb),
    looks: () => looks,
    choices: () => choices,
    choose(changes) {
      choices = keepChoices(changes);
      apply();
      showChip();
    },
  };

  /** Until its part is there the form takes nothing in; where it does not come, the panel says so instead. */
  async function openPanel() {
    if (!panel.open || inside) return;
    const form = panel.querySelector("form");
    try {
      const { mountConnectionPanel } = await import("./connection_panel.js");
      inside ??= mountConnectionPanel({ panel, me, room, facts, price: connection?.price });
    } catch (error) {
      console.warn(error);
    }
    byId("connection-failed").hidden = Boolean(inside);
    form.hidden = !inside;
    form.inert = !inside;
    inside?.show();
  }

  /** Not every browser asks anew for a module that has failed once: then only the whole page helps. */
  async function openAgain() {
    await openPanel();
    if (inside) panel.querySelector("summary").focus();
    else notice(say("part_failed"), { tone: "warn", key: "part", actions: [[say("reload"), () => location.reload()]] });
  }

  // Nothing was heard for a while: the ways on that are left.

  function numberFor(seat) {
    const numbers = connection?.numbers ?? [];
    return numbers.find((number) => number.seat === seat) ?? numbers.find((number) => number.seat === null);
  }

  function showSilent({ seat, ms }) {
    if (ms < SILENT_MS) {
      if (ms === 0) waited.delete(seat);
      if (silent === seat) hideSilent();
      return;
    }
    const person = room().seats.find((other) => other.seat === seat);
    if (!person || silent === seat || waited.has(seat)) return;
    silent = seat;
    const number = numberFor(seat);
    const note = document.querySelector("[data-clip-record]");
    const node = byId("no-voice");
    setText(node.querySelector("p"), say("connection.no_voice", { name: person.name }));
    byId("no-voice-clip").hidden = !note || note.hidden;
    byId("no-voice-call").replaceChildren(
      ...(number ? [el("a", { class: "button", href: `tel:${number.tel}` }, say("connection.call", { name: number.name, number: number.number }))] : []),
    );
    node.hidden = false;
  }

  function hideSilent() {
    silent = null;
    byId("no-voice").hidden = true;
  }

  /** Who is gone, or no longer to be heard here, is not waited for. */
  function hideIfUnwired() {
    if (silent && !peers.wireOf(silent)?.recv.includes("audio")) hideSilent();
  }

  chip.addEventListener("click", () => {
    panel.open = true;
    panel.querySelector("summary").focus();
    panel.scrollIntoView({ block: "start" });
  });
  panel.addEventListener("toggle", openPanel);
  byId("connection-failed").querySelector("button").addEventListener("click", openAgain);
  byId("no-voice-write").addEventListener("click", () => byId("text").focus());
  byId("no-voice-clip").addEventListener("click", () => document.querySelector("[data-clip-record]")?.focus());
  byId("no-voice-close").addEventListener("click", () => {
    waited.add(silent);
    hideSilent();
  });
  byId("no-voice-write").hidden = role === "helper";
  peers.on("rung", (change) => {
    showChip();
    if (change.reason !== "start") write(change);
  });
  peers.on("silent", showSilent);
  setInterval(look, LOOK_MS);
  apply();
  return {
    update() {
      apply();
      look();
    },
  };
}
