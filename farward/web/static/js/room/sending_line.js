/** One line under the messages: how much still waits on this device, and what it waits for. */

import { byId, setText } from "./dom.js";
import { say } from "./words.js";

const megabytes = (bytes) => (bytes / 1_000_000).toFixed(bytes < 100_000 ? 2 : 1);

/** Messages alone say of themselves whether they are sent: the line is for what takes its time. */
const WORTH_BYTES = 20_000;

export function mountSendingLine({ queue, live }) {
  const line = byId("sending");
  const allow = byId("sending-allow");

  function show() {
    const { left, most, bytes, held } = queue.status();
    line.hidden = left === 0 || bytes < WORTH_BYTES;
    allow.hidden = !held;
    if (line.hidden) return;
    const values = { number: most - left + 1, all: most, count: left, mb: megabytes(bytes) };
    setText(line.querySelector("p"), say(held ? "queue.held" : live.connected ? "queue.sending" : "queue.waits", values));
  }

  setText(allow, say("queue.allow"));
  allow.addEventListener("click", queue.allow);
  queue.on("change", show);
  live.on("status", show);
  navigator.connection?.addEventListener?.("change", queue.look);
  show();
}
