/**
 * After the close: sends what a patient's device did not get rid of while the visit was open. The page is in no call and asks
 * for no camera. It comes back on the live channel, where nobody is told of it, to say that a recording or a picture is
 * here; the server decides what it still takes.
 */

import { linesOf } from "./hand_in_lines.js";
import { uuid7 } from "./ids.js";
import { openJournal } from "./journal.js";
import { forgetSeat } from "./kept.js";
import { connect } from "./live.js";
import { createQueue } from "./queue.js";
import { openVault } from "./record.js";
import { byId, el, rebuild, setText } from "./room/dom.js";
import { createConsents } from "./room/recording_consent.js";
import { createSender } from "./room/recording_sender.js";
import { say } from "./room/words.js";
import { importKey } from "./sealing.js";
import { putPaced } from "./still_send.js";
import { createUploads, openUploadStore } from "./upload.js";

/** So long after the room's state the entries may take. What was told before they came is told twice, which does no harm. */
const ENTRIES_MS = 1500;
const PARTS = ["recordings-", "stills-", "clips-", ""];

const find = (root, name) => root.querySelector(`[data-${name}]`);

/** The content was erased on the server, and its key with it: what is left here can only be thrown away. */
function showLocked(root) {
  const { seat } = root.dataset;
  find(root, "lines").replaceChildren(el("p", {}, say("hand_in.locked")));
  find(root, "remove").hidden = false;
  find(root, "remove").querySelector("button").addEventListener("click", () => {
    for (const part of PARTS) indexedDB.deleteDatabase(`farward-${part}${seat}`);
    showEnd(root, "removed");
  });
}

function showEnd(root, how) {
  for (const part of ["lines", "state", "allow", "remove"]) find(root, part).hidden = true;
  root.classList.replace("warn", "good");
  byId("hand-in-title").hidden = true;
  root.removeAttribute("aria-labelledby");
  setText(find(root, "said"), say(`hand_in.${how}`));
}

/** All that this device has of the seat, and the ways on which it leaves. */
async function openAll({ seat, role, key, show }) {
  const journal = await openJournal({ seat, key });
  // For this person the visit is over: what was read in it goes, as it does in the room.
  await journal.forget();
  await forgetSeat(seat).catch(console.warn);
  const queue = createQueue({ journal });
  const vault = await openVault(seat, key);
  const notes = await openUploadStore(seat, "clips", key);
  const stills = await createUploads({ journal, queue, put: putPaced(seat, () => null), store: await openUploadStore(seat, "stills", key) });
  // Last, so that nothing it hears is missed.
  const live = connect({ seat, journal, instance: uuid7() });
  const sender = createSender({ me: seat, vault, journal, live, queue, isOver: () => true, show });
  let room = null;
  live.on("room", (frame) => { room = frame; });
  const consents = createConsents({ me: seat, role, room: () => room, journal });
  return { journal, queue, vault, notes, live, stills, sender, isDenied: () => room !== null && consents.denied() };
}

/** Once the room's state and, as far as one can tell, the entries are here. */
const told = (live) => new Promise((resolve) => {
  const stop = live.on("wiring", () => {
    stop();
    setTimeout(resolve, ENTRIES_MS);
  });
});

export async function handIn(root) {
  const lease = JSON.parse(byId("lease").textContent);
  byId("lease").remove();
  if (!lease) return showLocked(root);
  let progress = "";
  const key = await importKey(lease.key);
  const { journal, queue, vault, notes, live, stills, sender, isDenied } = await openAll({ ...root.dataset, key, show(text) { progress = text; follow(); } });
  /** How it ends once nothing is left. */
  let end = "done";
  let ready = false;
  let anything = false;
  let over = false;
  let following = Promise.resolve();

  async function lines() {
    const recordings = (await vault.all()).map(vault.sizeOf);
    const clips = (await notes.all()).map(({ bytes }) => bytes.byteLength);
    return linesOf({ recordings, clips, stills: stills.pending(), drafts: journal.pending() });
  }

  function state() {
    if (live.status === "ended") return "";
    if (queue.status().held) return say("hand_in.held");
    return live.connected ? progress : say("hand_in.offline");
  }

  function finish() {
    over = true;
    live.leave();
    if (anything) showEnd(root, end);
    else root.hidden = true;
  }

  async function step() {
    if (over) return;
    if (isDenied() && (await vault.all()).length > 0) {
      await sender.erase();
      end = "erased";
      setText(find(root, "said"), say("hand_in.erased"));
    }
    const left = await lines();
    anything ||= left.length > 0 || end !== "done";
    if (left.length === 0 && ready) return finish();
    rebuild(find(root, "lines"), left, () => left.map(({ key: name, values, why }) => el("p", {}, say(`hand_in.${name}`, values), why && ` ${why}`)));
    setText(find(root, "state"), state());
    find(root, "allow").hidden = !queue.status().held;
    find(root, "remove").hidden = left.length === 0;
  }

  function follow() {
    following = following.then(step).catch(console.warn);
    return following;
  }

  async function remove() {
    end = "removed";
    ready = true;
    await sender.erase();
    for (const { id } of await notes.all()) await notes.remove(id);
    for (const { id } of stills.pending()) await stills.drop(id);
    // A consent that was taken back goes to the server in any case.
    for (const { id, kind } of journal.pending()) if (kind !== "consent") await journal.drop(id);
    await follow();
  }

  journal.on("refused", async ({ id, kind, payload, message, quiet }) => {
    if (payload.text) return;
    // The server was never told that it began, and is told no more.
    if (kind === "recording.started") await vault.remove(payload.recording);
    await journal.drop(id);
    if (!quiet) setText(find(root, "said"), message);
  });
  live.on("bye", ({ message }) => live.status === "ended" && setText(find(root, "said"), message));
  live.on("room", follow);
  live.on("status", follow);
  journal.on("entry", follow);
  journal.on("pending", follow);
  stills.on("change", follow);
  queue.on("change", follow);
  navigator.connection?.addEventListener?.("change", queue.look);
  find(root, "allow").querySelector("button").addEventListener("click", queue.allow);
  find(root, "remove").querySelector("button").addEventListener("click", remove);
  follow();
  await told(live);
  await follow();
  await sender.recover();
  ready = true;
  return follow();
}
