/**
 * Sealing what rests on this device: AES-GCM under a key that cannot be taken out of this browser.
 *
 * The `place` is part of what is sealed, so that nothing sealed opens anywhere else. The service worker has this file
 * in front of its own.
 */

const ALGORITHM = "AES-GCM";
const utf8 = new TextEncoder();

/** Only where the page came by https, or from this machine: elsewhere a browser offers no sealing. */
export const canSeal = () => Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);

export function importKey(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, ALGORITHM, false, ["encrypt", "decrypt"]);
}

/** The length of the JSON, the JSON, then the bytes as they are. */
function pack({ bytes, ...rest }) {
  const head = utf8.encode(JSON.stringify({ ...rest, ...(bytes ? { bytes: true } : {}) }));
  const tail = bytes ? new Uint8Array(bytes) : new Uint8Array();
  const all = new Uint8Array(4 + head.length + tail.length);
  new DataView(all.buffer).setUint32(0, head.length);
  all.set(head, 4);
  all.set(tail, 4 + head.length);
  return all;
}

function unpack(buffer) {
  const end = 4 + new DataView(buffer).getUint32(0);
  const value = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, end - 4)));
  return value.bytes ? { ...value, bytes: buffer.slice(end) } : value;
}

/** Seal a plain object, in which `bytes` may be an ArrayBuffer. */
export async function seal(key, place, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, sealed: await crypto.subtle.encrypt({ name: ALGORITHM, iv, additionalData: utf8.encode(place) }, key, pack(value)) };
}

/** Rejects where the key is another one, or the place. */
export async function unseal(key, place, { iv, sealed }) {
  return unpack(await crypto.subtle.decrypt({ name: ALGORITHM, iv, additionalData: utf8.encode(place) }, key, sealed));
}
