// Renews a part of the page in place every few seconds, while somebody looks at it. The page works without.

import { markupOf } from "../trusted.js";

for (const part of document.querySelectorAll("[data-renew]")) {
  const renew = async () => {
    // Not under somebody's fingers: a button that moves away is pressed wrongly.
    if (document.hidden || part.contains(document.activeElement)) return;
    try {
      const answer = await fetch(part.dataset.renew, { headers: { accept: "text/html" } });
      if (answer.redirected) location.reload();
      if (answer.ok) part.innerHTML = await markupOf(answer);
    } catch {
      // Offline for now: what is shown stays, and the next round tries again.
    }
  };
  setInterval(renew, Number(part.dataset.every) * 1000);
}
