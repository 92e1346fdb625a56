/** The summary for the patient in the room: learner and preceptor write it, everyone in the room reads the newest. */

export function mountSummary({ root, journal }) {
  const panel = root.querySelector("[data-summary]");
  const form = panel.querySelector("form");
  const box = form?.querySelector("textarea");
  let typed = false;

  function show() {
    const entries = [...journal.entries(), ...journal.drafts()].filter((entry) => entry.kind === "summary");
    const newest = entries.at(-1);
    const text = panel.querySelector("[data-summary-text]");
    text.textContent = newest?.payload.text ?? "";
    text.hidden = !newest;
    // Readers see nothing at all before there is something to read.
    root.hidden = !form && !newest;
    if (!form) return;
    if (!typed && newest) box.value = newest.payload.text;
    const waits = journal.pending().some((draft) => draft.kind === "summary" && draft.state === "local");
    panel.querySelector("[data-summary-state]").textContent = waits ? panel.dataset.here : newest ? panel.dataset.written : "";
  }

  box?.addEventListener("input", () => { typed = true; });
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    typed = false;
    await journal.append("summary", { text }, { audience: "room" });
  });

  const stops = [journal.on("entry", (entry) => entry.kind === "summary" && show()), journal.on("pending", show)];
  show();
  return { close: () => stops.forEach((stop) => stop?.()) };
}
