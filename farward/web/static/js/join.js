/** Opens a seat by its link: posts what follows the `#`, which no server log ever sees, and goes on to the lobby. */

const state = document.getElementById("state");
const problem = document.getElementById("problem");
const words = document.getElementById("main").dataset;
const retry = document.getElementById("retry");
const fragment = location.hash.slice(1);

function show(message, { again = false } = {}) {
  state.hidden = true;
  problem.hidden = false;
  retry.hidden = !again;
  problem.querySelector("p").textContent = message;
  problem.focus();
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
      body: JSON.stringify({ link, token }),
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
  show(answer?.message ?? words.failed, { again: !answer });
}

retry.addEventListener("click", redeem);
addEventListener("online", () => !problem.hidden && !retry.hidden && redeem());
addEventListener("hashchange", () => location.reload());
redeem();
