// Copy buttons beside read-only fields. Without this script the field is still there to be selected by hand.

for (const field of document.querySelectorAll("[data-select]")) field.addEventListener("focus", () => field.select());

for (const button of document.querySelectorAll("[data-copy]")) {
  const before = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Clipboards are refused outside secure pages: the field is selected, so the keys for copying work.
      if (!document.execCommand("copy")) return;
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 2000);
  });
}
