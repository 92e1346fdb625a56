/**
 * Which picture codec both ends do well. Each end puts first what it can read smoothly and, better still, in hardware;
 * the other end sends the first of these that it has itself.
 */

/** Among equals: AV1 says most with few bits but asks much of the processor, so it stays behind those that do not. */
const LIKED = ["video/vp8", "video/h264", "video/vp9", "video/av1"];
const HELPERS = /\/(rtx|red|ulpfec|flexfec-03)$/i;
/** What sends again what was lost. The others send half as much once more on a line that loses one packet in a hundred. */
const AGAIN = /\/rtx$/i;
const SIZE = { width: 320, height: 240, bitrate: 150_000, framerate: 15 };

const rankOf = ({ mimeType }) => {
  const rank = LIKED.indexOf(mimeType.toLowerCase());
  return rank < 0 ? LIKED.length : rank;
};

/**
 * Codecs from the best to the worst, with retransmission behind and without redundancy. `abilities` maps a MIME
 * type to `{smooth, powerEfficient}`; a codec it does not know keeps its place.
 */
export function rankCodecs(codecs, abilities) {
  const able = ({ mimeType }) => abilities[mimeType.toLowerCase()] ?? { smooth: true, powerEfficient: false };
  const pictures = codecs.filter(({ mimeType }) => !HELPERS.test(mimeType));
  const order = [...pictures].sort(
    (a, b) => able(b).smooth - able(a).smooth || able(b).powerEfficient - able(a).powerEfficient || rankOf(a) - rankOf(b),
  );
  return [...order, ...codecs.filter(({ mimeType }) => AGAIN.test(mimeType))];
}

/** What this device says of reading and writing one codec; the weaker of the two counts. */
async function abilityOf(contentType, capabilities) {
  const video = { contentType, ...SIZE };
  const [reads, writes] = await Promise.all([
    capabilities.decodingInfo({ type: "webrtc", video }),
    capabilities.encodingInfo({ type: "webrtc", video }),
  ]);
  return { smooth: reads.smooth && writes.smooth, powerEfficient: reads.powerEfficient && writes.powerEfficient };
}

/** The codecs for `setCodecPreferences`, or null where the browser cannot be told. */
export async function likedCodecs(env = globalThis) {
  const codecs = env.RTCRtpReceiver?.getCapabilities?.("video")?.codecs;
  if (!codecs || !env.RTCRtpTransceiver?.prototype.setCodecPreferences) return null;
  const capabilities = env.navigator?.mediaCapabilities;
  const types = [...new Set(codecs.map(({ mimeType }) => mimeType.toLowerCase()))].filter((type) => !HELPERS.test(type));
  const found = await Promise.all(
    types.map((type) => (capabilities?.encodingInfo ? abilityOf(type, capabilities).catch(() => null) : null)),
  );
  return rankCodecs(codecs, Object.fromEntries(types.map((type, index) => [type, found[index] ?? undefined]).filter(([, ability]) => ability)));
}
