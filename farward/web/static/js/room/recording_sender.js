/** Recordings on their way to the server: when nobody records here, the line has more than the voices need, and it is their turn. */

import { backoff } from "../backoff.js";
import { say } from "./words.js";

const PART = "recordings";
const NARROW = new Set(["text", "clip", "voice"]);
const LOOK_MS = 2000;

const megabytes = (bytes) => (bytes / 1_000_000).toFixed(1);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** Windows of one seat share what is kept: only one of them works on it. */
const alone = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());

export function createSender({ me, vault, journal, live, queue, peers, isOver, show }) {
  const refused = new Map();
  let recording = false;
  let uploading = null;
  let release = () => {};

  const isMine = ({ author }) => author === `seat:${me}`;
  const announced = (id) => journal.entries().some((entry) => entry.kind === "recording.uploaded" && isMine(entry) && entry.payload.recording === id);

  const isTold = ({ id }) => journal.drafts().some(({ kind, payload }) => kind === "recording.uploaded" && payload.recording === id);

  async function report() {
    const left = (await vault.all()).filter(({ id, done, sent }) => done && !sent && !refused.has(id));
    queue.report(PART, { count: left.length, bytes: left.reduce((all, one) => all + vault.sizeOf(one), 0) });
    return left;
  }

  const isHere = async ({ id }) => (await vault.all()).some((one) => one.id === id);

  function obstacle() {
    if (recording) return "recording";
    if (!live.connected) return "offline";
    const heard = !isOver() && peers.links().length > 0;
    return heard && NARROW.has(peers.ladder?.()?.rung) ? "narrow" : "";
  }

  /** Until the line allows, with the reason on the screen. */
  async function turn() {
    for (let why = obstacle(); why; why = obstacle()) {
      show(say(`recording.waits.${why}`));
      await wait(LOOK_MS);
    }
    const mine = queue.turn(PART);
    if ((await Promise.race([mine, wait(LOOK_MS).then(() => "later")])) === "later") show(say("recording.waits.turn"));
    await mine;
  }

  async function tell(one, location) {
    const told = { recording: one.id, upload: location.split("/").at(-1), ms: one.ms, size: vault.sizeOf(one) };
    if (await vault.update(one, { sent: location })) await journal.append("recording.uploaded", told, { audience: one.audience });
  }

  async function send(one) {
    if (vault.sizeOf(one) === 0) return vault.remove(one.id);
    await turn();
    const { upload } = await import("../tus.js");
    const location = await upload({
      address: `/s/${me}/uploads/`,
      source: vault.source(one),
      type: one.type,
      location: one.location,
      keep: (location) => vault.update(one, { location }),
      wait: turn,
      progress: (sent, all) => show(say("recording.sending", { sent: megabytes(sent), all: megabytes(all) })),
    });
    return tell(one, location);
  }

  async function sendAll() {
    for (let failures = 0; ; ) {
      const [one] = await report();
      if (!one) return;
      try {
        await send(one);
        failures = 0;
        if ((await report()).length === 0) show(say("recording.sent"));
      } catch (error) {
        if (!(await isHere(one))) continue;
        if (error.final) {
          refused.set(one.id, error.message);
          show(error.status ? error.message : say("recording.lost"));
        } else {
          show(say(live.connected ? "recording.waits.again" : "recording.waits.offline"));
          await wait(backoff((failures += 1)));
        }
      }
    }
  }

  function kick() {
    uploading ??= alone(`farward-upload-${me}`, sendAll).catch(console.error).finally(() => { uploading = null; });
  }

  /** What the server has and has told everyone of leaves this device. */
  async function settle() {
    for (const { id, sent } of await vault.all()) if (sent && announced(id)) await vault.remove(id);
    await report();
  }

  journal.on("entry", (entry) => entry.kind === "recording.uploaded" && isMine(entry) && settle().catch(console.warn));
  // After a yes that was missing, what was refused may go.
  journal.on("entry", ({ kind }) => {
    if (kind !== "consent" || refused.size === 0) return;
    refused.clear();
    kick();
  });

  return {
    /** While this device records, its uploads wait; and no other window takes it for one that died. */
    hold(now) {
      if (now === recording) return;
      recording = now;
      release();
      if (now) alone(`farward-record-${me}`, () => new Promise((resolve) => { release = resolve; }));
      else kick();
    },
    /** A page that was closed or died while it recorded left its recording open: what it kept is a recording. */
    async recover() {
      await settle();
      const open = (await vault.all()).filter(({ done }) => !done).map(({ id }) => id);
      const finish = () => alone(`farward-record-${me}`, async () => {
        for (const one of await vault.all()) {
          if (one.done || !open.includes(one.id)) continue;
          await vault.put({ ...one, done: true });
          await journal.append("recording.stopped", { recording: one.id, ms: one.ms, why: "reload" }, { audience: one.audience });
        }
        for (const one of await vault.all()) {
          if (one.sent && !announced(one.id) && !isTold(one)) await tell(one, one.sent);
        }
      });
      finish().then(kick).catch(console.warn);
    },
    /** Somebody has said no: nothing that was recorded stays here. */
    async erase() {
      for (const { id } of await vault.all()) await vault.remove(id);
      if ((await report()).length === 0 && !recording) show("");
    },
  };
}
