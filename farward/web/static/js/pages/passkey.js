// Lets the button `passkey` do what its page is for, by django-allauth's own script, and says in plain words if it fails.

const problem = document.getElementById("passkey-problem");
const { does, credential, passwordless } = problem.dataset;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  problem.hidden = true;
  // Shown anew, so that a screen reader says it again.
  requestAnimationFrame(() => { problem.hidden = false; });
});

window.allauth.webauthn.forms[does]({
  ids: { add: "passkey", authenticate: "passkey", login: "passkey", passwordless, credential, data: "passkey-data" },
});
