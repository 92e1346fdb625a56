/**
 * The live channel of one seat. A WebSocket where possible; the same frames over long-poll where WebSockets are blocked,
 * chosen and given up by itself. The page keeps its `instance` through every reconnection, so calls go on meanwhile.
 *
 * Frames go to the journal first, then to whoever listens with `on(type, fn)`. `status` is `live`, `polling`,
 * `reconnecting` or `ended`.
 */

import { backoff } from "./backoff.js";
import { emitter } from "./events.js";
import { openPoll, openSocket } from "./transport.js";

const BEAT_MS = 2000;
/** While voices flow they are the sign of life of the network: the server is asked seldom. */
const CALM_BEAT_MS = 15000;
/** A connection that does not answer for this long is taken for dead; a slow one gets several of its round trips. */
const SILENCE_MS = 4000;
const SLOW_ANSWERS = 5;
const MOST_SILENCE_MS = 10000;
const WELCOME_MS = 6000;
const POLL_SILENCE_MS = 45000;
const POLL_BEAT_MS = 8000;
const SOCKET_AGAIN_MS = 60000;
const ACK_MS = 10000;
/** Called to hurry, a connection has this long to say something. */
const HURRY_MS = 3000;
/** A try that is younger than this is not begun anew: the signs of a network's return come several at once. */
const FRESH_MS = 500;
/** While there is no connection, a small request each second finds out when the network is back. */
const FEEL_MS = 1000;
const FEEL_GIVE_UP_MS = 4000;
/** A connection that lasted this long counts as good: the next loss is met at once again. */
const STEADY_MS = 5000;
/** After these the page does not come back by itself. */
const FINAL = new Set(["taken_over", "removed", "revoked", "cancelled", "gone", "held", "early"]);

export function connect({ seat, journal, instance, quality = () => "good", calm = () => false, env = globalThis }) {
  const events = emitter();
  const base = `/s/${seat}`;
  const socketUrl = `${env.location.origin.replace(/^http/, "ws")}${base}/live`;
  let transport = null;
  let trial = null;
  let status = "reconnecting";
  let failures = 0;
  let blockedSockets = 0;
  let heard = 0;
  let wonAt = 0;
  let beatAt = 0;
  let lastBeat = 0;
  /** How long the server was told that the next beat may take; 0 for as usual. */
  let promised = 0;
  /** Since when an answer of any kind is waited for; 0 while none is. */
  let askedAt = 0;
  let rtt = null;
  let ended = false;
  let timer = null;
  let ackTimer = null;
  let triedAt = 0;
  let deadAt = -1;
  let aliveAt = -1;
  let wasWelcome = false;

  const now = () => env.performance.now();
  const hello = () => ({ t: "hello", v: 1, instance, after: journal.cursor });

  function setStatus(next) {
    if (status === next) return;
    status = next;
    events.emit("status", status);
  }

  function send(frame) {
    return (status === "live" || status === "polling") && transport !== null && transport.send([frame]);
  }

  function flush() {
    if (status !== "live" && status !== "polling") return;
    const frame = journal.batch();
    if (!frame) return;
    if (!send(frame)) {
      journal.release();
      return;
    }
    env.clearTimeout(ackTimer);
    ackTimer = env.setTimeout(() => {
      journal.release();
      flush();
    }, ACK_MS);
  }

  const handlers = {
    ack() {
      env.clearTimeout(ackTimer);
      flush();
    },
    entries({ more, after = 0 }) {
      if (more || after > journal.cursor) transport?.send([{ t: "more", after: journal.cursor }]);
    },
    beat() {
      if (beatAt > 0) rtt = now() - beatAt;
      beatAt = 0;
    },
    bye({ code }) {
      if (FINAL.has(code)) end();
    },
  };

  function take(frame) {
    heard = now();
    askedAt = 0;
    journal.receive(frame);
    handlers[frame.t]?.(frame);
    events.emit(frame.t, frame);
  }

  /** Open one transport; `won` is called with its first welcome, `lost` when it ends. */
  function begin(kind, won, lost) {
    let welcomed = false;
    let own = null;
    const patience = env.setTimeout(() => {
      own.close();
      lost(false);
    }, WELCOME_MS);
    const ways = {
      hello: hello(),
      env,
      cursor: () => journal.cursor,
      onFrame(frame) {
        if (frame.t === "welcome" && !welcomed) {
          welcomed = true;
          env.clearTimeout(patience);
          won(own);
        }
        if (frame.t === "bye" && !welcomed) env.clearTimeout(patience);
        take(frame);
      },
      onClose() {
        env.clearTimeout(patience);
        lost(welcomed);
      },
    };
    try {
      own = kind === "socket" ? openSocket({ ...ways, url: socketUrl }) : openPoll({ ...ways, url: `${base}/frames` });
    } catch {
      env.clearTimeout(patience);
      env.setTimeout(() => lost(false), 0);
    }
    return own;
  }

  function adopt(next) {
    if (transport && transport !== next) transport.close();
    transport = next;
    beatAt = askedAt = promised = 0;
    heard = wonAt = now();
    wasWelcome = true;
    setStatus(next.kind === "socket" ? "live" : "polling");
    if (next.kind === "socket") blockedSockets = 0;
    // After the welcome itself has been handed on.
    env.setTimeout(flush, 0);
  }

  function attempt() {
    if (ended) return;
    env.clearTimeout(timer);
    const kind = blockedSockets >= 2 ? "poll" : "socket";
    triedAt = now();
    const own = begin(kind, adopt, (welcomed) => {
      // One that was given up for a newer one has no say any more.
      if (transport !== own) return;
      transport = null;
      if (kind === "socket" && !welcomed) blockedSockets += 1;
      // Plain requests fail too: it is the network, so the socket gets its chance again.
      if (kind === "poll") blockedSockets = 0;
      retry();
    });
    transport = own;
  }

  /** Begin anew at once, whatever was under way. */
  function again() {
    transport?.close();
    transport = null;
    attempt();
  }

  function retry() {
    env.clearTimeout(timer);
    env.clearTimeout(ackTimer);
    journal.release();
    rtt = null;
    if (wonAt > 0 && now() - wonAt > STEADY_MS) failures = 0;
    wonAt = 0;
    if (ended) return;
    setStatus("reconnecting");
    timer = env.setTimeout(attempt, backoff(failures));
    failures += 1;
  }

  function drop() {
    transport?.close();
    transport = null;
    retry();
  }

  /** The network may be another one now, or back: a dead connection is found out soon, a missing one sought at once. */
  function hurry() {
    if (status === "reconnecting" && !ended && (!transport || now() - triedAt > FRESH_MS)) again();
    if (status !== "live") return;
    const [asked, own] = [now(), transport];
    sayAlive();
    env.setTimeout(() => transport === own && heard < asked && status === "live" && drop(), patience(HURRY_MS));
  }

  const patience = (least) => Math.min(MOST_SILENCE_MS, Math.max(least, SLOW_ANSWERS * (rtt ?? 0)));

  /**
   * A connection that is being made while the network is away waits long after the network is back, since each try of
   * the system's own comes later than the last. One that began before the network was last seen dead is begun anew.
   */
  async function feel() {
    // Where the network is back, only slow, asking would make it slower.
    if (status !== "reconnecting" || ended || !wasWelcome || aliveAt > triedAt) return;
    const stop = new AbortController();
    const patience = env.setTimeout(() => stop.abort(), FEEL_GIVE_UP_MS);
    const began = now();
    try {
      const { status: code } = await env.fetch(`${base}/ping?bytes=0`, { cache: "no-store", signal: stop.signal });
      if (status === "reconnecting" && code < 500 && deadAt >= triedAt) again();
      else if (code < 500 && began > triedAt) aliveAt = now();
    } catch {
      deadAt = Math.max(deadAt, began);
    } finally {
      env.clearTimeout(patience);
    }
  }

  function trySocketAgain() {
    if (status !== "polling" || trial) return;
    trial = begin(
      "socket",
      (own) => {
        trial = null;
        adopt(own);
      },
      (welcomed) => {
        trial = null;
        if (welcomed) {
          transport = null;
          retry();
        }
      },
    );
  }

  function beat() {
    if (status !== "live" && status !== "polling") return;
    const polling = status === "polling";
    const silent = polling ? now() - heard > POLL_SILENCE_MS : askedAt > 0 && now() - askedAt >= patience(SILENCE_MS);
    if (silent) {
      drop();
      return;
    }
    // The server counts on the next beat as soon as it was last told to.
    const rarely = polling ? POLL_BEAT_MS : calm() ? promised : 0;
    if (now() - lastBeat >= rarely) sayAlive();
  }

  function sayAlive() {
    lastBeat = now();
    beatAt ||= lastBeat;
    askedAt ||= lastBeat;
    promised = status === "live" && calm() ? CALM_BEAT_MS : 0;
    send({ t: "beat", q: quality(), ...(promised ? { next: promised / 1000 } : {}) });
  }

  function end() {
    ended = true;
    env.clearTimeout(timer);
    env.clearTimeout(ackTimer);
    env.clearInterval(beating);
    env.clearInterval(socketing);
    env.clearInterval(feeling);
    trial?.close();
    // The last words (a leave) are still on their way out.
    env.setTimeout(() => transport?.close(), 300);
    setStatus("ended");
  }

  const beating = env.setInterval(beat, BEAT_MS);
  const feeling = env.setInterval(feel, FEEL_MS);
  const socketing = env.setInterval(trySocketAgain, SOCKET_AGAIN_MS);
  journal.on("pending", flush);
  env.addEventListener?.("online", hurry);
  attempt();

  return {
    on: events.on,
    send,
    hurry,
    instance,
    get status() {
      return status;
    },
    /** The last round trip of a beat in ms, or null. */
    get rtt() {
      return rtt;
    },
    /** Whether what is said now goes out now. */
    get connected() {
      return status === "live" || status === "polling";
    },
    leave() {
      send({ t: "leave" });
      end();
    },
  };
}
