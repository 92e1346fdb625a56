// Says in plain words that a passkey was not taken; the rest is django-allauth's own script.

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.getElementById("passkey-problem");
  problem.hidden = true;
  // Shown anew, so that a screen reader says it again.
  requestAnimationFrame(() => { problem.hidden = false; });
});
