/** After the visit: looks whether this device has something of it that was never sent. Only then the rest is loaded. */

const root = document.getElementById("hand-in");
const { seat } = root.dataset;

/** Whether one of the seat's databases holds anything. A key is not needed for that, and none is made by looking. */
const holds = (part) => new Promise((resolve) => {
  const opening = indexedDB.open(part === "outbox" ? `farward-${seat}` : `farward-${part}-${seat}`);
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = () => resolve(false);
  opening.onsuccess = () => {
    const database = opening.result;
    const looking = database.transaction(part).objectStore(part).openCursor();
    looking.onsuccess = () => {
      const row = looking.result;
      // What the device noted by itself is nobody's loss.
      if (row?.value.quiet) return row.continue();
      database.close();
      return resolve(Boolean(row));
    };
  };
});

async function look() {
  const found = await Promise.all(["recordings", "stills", "clips", "outbox"].map(holds));
  if (!found.includes(true)) return;
  root.hidden = false;
  const { handIn } = await import("../hand_in.js");
  await handIn(root);
}

look().catch(console.warn);
