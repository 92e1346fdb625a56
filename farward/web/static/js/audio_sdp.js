/**
 * What no browser has an API for: the packet length, silence suppression and redundancy of sound, the extra bytes in each
 * packet, the rate at which a picture begins, and lines at rest, changed in the text of a session description (RFC 8866,
 * RFC 7587 for Opus, RFC 2198 for RED).
 *
 * Only the other end's description is ever changed, by who has received it and just before it is applied: a browser
 * sends as the remote description asks. What goes over the server stays as the browser wrote it.
 */

const END = "\r\n";
const OPUS_OFF = new Set(["maxaveragebitrate", "usedtx", "useinbandfec", "cbr", "stereo", "sprop-stereo"]);

/** The lines of a description, gathered by section: the session's own first. */
const sectionsOf = (sdp) =>
  sdp.split(/\r?\n/).filter(Boolean).reduce(
    (sections, line) => {
      if (line.startsWith("m=")) sections.push([]);
      sections.at(-1).push(line);
      return sections;
    },
    [[]],
  );

const join = (sections) => sections.flat().join(END) + END;

/** The payload type of a codec in one section, or null. */
function payloadOf(lines, codec) {
  const found = lines.map((line) => /^a=rtpmap:(\d+) ([^/]+)\//.exec(line)).find((match) => match?.[2].toLowerCase() === codec);
  return found ? found[1] : null;
}

/** The parameters of Opus, those of ours in place of the browser's. */
function tuneFormat(parameters, { bitrate, dtx, fec }) {
  const kept = parameters.split(";").map((each) => each.trim()).filter((each) => each && !OPUS_OFF.has(each.split("=")[0]));
  return [...kept, `maxaveragebitrate=${bitrate}`, `usedtx=${dtx ? 1 : 0}`, `useinbandfec=${fec ? 1 : 0}`, "stereo=0"].join(";");
}

/** The first line of a section with one payload type in front: the one that its reader will send. */
function preferPayload(line, payload) {
  const [media, port, protocol, ...payloads] = line.split(" ");
  return [media, port, protocol, payload, ...payloads.filter((each) => each !== payload)].join(" ");
}

function tuneSection(lines, voice) {
  const opus = payloadOf(lines, "opus");
  if (!opus) return lines;
  const red = payloadOf(lines, "red");
  const format = `a=fmtp:${opus} `;
  const kept = lines.filter((line) => !/^a=(extmap:|ptime:|maxptime:|rtcp-fb:\S+ transport-cc)/.test(line) && !line.startsWith(format));
  const before = lines.find((line) => line.startsWith(format))?.slice(format.length) ?? "";
  const tuned = kept.flatMap((line, index) => {
    if (index === 0) return [preferPayload(line, voice.red && red ? red : opus)];
    return line.startsWith(`a=rtpmap:${opus} `) ? [line, format + tuneFormat(before, voice)] : [line];
  });
  return [...tuned, `a=ptime:${voice.ptime}`, `a=maxptime:${voice.ptime}`];
}

/**
 * The description as it must read for its reader to send sound like this: `bitrate` in bit/s, `ptime` in ms, `red`
 * whether each packet repeats the one before. Doing it twice is the same as doing it once with the last wish.
 */
export function tuneAudio(sdp, { bitrate, ptime, red = false, dtx = true, fec = false }) {
  const voice = { bitrate, ptime, red, dtx, fec };
  return join(sectionsOf(sdp).map((lines) => (lines[0].startsWith("m=audio ") ? tuneSection(lines, voice) : lines)));
}

const HELPERS = /^(rtx|red|ulpfec|flexfec-03)$/i;

/** One section of a picture, each of its codecs told the rate to begin with; what helps them has a language of its own. */
function startSection(lines, kbps) {
  const wish = `x-google-start-bitrate=${kbps}`;
  const bare = lines.map((line) => line.replace(/;?x-google-start-bitrate=\d+/, "")).filter((line) => !/^a=fmtp:\d+ $/.test(line));
  const codecs = bare.map((line) => /^a=rtpmap:(\d+) ([^/]+)\//.exec(line)).filter((match) => match && !HELPERS.test(match[2]));
  const pictures = new Set(codecs.map(([, payload]) => payload));
  const told = new Set(bare.map((line) => /^a=fmtp:(\d+) /.exec(line)?.[1]).filter((payload) => pictures.has(payload)));
  return bare.flatMap((line) => {
    const [, word, payload] = /^a=(rtpmap|fmtp):(\d+) /.exec(line) ?? [];
    if (word === "rtpmap" && pictures.has(payload) && !told.has(payload)) return [line, `a=fmtp:${payload} ${wish}`];
    return [word === "fmtp" && told.has(payload) ? `${line};${wish}` : line];
  });
}

/**
 * The description as it must read for its reader's first picture not to be sent at the 300 kbit/s that Chromium takes
 * any link for: on a thin one the first second would be in the way of all sound. Others do not know the word.
 */
export function startPicture(sdp, kbps) {
  return join(sectionsOf(sdp).map((lines) => (lines[0].startsWith("m=video ") ? startSection(lines, kbps) : lines)));
}

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)$/;
/** What a line says of the streams that its writer sends. */
const STREAMS = /^a=(ssrc|ssrc-group|msid):/;

function restSection(lines, { send, recv }) {
  const said = lines.find((line) => DIRECTION.test(line))?.slice(2) ?? "sendrecv";
  const theyTake = send && ["sendrecv", "recvonly"].includes(said);
  const theySend = recv && ["sendrecv", "sendonly"].includes(said);
  const direction = theyTake ? (theySend ? "sendrecv" : "recvonly") : theySend ? "sendonly" : "inactive";
  const kept = lines.filter((line) => !DIRECTION.test(line) && (theySend || !STREAMS.test(line)));
  return [...kept, `a=${direction}`];
}

/**
 * The description as it must read for lines that carry nothing now to rest: their reports alone would cost a lean voice a
 * fifth of its room. `flows` has for each line of media, in their order, `{send, recv}`: what its reader does on it.
 */
export function restLines(sdp, flows) {
  let index = -1;
  return join(sectionsOf(sdp).map((lines) => {
    if (lines[0].startsWith("m=")) index += 1;
    return /^m=(audio|video) /.test(lines[0]) && flows[index] ? restSection(lines, flows[index]) : lines;
  }));
}

/** What they offered, with the role in DTLS that our answer left to them. */
export function settleRoles(offer, answer) {
  const theirs = /^a=setup:active/m.test(answer) ? "passive" : "active";
  return offer.replace(/^a=setup:actpass/gm, `a=setup:${theirs}`);
}

/** What they wrote as an answer to our offer: an answer names no header extension that the offer does not. */
export function answerTo(offer, theirs) {
  const ours = sectionsOf(offer).map((lines) => new Set(lines.filter((line) => line.startsWith("a=extmap:")).map((line) => line.split(" ")[1])));
  return join(sectionsOf(theirs).map((lines, index) => lines.filter((line) => !line.startsWith("a=extmap:") || ours[index]?.has(line.split(" ")[1]))));
}

const firstCodec = (lines) => {
  const [, , , payload] = lines[0].split(" ");
  return lines.find((line) => line.startsWith(`a=rtpmap:${payload} `)) ?? null;
};

/**
 * Whether their description could be an answer to our offer: equally many lines, and the codec that each of them prefers
 * has the same number. Firefox goes back to its own numbers when it offers, and then knows no picture that comes.
 */
export function couldAnswer(offer, theirs) {
  const [ours, others] = [sectionsOf(offer), sectionsOf(theirs)];
  const known = (lines, index) => firstCodec(lines) === null || ours[index].includes(firstCodec(lines));
  return ours.length === others.length && others.every(known);
}
