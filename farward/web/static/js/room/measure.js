/** What this device notices by itself: when its person speaks, and how good its connection is. */

import { compareReadings, createQuality } from "../quality.js";
import { createTalk } from "../talk.js";

const LISTEN_MS = 100;
const LOOK_MS = 4000;

export function startMeasuring({ media, peers, live, journal, room, seat: me }) {
  const talk = createTalk();
  const quality = createQuality();
  let before = {};

  function listen() {
    const forced = room().seats.find((person) => person.seat === me)?.muted;
    talk.hear(peers.sending() && !forced ? media.level() : 0, Math.round(journal.now()));
    write(talk.take(Math.round(journal.now())));
  }

  function write(spans) {
    if (spans && room().encounter.phase !== "closed") journal.append("talk", { spans }, { audience: "everyone" });
  }

  async function look() {
    const readings = await peers.stats();
    const looks = Object.keys(readings).filter((seat) => before[seat]).map((seat) => compareReadings(before[seat], readings[seat]));
    before = readings;
    const rtts = [...looks.map(({ rtt }) => rtt), live.rtt].filter((rtt) => rtt !== null);
    const losses = looks.map(({ loss }) => loss).filter((loss) => loss !== null);
    const rtt = rtts.length > 0 ? Math.max(...rtts) : null;
    const loss = losses.length > 0 ? Math.max(...losses) : null;
    if (!quality.look({ rtt, loss }) || !live.connected || room().encounter.phase === "closed") return;
    const payload = { quality: quality.current };
    if (rtt !== null) payload.rtt_ms = Math.round(rtt);
    if (loss !== null) payload.loss_pct = Math.round(loss * 10) / 10;
    journal.append("link", payload, { audience: "everyone" });
  }

  /** What was said in a phase is written before the next one, in which it may no longer be. */
  let phase = room().encounter.phase;
  live.on("room", ({ encounter }) => {
    if (encounter.phase === phase) return;
    phase = encounter.phase;
    write(talk.take(Math.round(journal.now()), { all: true }));
  });
  setInterval(listen, LISTEN_MS);
  setInterval(look, LOOK_MS);
  globalThis.addEventListener("pagehide", () => write(talk.take(Math.round(journal.now()), { all: true })));
  return quality;
}
