/** Keeps this room on the device for when there is no network, and lets a new version in without losing anything. */

import { dismiss, notice } from "./room/notices.js";
import { say } from "./room/words.js";

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

/** The browser is asked not to clear what is only here, once there is something of that kind. */
function askToStay(journal) {
  let asked = false;
  journal.on("pending", (drafts) => {
    if (asked || drafts.length === 0) return;
    asked = true;
    navigator.storage?.persist?.().catch(() => null);
  });
}

export async function keepHere({ seat, journal }) {
  if (!("serviceWorker" in navigator)) return;
  const fetched = Boolean(navigator.serviceWorker.controller);
  askToStay(journal);
  watchVersions(await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }), journal);
  const { active } = await navigator.serviceWorker.ready;
  const used = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.startsWith(location.origin));
  active.postMessage({ t: "keep", seat, used, fetched });
}

/** This seat is over for this device: its page is kept no longer. */
export function forgetHere(seat) {
  navigator.serviceWorker?.controller?.postMessage({ t: "forget", seat });
}
