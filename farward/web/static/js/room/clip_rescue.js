/**
 * A voice note is kept on this device while it is being made: a page that dies loses its last two seconds and no more.
 * Whoever opens the page again is asked whether what was kept is to be sent or thrown away.
 *
 * It lies among the notes that wait, marked `made`, so that it is sealed and wiped with them.
 */

import { length } from "../clip.js";
import { sha256Hex } from "../upload.js";
import { dismiss, notice } from "./notices.js";
import { say } from "./words.js";

/** The store as `createUploads` may see it: without what is only being made. */
export const withoutMade = (store) => ({ ...store, all: async () => (await store.all()).filter(({ made }) => !made) });

export function createRescue(store) {
  // One write after the other, and none after the end: what was sent must not come back as lost.
  let last = Promise.resolve();
  const ended = new Set();
  const then = (act) => {
    last = last.then(act).catch(() => {});
    return last;
  };
  return {
    keep: (clip, blob) =>
      then(async () => !ended.has(clip.id) && store.put({ ...clip, made: true, type: blob.type.split(";")[0], bytes: await blob.arrayBuffer() })),
    forget(id) {
      ended.add(id);
      return then(() => store.remove(id));
    },
    found: async () => (await store.all()).filter(({ made, bytes }) => made && bytes.byteLength > 0),
  };
}

/** Ask for each note that an earlier page did not end. */
export async function offerRescued({ rescue, add }) {
  for (const { made: _made, ...clip } of await rescue.found()) {
    const key = `rescued ${clip.id}`;
    const settle = async (wanted) => {
      dismiss(key);
      // A note of the same number would be taken for the one that was being made.
      if (wanted) await add({ ...clip, id: clip.sentAs, sha256: await sha256Hex(clip.bytes) });
      await rescue.forget(clip.id);
    };
    notice(say("clip.rescued", { time: length(clip.ms) }), {
      key, keep: true, actions: [[say("clip.send"), () => settle(true)], [say("clip.drop"), () => settle(false)]],
    });
  }
}
