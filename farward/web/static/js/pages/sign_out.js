// Signing out takes the keys of what this device keeps away, and asks first where something has not been sent.

import { forgetAll, unsentHere } from "../kept.js";

const form = document.getElementById("sign-out");

async function mayGo() {
  const count = (await unsentHere()).reduce((sum, one) => sum + one.count, 0);
  if (count > 0 && !confirm(form.dataset.unsent.replace("{count}", count))) return false;
  await forgetAll();
  return true;
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  // What the browser does not tell keeps nobody signed in.
  if (await mayGo().catch(() => true)) form.submit();
});
