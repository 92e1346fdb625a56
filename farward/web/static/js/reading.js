/**
 * How the other end's description is read here: so that sound is sent as the plan wants it, and lines that carry nothing
 * rest. Neither has an API; to change them during a call the description is read once more, as the answer to an offer that
 * stays on this page.
 */

import { restLines, sameLines, settleRoles, startPicture, tuneAudio } from "./audio_sdp.js";
import { sameReading, voiceInText } from "./sending.js";

export function createReading({ startKbps }) {
  /** What they wrote, and the wish `{voice, flows}` that it was last read with. */
  let theirs = null;
  let read = null;

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
    differs: (wish) => read !== null && !sameReading(read, wish),
    /** Read it once more. False where our next offer has other lines, so that the other end must hear of it. */
    async again(pc, wish) {
      const own = await pc.createOffer();
      if (!sameLines(own.sdp, theirs)) return false;
      await pc.setLocalDescription(own);
      await apply(pc, { type: "answer", sdp: theirs }, wish);
      return true;
    },
  };
}
