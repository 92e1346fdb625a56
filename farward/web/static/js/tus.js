/**
 * Resumable uploads: tus-js-client speaks the protocol, and this gives it what our uploads need. Each piece carries its
 * check sum, is as large as the line moves in a few seconds, and waits until it may go.
 */

import { Upload } from "../vendor/tus.mjs";

const FIRST = 64 * 1024;
const LEAST = 16 * 1024;
const MOST = 1024 * 1024;
/** A piece that a dying line cuts off is sent again, so it should not take longer than this. */
const GOAL_MS = 4000;
const GIVE_UP_MS = 60_000;
/** Answers that would be the same next time. A 404 or 410 to anything but a creation only means: begin again. */
const FINAL = { POST: new Set([403, 404, 410, 413, 415]), PATCH: new Set([403, 413, 415]) };

/** How large the next piece is after one of `size` took `ms`. */
export function nextPiece(size, ms) {
  const fits = size * (GOAL_MS / Math.max(ms, 1));
  return Math.round(Math.min(MOST, Math.max(LEAST, Math.min(fits, size * 2))));
}

const GONE = new Set([404, 410]);
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** One request of the protocol over `fetch`. */
class Request {
  #headers = {};
  #ended = new AbortController();

  constructor(method, url, { send, wait, took }) {
    Object.assign(this, { method, url, sendOver: send, wait, took });
  }

  getMethod = () => this.method;
  getURL = () => this.url;
  getHeader = (name) => this.#headers[name];
  getUnderlyingObject = () => null;
  setProgressHandler = () => {};
  setHeader = (name, value) => { this.#headers[name] = value; };
  abort = () => this.#ended.abort();

  async send(blob) {
    const body = blob ? await blob.arrayBuffer() : undefined;
    if (body) this.#headers["Upload-Checksum"] = `sha256 ${base64(await crypto.subtle.digest("SHA-256", body))}`;
    await this.wait(this.method);
    const began = performance.now();
    const timer = setTimeout(this.abort, GIVE_UP_MS);
    try {
      const answer = await this.sendOver(this.url, { method: this.method, headers: this.#headers, body, signal: this.#ended.signal, cache: "no-store" });
      const text = await answer.text();
      // The library begins a new upload after any bad answer to this; only these say that the old one is gone.
      if (this.method === "HEAD" && !answer.ok && !GONE.has(answer.status)) throw new Error(text || String(answer.status));
      if (body) this.took(body.byteLength, performance.now() - began);
      return { getStatus: () => answer.status, getHeader: (name) => answer.headers.get(name), getBody: () => text, getUnderlyingObject: () => answer };
    } catch (error) {
      if (body) this.took(body.byteLength, GIVE_UP_MS);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

function failure(error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  const method = error.originalRequest?.getMethod();
  const final = Boolean(FINAL[method]?.has(status) || error.causingError?.final);
  const message = error.originalResponse?.getBody() || error.causingError?.message || error.message;
  return Object.assign(new Error(message), { status, final });
}

/**
 * Send a source (`size`, and `slice(start, end)` that resolves to a blob), or the rest of it where `location` says that
 * an earlier try began. `keep(location)` is told where this one does; `wait()` is awaited before each piece;
 * `progress(sent, all)` follows it. Resolves to the location. Rejects with `final` where another try would end the same
 * way; any other failure is tried again by calling this again.
 */
export function upload({ address, source, type, location = null, keep, wait = () => {}, progress = () => {}, send = (url, request) => fetch(url, request) }) {
  const home = globalThis.location?.href ?? "http://localhost";
  const pathOf = (url) => new URL(url, home).pathname;
  return new Promise((resolve, reject) => {
    const options = {
      endpoint: new URL(address, home).href,
      uploadUrl: location && new URL(location, home).href,
      metadata: { filetype: type },
      chunkSize: FIRST,
      // Failures come back to the caller, who knows what else wants the line.
      retryDelays: null,
      protocol: "tus-v1",
      parallelUploads: 1,
      fingerprint: async () => null,
      fileReader: { openFile: async () => ({
        size: source.size,
        slice: async (start, end) => ({ value: await source.slice(start, end), done: end >= source.size }),
        close() {},
      }) },
      httpStack: { createRequest: (method, url) => new Request(method, url, {
        send,
        wait: async () => method === "PATCH" && wait(),
        took: (size, ms) => { work.options.chunkSize = nextPiece(size, ms); },
      }) },
      onUploadUrlAvailable: () => keep(pathOf(work.url)),
      onChunkComplete: (_size, sent, all) => progress(sent, all),
      onSuccess: () => resolve(pathOf(work.url)),
      onError: (error) => reject(failure(error)),
    };
    const work = new Upload(source, options);
    work.start();
  });
}
