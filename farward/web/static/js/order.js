/** In which order things leave this device: what people wait for comes first, what weighs most comes last. */

export const ORDER = ["words", "clips", "note", "marks", "pictures", "recordings"];

const CLASSES = { heard: "marks", note: "note", mark: "marks", score: "marks", observation: "marks", rung: "marks", link: "marks", talk: "marks" };

/** What a device notes down by itself: nobody wrote it, so nobody is told that it waits. */
export const QUIET = new Set(["heard", "link", "rung", "talk"]);

/** To which class an entry belongs. What nobody has thought of goes with the words: it may be what somebody waits for. */
export const classOf = (kind) => CLASSES[kind.split(".")[0]] ?? "words";

/** By class; within one in the order of writing, which ids tell. */
export function byImportance(a, b) {
  const ranks = ORDER.indexOf(classOf(a.kind)) - ORDER.indexOf(classOf(b.kind));
  return ranks || (a.id < b.id ? -1 : 1);
}
