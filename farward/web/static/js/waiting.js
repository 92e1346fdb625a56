/** Asks every few seconds whether staff have let this device in. */

import { backoff } from "./backoff.js";

const EVERY_MS = 3000;
const words = document.getElementById("waiting-state");
let failures = 0;

async function ask() {
  let wait = EVERY_MS;
  try {
    const response = await fetch(location.href, { headers: { Accept: "application/json" }, cache: "no-store" });
    const { next } = await response.json();
    failures = 0;
    words.textContent = words.dataset.waiting;
    if (next) {
      location.replace(next);
      return;
    }
  } catch {
    words.textContent = words.dataset.offline;
    wait = Math.max(EVERY_MS, backoff((failures += 1)));
  }
  setTimeout(ask, wait);
}

setTimeout(ask, EVERY_MS);
