/** Opens a seat by its link: posts what follows the `#`, which no server log ever sees, and goes on to the lobby. */

const state = document.getElementById("state");
const problem = document.getElementById("problem");
const words = document.getElementById("main").dataset;
const retry = document.getElementById("retry");
const check = document.getElementById("check");
const fragment = location.hash.slice(1);

function show(message, { again = false } = {}) {
  state.hidden = true;
  problem.hidden = false;
  retry.hidden = !again;
  problem.querySelector("p").textContent = message;
  problem.focus();
}

/** The site wants the digits that were told on another way: ask for them, and again where they were wrong. */
function askForCode(answer) {
  state.hidden = true;
  problem.hidden = answer.code === "check";
  retry.hidden = true;
  problem.querySelector("p").textContent = answer.message;
  check.hidden = false;
  check.elements.code.value = "";
  check.elements.code.focus();
}

async function redeem() {
  const [link, token] = fragment.split(".");
  if (!link || !token) {
    show(words.empty);
    return;
  }
  state.hidden = false;
  problem.hidden = true;
  let response;
  try {
    response = await fetch("/j", {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify({ link, token, code: check.elements.code.value }),
    });
  } catch {
    show(words.offline, { again: true });
    return;
  }
  const answer = await response.json().catch(() => null);
  if (answer?.next) {
    // The link leaves the address bar and the history with it.
    location.replace(answer.next);
    return;
  }
  if (answer?.code === "check" || answer?.code === "wrong_check") {
    askForCode(answer);
    return;
  }
  check.hidden = true;
  show(answer?.message ?? words.failed, { again: !answer });
}

retry.addEventListener("click", redeem);
check.addEventListener("submit", (event) => {
  event.preventDefault();
  redeem();
});
addEventListener("online", () => !problem.hidden && !retry.hidden && redeem());
addEventListener("hashchange", () => location.reload());
redeem();
