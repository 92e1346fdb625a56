import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { LONGEST, SHORTEST, backoff } from "../../farward/web/static/js/backoff.js";
import { openJournal } from "../../farward/web/static/js/journal.js";
import { connect } from "../../farward/web/static/js/live.js";
import { memoryStore } from "../../farward/web/static/js/store.js";
import { createTalk } from "../../farward/web/static/js/talk.js";

const INSTANCE = "01920000-0000-7000-8000-000000000001";
const WELCOME = { t: "welcome", now: "2026-11-24T10:00:00Z", seq: 0 };

/** Time that moves only when told, so that waits cost nothing. */
function makeClock() {
  let now = 0;
  let next = 1;
  const jobs = new Map();
  const add = (fn, ms, every) => jobs.set((next += 1), { fn, at: now + ms, every }) && next;
  return {
    performance: { now: () => now },
    setTimeout: (fn, ms) => add(fn, ms, null),
    setInterval: (fn, ms) => add(fn, ms, ms),
    clearTimeout: (id) => jobs.delete(id),
    clearInterval: (id) => jobs.delete(id),
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        await new Promise(setImmediate);
        const [id, job] = [...jobs].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0] ?? [];
        if (!job) break;
        now = job.at;
        if (job.every) job.at += job.every;
        else jobs.delete(id);
        job.fn();
      }
      now = end;
    },
  };
}

let clock, sockets, requests, env, answer, journal;

class FakeSocket {
  constructor(url) {
    Object.assign(this, { url, readyState: 0, sent: [] });
    sockets.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  take(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  fail() {
    this.readyState = 3;
    this.onclose?.();
  }
  close() {
    this.readyState = 3;
  }
}

beforeEach(async () => {
  clock = makeClock();
  sockets = [];
  requests = [];
  answer = () => new Promise(() => {});
  env = {
    ...clock,
    WebSocket: FakeSocket,
    location: { origin: "https://farward.example" },
    fetch: (url, options = {}) => {
      requests.push({ url, ...options });
      return answer(url, options);
    },
  };
  journal = await openJournal({ seat: "s", store: memoryStore() });
});

const start = (options = {}) => connect({ seat: "s", journal, instance: INSTANCE, env, ...options });
const last = () => sockets.at(-1);

async function welcomed(options) {
  const live = start(options);
  last().open();
  last().take(WELCOME);
  await clock.pass(10);
  return live;
}

test("Waiting starts at 0.2 s, doubles, is spread, and never passes 5 s", () => {
  assert.equal(backoff(0, () => 0), SHORTEST);
  assert.equal(backoff(0, () => 1), 2 * SHORTEST);
  assert.ok(backoff(3, () => 1) > backoff(1, () => 1));
  assert.equal(backoff(50, () => 1), LONGEST);
});

test("The first frame says who the page is and what it has read", async () => {
  journal.receive({ t: "entries", entries: [], cursor: 41, more: false });
  await welcomed();
  assert.equal(last().url, "wss://farward.example/s/s/live");
  assert.deepEqual(last().sent[0], { t: "hello", v: 1, instance: INSTANCE, after: 41 });
});

test("What waited on the device goes out with the welcome, and the rest after its acknowledgement", async () => {
  await journal.append("message", { text: "One" }, { audience: "room" });
  await welcomed();
  const append = last().sent.find(({ t }) => t === "append");
  assert.equal(append.entries[0].payload.text, "One");
  await journal.append("message", { text: "Two" }, { audience: "room" });
  assert.equal(last().sent.filter(({ t }) => t === "append").length, 1);
  last().take({ t: "ack", n: append.n, accepted: [[append.entries[0].id, 1]], refused: [] });
  assert.equal(last().sent.filter(({ t }) => t === "append")[1].entries[0].payload.text, "Two");
});

test("What a page from further on leaves out is asked for", async () => {
  await welcomed();
  last().take({ t: "entries", after: 12, entries: [], cursor: 20, more: false });
  assert.deepEqual(last().sent.at(-1), { t: "more", after: 0 });
});

test("A batch without an answer is sent again with the same ids", async () => {
  await journal.append("message", { text: "One" }, { audience: "room" });
  await welcomed();
  const beating = setInterval(() => last().take({ t: "beat" }), 1);
  for (let count = 0; count < 6; count += 1) {
    await clock.pass(2000);
    last().take({ t: "beat" });
  }
  clearInterval(beating);
  const appends = last().sent.filter(({ t }) => t === "append");
  assert.equal(appends.length, 2);
  assert.deepEqual(appends[0].entries, appends[1].entries);
});

test("A socket that says nothing for five seconds is dropped and another is opened with the same instance", async () => {
  const live = await welcomed();
  const seen = [];
  live.on("status", (status) => seen.push(status));
  await clock.pass(7000);
  assert.deepEqual(seen, ["reconnecting"]);
  assert.equal(sockets.length, 2);
  last().open();
  last().take(WELCOME);
  assert.equal(live.status, "live");
  assert.equal(last().sent[0].instance, INSTANCE);
});

test("Beats that are answered keep the socket, and measure the round trip", async () => {
  const live = await welcomed();
  for (let count = 0; count < 10; count += 1) {
    await clock.pass(2000);
    last().take({ t: "beat" });
  }
  assert.equal(sockets.length, 1);
  assert.equal(typeof live.rtt, "number");
});

test("Two sockets that never open lead to plain requests, and a later socket takes over again", async () => {
  let release;
  answer = (url, { method }) =>
    method === "POST"
      ? Promise.resolve({ ok: true, json: async () => ({ frames: [WELCOME] }) })
      : new Promise((resolve) => (release = resolve));
  const live = start();
  last().fail();
  await clock.pass(1000);
  last().fail();
  await clock.pass(1000);
  assert.equal(live.status, "polling");
  assert.deepEqual(JSON.parse(requests[0].body).frames[0].t, "hello");
  assert.match(requests[1].url, /^\/s\/s\/frames\?instance=.*&after=0&wait=25$/);
  release({ ok: true, json: async () => ({ frames: [] }) });
  await clock.pass(61_000);
  last().open();
  last().take(WELCOME);
  assert.equal(live.status, "live");
});

test("While plain requests fail too, the page keeps trying and says there is no connection", async () => {
  answer = () => Promise.reject(new Error("offline"));
  const live = start();
  for (let count = 0; count < 4; count += 1) {
    if (last().readyState === 0) last().fail();
    await clock.pass(6000);
  }
  assert.equal(live.status, "reconnecting");
  assert.ok(sockets.length >= 3);
});

test("Over plain requests the outbox is sent as well", async () => {
  await journal.append("message", { text: "One" }, { audience: "room" });
  answer = (url, { method }) =>
    method === "POST" ? Promise.resolve({ ok: true, json: async () => ({ frames: [WELCOME] }) }) : new Promise(() => {});
  start();
  last().fail();
  await clock.pass(1000);
  last().fail();
  await clock.pass(1500);
  const frames = requests.filter(({ method }) => method === "POST").flatMap(({ body }) => JSON.parse(body).frames);
  assert.equal(frames.find(({ t }) => t === "append").entries[0].payload.text, "One");
});

test("A final goodbye ends the connection for good", async () => {
  const live = await welcomed();
  last().take({ t: "bye", code: "taken_over", message: "Elsewhere." });
  last().fail();
  await clock.pass(20_000);
  assert.equal(live.status, "ended");
  assert.equal(sockets.length, 1);
});

test("A reader that was cut for being slow comes back and reads on", async () => {
  const live = await welcomed();
  last().take({ t: "entries", entries: [], cursor: 7, more: true });
  assert.deepEqual(last().sent.at(-1), { t: "more", after: 7 });
  last().fail();
  await clock.pass(1000);
  last().open();
  assert.equal(last().sent[0].after, 7);
  assert.notEqual(live.status, "ended");
});

test("Leaving says so and does not come back", async () => {
  const live = await welcomed();
  live.leave();
  assert.deepEqual(last().sent.at(-1), { t: "leave" });
  await clock.pass(20_000);
  assert.equal(sockets.length, 1);
});

test("Called to hurry, a socket that stays silent is given up after three seconds and not after five", async () => {
  const live = await welcomed();
  live.hurry();
  assert.equal(last().sent.at(-1).t, "beat");
  await clock.pass(2900);
  assert.equal(live.status, "live");
  await clock.pass(200);
  assert.equal(live.status, "reconnecting");
});

test("Called to hurry, a socket that answers is kept", async () => {
  const live = await welcomed();
  live.hurry();
  await clock.pass(1000);
  last().take({ t: "beat" });
  await clock.pass(3000);
  last().take({ t: "beat" });
  assert.equal(live.status, "live");
  assert.equal(sockets.length, 1);
});

test("A try that began while the network was away is begun anew once a small request comes through, and only once", async () => {
  const live = await welcomed();
  answer = () => Promise.reject(new TypeError("no network"));
  last().fail();
  await clock.pass(3500);
  const before = sockets.length;
  assert.equal(last().readyState, 0);
  answer = () => Promise.resolve({ status: 200 });
  await clock.pass(1000);
  assert.equal(sockets.length, before + 1);
  assert.equal(sockets.at(-2).readyState, 3);
  await clock.pass(2000);
  assert.equal(sockets.length, before + 1);
  last().open();
  last().take(WELCOME);
  await clock.pass(10);
  assert.equal(live.status, "live");
});

test("Without a connection, hurrying tries again at once", async () => {
  const live = await welcomed();
  last().fail();
  const before = sockets.length;
  live.hurry();
  assert.equal(sockets.length, before + 1);
});

/** A minute of a room: the server answers, `each` happens every tenth of a second. Returns the frames that went out. */
async function minute(options, each = () => {}) {
  await welcomed(options);
  const own = last();
  const said = own.send.bind(own);
  own.send = (text) => {
    said(text);
    const frame = JSON.parse(text);
    clock.setTimeout(() => own.take(frame.t === "append" ? { t: "ack", n: frame.n, accepted: [], refused: [] } : { t: "beat" }), 600);
  };
  const before = own.sent.length;
  for (let at = 0; at < 60_000; at += 100) {
    each(at);
    await clock.pass(100);
  }
  assert.equal(last(), own);
  return own.sent.slice(before);
}

const FLOWS = { calm: () => true };
/** What a frame costs beside its text: WebSocket, TLS, TCP and IP, and the acknowledgement of the one that comes back. */
const OVERHEAD = 6 + 29 + 40 + 40;
const kbps = (frames) => (frames.reduce((sum, frame) => sum + JSON.stringify(frame).length + OVERHEAD, 0) * 8) / 60_000;

test("While voices flow, a room in which nothing happens says so four times a minute", async () => {
  const sent = await minute(FLOWS);
  assert.ok(sent.length <= 5, `${sent.length} frames`);
  assert.ok(sent.every(({ t, next }) => t === "beat" && next === 15));
  assert.ok(kbps(sent) < 0.1, `${kbps(sent)} kbit/s`);
});

test("While people talk, a page sends less than half a kilobit a second beside the voices", async () => {
  const talk = createTalk();
  const sent = await minute(FLOWS, (at) => {
    talk.hear(at % 5000 < 3000 ? 0.2 : 0, at);
    const spans = talk.take(at);
    if (spans) journal.append("talk", { spans });
  });
  assert.ok(sent.length <= 6, `${sent.length} frames`);
  assert.ok(kbps(sent) < 0.5, `${kbps(sent)} kbit/s`);
});

test("A page says beforehand that it will be silent, and comes back to its word at once", async () => {
  let flows = false;
  await welcomed({ calm: () => flows });
  await clock.pass(2000);
  last().take({ t: "beat" });
  flows = true;
  await clock.pass(2000);
  last().take({ t: "beat" });
  await clock.pass(12_000);
  flows = false;
  await clock.pass(2000);
  const beats = last().sent.filter(({ t }) => t === "beat");
  assert.deepEqual(beats.map(({ next }) => next ?? null), [null, 15, null]);
});

test("Once no voice flows, a dead socket is found out as fast as ever", async () => {
  let flows = true;
  const live = await welcomed({ calm: () => flows });
  await clock.pass(2000);
  last().take({ t: "beat" });
  await clock.pass(8000);
  flows = false;
  live.hurry();
  await clock.pass(3100);
  assert.equal(live.status, "reconnecting");
});

test("A slow answer is waited for as long as the answers before it took, several times over", async () => {
  const live = await welcomed();
  await clock.pass(2000);
  await clock.pass(1500);
  last().take({ t: "beat" });
  await clock.pass(500 + 6000);
  assert.equal(live.status, "live");
  await clock.pass(4000);
  assert.equal(live.status, "reconnecting");
});

test("A socket that the page opened early is used once, whether it is open yet or not", async () => {
  for (const open of [false, true]) {
    sockets = [];
    const early = new FakeSocket("wss://farward.example/s/s/live");
    env.farwardEarly = early;
    if (open) early.readyState = 1;
    start();
    assert.deepEqual(sockets, [early]);
    if (!open) early.open();
    assert.equal(early.sent[0].t, "hello");
    early.take(WELCOME);
    early.fail();
    await clock.pass(500);
    assert.equal(sockets.length, 2);
  }
});

test("A socket that was opened early and is gone, or is another seat's, is left alone", async () => {
  for (const [url, readyState] of [["wss://farward.example/s/s/live", 3], ["wss://farward.example/s/other/live", 1]]) {
    sockets = [];
    env.farwardEarly = Object.assign(new FakeSocket(url), { readyState });
    start();
    assert.equal(sockets.length, 2);
  }
});
