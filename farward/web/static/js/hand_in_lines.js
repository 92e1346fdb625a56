/** What a device still has of a visit that is over, in lines: which sentence, what is filled in, and why it does not go. */

const megabytes = (bytes) => (bytes / 1_000_000).toFixed(bytes < 100_000 ? 2 : 1);

function together(name, sizes, why = "") {
  if (sizes.length === 0) return [];
  const bytes = sizes.reduce((all, size) => all + size, 0);
  return [{ key: sizes.length === 1 ? name : `${name}s`, values: { count: sizes.length, mb: megabytes(bytes) }, why }];
}

/**
 * `recordings` and `clips` are sizes in bytes, `stills` and `drafts` as uploads and journal have them. An entry that the
 * server has is on its way back and waits for nobody; what the device noted by itself is not told of.
 */
export function linesOf({ recordings, stills, clips, drafts }) {
  const written = drafts.filter(({ quiet }) => !quiet);
  const size = ({ bytes }) => bytes.byteLength;
  return [
    ...together("recording", recordings),
    ...together("still", stills.filter(({ refused }) => !refused).map(size)),
    ...stills.filter(({ refused }) => refused).flatMap((still) => together("still", [size(still)], still.refused)),
    ...together("clip", clips),
    ...(written.some(({ state }) => state === "local") ? [{ key: "draft", values: {}, why: "" }] : []),
    ...written.filter(({ state }) => state === "refused").map(({ payload, message }) => ({ key: "refused", values: { text: payload.text }, why: message })),
  ];
}
