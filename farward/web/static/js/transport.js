/** The two ways to the server, with one face: `send(frames)` and `close()`; `onFrame`, then `onClose` at most once. */

const POLL_WAIT_S = 25;
const POLL_GIVE_UP_MS = 40000;
const GATHER_MS = 25;

/** The socket that the page opened while its modules were on their way (`early.js`), once, if it is of any use. */
function takeEarly(url, env) {
  const socket = env.farwardEarly;
  env.farwardEarly = null;
  return socket?.url === url && socket.readyState <= 1 ? socket : null;
}

/** Frames over a WebSocket. */
export function openSocket({ url, hello, onFrame, onClose, env }) {
  const early = takeEarly(url, env);
  const socket = early ?? new env.WebSocket(url);
  let open = true;

  function close() {
    if (!open) return;
    open = false;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  const greet = () => socket.send(JSON.stringify(hello));
  if (early?.readyState === 1) greet();
  else socket.onopen = greet;
  socket.onmessage = (event) => onFrame(JSON.parse(event.data));
  socket.onerror = socket.onclose = () => {
    if (!open) return;
    close();
    onClose();
  };
  return {
    kind: "socket",
    send(frames) {
      if (socket.readyState !== 1) return false;
      for (const frame of frames) socket.send(JSON.stringify(frame));
      return true;
    },
    close,
  };
}

/** The same frames over plain requests: one that waits for news, and short ones that carry what is said. */
export function openPoll({ url, hello, cursor, onFrame, onClose, env }) {
  const { instance } = hello;
  const stop = new AbortController();
  let open = true;
  let outgoing = [];
  let posting = null;

  function close() {
    open = false;
    stop.abort();
  }

  function fail() {
    if (!open) return;
    close();
    onClose();
  }

  async function request(address, options = {}) {
    const timeout = env.setTimeout(fail, POLL_GIVE_UP_MS);
    try {
      const response = await env.fetch(address, { ...options, signal: stop.signal, cache: "no-store" });
      if (!response.ok && response.status >= 500) throw new Error(String(response.status));
      const { frames } = await response.json();
      for (const frame of frames) if (open) onFrame(frame);
    } finally {
      env.clearTimeout(timeout);
    }
  }

  const post = (frames) =>
    request(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Farward": "1" },
      body: JSON.stringify({ instance, frames }),
    });

  async function flush() {
    await new Promise((resolve) => env.setTimeout(resolve, GATHER_MS));
    while (open && outgoing.length > 0) await post(outgoing.splice(0, 64));
    posting = null;
  }

  async function listen() {
    await post([hello]);
    while (open) await request(`${url}?instance=${instance}&after=${cursor()}&wait=${POLL_WAIT_S}`);
  }

  listen().catch(fail);
  return {
    kind: "poll",
    send(frames) {
      if (!open) return false;
      outgoing.push(...frames);
      posting ??= flush().catch(fail);
      return true;
    },
    close,
  };
}
