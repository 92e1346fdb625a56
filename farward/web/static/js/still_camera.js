/** Small pictures from the open camera, as few bytes as still show a face. Imported only where stills are sent. */

const QUALITIES = [0.6, 0.4, 0.25];

const encode = (canvas, type, quality) => new Promise((resolve) => canvas.toBlob(resolve, type, quality));

/** WebP where the browser writes it (others answer with a PNG), else JPEG; the best quality that stays below `bytes`. */
async function encodeSmall(canvas, bytes) {
  let blob = null;
  for (const quality of QUALITIES) {
    blob = await encode(canvas, "image/webp", quality);
    if (blob?.type !== "image/webp") blob = await encode(canvas, "image/jpeg", quality);
    if (blob && blob.size <= bytes) return blob;
  }
  return blob;
}

export function openStillCamera(document = globalThis.document) {
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  const canvas = document.createElement("canvas");

  async function follow(track) {
    if (video.srcObject?.getTracks()[0] === track) return;
    video.srcObject = new MediaStream([track]);
    await video.play();
  }

  return {
    /** One picture of at most about `bytes` bytes, or null while the camera shows nothing yet. */
    async take(track, { width = 160, bytes = 3200 }) {
      await follow(track);
      if (!video.videoWidth) return null;
      canvas.width = width;
      canvas.height = Math.round((width * video.videoHeight) / video.videoWidth);
      canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
      const blob = await encodeSmall(canvas, bytes);
      return blob ? new Uint8Array(await blob.arrayBuffer()) : null;
    },
    close() {
      video.srcObject = null;
    },
  };
}
