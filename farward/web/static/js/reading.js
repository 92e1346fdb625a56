/**
 * How the other end's description is read here: so that sound is sent as the plan wants it, and lines that carry nothing
 * rest. Neither has an API; to change them during a call the description is read once more, as the answer to an offer that
 * stays on this page.
 */

import { answerTo, couldAnswer, restLines, settleRoles, startPicture, tuneAudio } from "./audio_sdp.js";
import { sameReading, voiceInText } from "./sending.js";

const MOST_VAIN = 2;

export function createReading({ startKbps }) {
  /** What they wrote, and the wish `{voice, flows}` that it was last read with. */
  let theirs = null;
  let read = null;
  /** How often in a row it could not be read again. Lines rest no more where a new offer has not helped. */
  let vain = 0;
  const able = () => vain < MOST_VAIN;

  async function apply(pc, { type, sdp }, wish) {
    read = wish;
    const tuned = tuneAudio(startPicture(sdp, startKbps), voiceInText(wish.voice));
    await pc.setRemoteDescription({ type, sdp: restLines(tuned, wish.flows) });
  }

  return {
    clear() {
      theirs = read = null;
    },
    /**
     * Read what came just now, and all of it: an offer wants an answer to the whole, and Chromium goes on reporting each
     * second on a line that never stood open, but not on one that did for a moment.
     */
    async take(pc, description, { voice }) {
      theirs = description.sdp;
      await apply(pc, description, { voice, flows: [] });
    },
    /** Our answer to their offer stands. */
    answered(pc) {
      theirs = settleRoles(theirs, pc.localDescription.sdp);
    },
    /** Whether it was read with another wish. */
    differs: (wish) => read !== null && !sameReading(read, able() ? wish : { ...wish, flows: read.flows }),
    /** Read it once more. False where that cannot be, so that the other end must hear of the change. */
    async again(pc, wish) {
      const own = able() ? await pc.createOffer() : null;
      if (!own || !couldAnswer(own.sdp, theirs)) {
        vain += 1;
        return false;
      }
      const before = read;
      await pc.setLocalDescription(own);
      try {
        await apply(pc, { type: "answer", sdp: answerTo(own.sdp, theirs) }, wish);
        vain = 0;
      } catch (error) {
        console.warn("reading", error.name, error.message);
        [vain, read] = [MOST_VAIN, before];
        await pc.setLocalDescription({ type: "rollback" });
      }
      return able();
    },
  };
}
