/** The tus 1.0 protocol, as a client: small pieces with their check sums, each begun where the server says. */

const VERSION = { "Tus-Resumable": "1.0.0" };
export const PIECE = 256 * 1024;

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

async function refusal(answer) {
  return Object.assign(new Error((await answer.text().catch(() => "")) || String(answer.status)), { status: answer.status });
}

async function create(address, blob, send) {
  const headers = { ...VERSION, "Upload-Length": String(blob.size), "Upload-Metadata": `filetype ${btoa(blob.type)}` };
  const answer = await send(address, { method: "POST", headers });
  if (answer.status !== 201) throw await refusal(answer);
  return answer.headers.get("Location");
}

/** Where the server goes on, or null where it has given the upload up. */
async function ask(location, send) {
  const answer = await send(location, { method: "HEAD", headers: VERSION });
  if (answer.status === 404 || answer.status === 410) return null;
  if (!answer.ok) throw await refusal(answer);
  return Number(answer.headers.get("Upload-Offset"));
}

/**
 * Send a blob, or the rest of it. `location` is where an earlier try began; `keep(location)` is told where this one
 * does. `progress(sent, all)` may return a promise that is waited for, to pause. Resolves to the location; rejects
 * with `status` where the server refused, without one where the network failed.
 */
export async function upload({ address, blob, location = null, keep, progress = () => {}, send = fetch, piece = PIECE }) {
  let offset = location ? await ask(location, send) : null;
  if (offset === null) {
    location = await create(address, blob, send);
    await keep(location);
    offset = 0;
  }
  while (offset < blob.size) {
    await progress(offset, blob.size);
    const body = await blob.slice(offset, offset + piece).arrayBuffer();
    const checksum = `sha256 ${base64(await crypto.subtle.digest("SHA-256", body))}`;
    const headers = { ...VERSION, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset), "Upload-Checksum": checksum };
    const answer = await send(location, { method: "PATCH", headers, body });
    if (answer.status === 204) offset = Number(answer.headers.get("Upload-Offset"));
    // Damaged on the way, or the answer to an earlier piece was lost.
    else if (answer.status === 409) offset = (await ask(location, send)) ?? 0;
    else if (answer.status !== 460) throw await refusal(answer);
  }
  await progress(blob.size, blob.size);
  return location;
}
