/** What the other end has said of itself beside its descriptions. None of it is trusted further than its own kind. */

import { KINDS } from "./negotiation.js";

export function createHearsay({ rungs, now }) {
  const said = {
    /** The highest rung that is of use to them, the kinds of media that they send, the share they miss and when they said so. */
    asked: null,
    carries: null,
    missed: null,
    /** A page that began anew has said nothing yet. */
    forget() {
      said.asked = said.carries = null;
    },
    /** Whether they send something of this kind, as far as they have said. */
    brings: (kind) => said.carries?.includes(kind) ?? true,
    /** Take a signal in. Returns whether they send something else than before. */
    take({ ask, carries, missed }) {
      if (missed >= 0 && missed <= 1) said.missed = { share: missed, at: now() };
      if (rungs.includes(ask)) said.asked = ask;
      if (!Array.isArray(carries)) return false;
      const before = said.carries?.join();
      said.carries = KINDS.filter((kind) => carries.includes(kind));
      return before !== said.carries.join();
    },
  };
  return said;
}
