/** Keeps this room on the device for when there is no network, and lets a new version in without losing anything. */

import { goodLease } from "./kept.js";
import { dismiss, notice } from "./room/notices.js";
import { mountSendingLine } from "./room/sending_line.js";
import { say } from "./room/words.js";
import { watchStorage } from "./storage.js";
import { workerAddress } from "./trusted.js";

const LOOK_MS = 60_000;
const RENEW_BELOW_MS = 6 * 24 * 3600_000;

/** A new worker may take over at once while nothing waits here; otherwise the person is asked. */
function letIn(worker, journal) {
  let asked = false;
  const activate = () => {
    dismiss("version");
    worker.postMessage({ t: "activate" });
  };
  const look = () => {
    if (worker.state !== "installed") return;
    if (journal.pending().length === 0) activate();
    else if (!asked) {
      asked = true;
      notice(say("version.ready"), { key: "version", actions: [[say("version.use"), activate]] });
    }
  };
  journal.on("pending", look);
  look();
}

function watchVersions(registration, journal) {
  if (registration.waiting) letIn(registration.waiting, journal);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    const first = !registration.active;
    worker.addEventListener("statechange", () => !first && worker.state === "installed" && letIn(worker, journal));
  });
}

/** A page that stays open keeps its lease fresh while there is a network, and locks itself when the lease is over. */
function watchLease(seat, live, renew) {
  const look = async () => {
    const lease = await goodLease(seat).catch(() => null);
    if (live.connected && (!lease || lease.until - Date.now() < RENEW_BELOW_MS)) renew();
    else if (!live.connected && !lease) location.reload();
  };
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
}

export async function keepHere({ seat, key, journal, live, queue }) {
  mountSendingLine({ queue, live });
  watchStorage({ seat, journal });
  if (!key || !("serviceWorker" in navigator)) return;
  const fetched = Boolean(navigator.serviceWorker.controller);
  watchVersions(await navigator.serviceWorker.register(workerAddress(), { updateViaCache: "none" }), journal);
  const { active } = await navigator.serviceWorker.ready;
  const used = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.startsWith(location.origin));
  active.postMessage({ t: "keep", seat, used, fetched });
  watchLease(seat, live, () => navigator.serviceWorker.controller?.postMessage({ t: "keep", seat, used: [], fetched: false }));
}
