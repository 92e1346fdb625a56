/** What goes out on the media lines of one connection: each line's direction, track and limits, as wire and rung allow. */

import { directionOf } from "./negotiation.js";
import { encodingOf, sendingOf } from "./sending.js";

export function createLines({ media, table, codecs }) {
  let lines = {};
  let limited = {};
  let carried = [];

  /** Firefox has no encodings before the first negotiation; a browser that refuses a value is asked again later. */
  async function limit(kind, wish) {
    const { sender } = lines[kind];
    const width = sender.track?.getSettings?.().width ?? null;
    const wanted = encodingOf(kind, wish, width);
    const key = JSON.stringify(wanted);
    if (limited[kind] === key) return;
    const parameters = sender.getParameters();
    if (!parameters.encodings?.length) return;
    Object.assign(parameters.encodings[0], wanted);
    limited[kind] = key;
    await sender.setParameters(parameters).catch(() => {
      limited[kind] = null;
    });
  }

  return {
    get laid() {
      return Boolean(lines.audio);
    },
    line: (kind) => lines[kind] ?? null,
    clear() {
      lines = {};
      limited = {};
      carried = [];
    },
    /** The kinds of media that have a track now. */
    get carried() {
      return carried;
    },
    lay(kind, line) {
      lines[kind] = line;
      if (kind !== "audio" && codecs) line.setCodecPreferences?.(codecs);
    },
    /** Give every line the direction that the wire allows, and the track if the rung has room for it. */
    dress(wire, plan) {
      const sending = sendingOf(plan, table);
      let turned = false;
      carried = [];
      for (const [kind, line] of Object.entries(lines)) {
        const direction = directionOf(kind, wire);
        if (line.direction !== direction) {
          line.direction = direction;
          turned = true;
        }
        const track = wire.send.includes(kind) && sending[kind] ? media.track(kind) : null;
        if (track) carried.push(kind);
        if (line.sender.track !== track) line.sender.replaceTrack(track).catch(() => {});
      }
      return turned;
    },
    async limitAll(plan) {
      const sending = sendingOf(plan, table);
      for (const kind of Object.keys(lines)) if (sending[kind] && lines[kind]) await limit(kind, sending[kind]);
    },
  };
}
