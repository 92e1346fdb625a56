/**
 * Trusted Types: the browser takes no string for markup or for a script's address, except those that are made here.
 * Only this policy may exist (see the content policy in settings.py), so nothing that people wrote can become either.
 */

const WORKER = "/sw.js";

const policy = globalThis.trustedTypes?.createPolicy("farward", {
  createHTML: (markup) => markup,
  createScriptURL(address) {
    if (address !== WORKER) throw new TypeError("There is one worker.");
    return address;
  },
});

/** The service worker's address. */
export const workerAddress = () => policy?.createScriptURL(WORKER) ?? WORKER;

/** The markup of an answer of our own server's, which escapes what people wrote. */
export async function markupOf(answer) {
  if (new URL(answer.url).origin !== location.origin) throw new TypeError("Not ours.");
  const markup = await answer.text();
  return policy?.createHTML(markup) ?? markup;
}
