// The lock over a page that was left alone. What stands on the page stays there; in a visit the call goes on.
//
// The server keeps the time, since other windows of the same session count too. Without a network nothing is locked: it
// could not be opened again, and what is written there is kept on this device alone.

const dialog = document.getElementById("lock");
const form = dialog.querySelector("form");
const problem = document.getElementById("lock-problem");
const { ask, failed, out, who } = dialog.dataset;
const idle = Number(dialog.dataset.idle) * 1000;
/** How often a touch is told to the server, and how often a lock looks whether it was opened in another window. */
const TELL_MS = Math.min(60_000, idle / 3);
const LOOK_MS = 5_000;
/** What of a room may be seen and used while it is locked: the people and the controls. The rest is the record. */
const RECORD = document.body.classList.contains("room") ? document.querySelectorAll(".panels, .work, #notices") : [];

let told = Date.now();
let timer = 0;
let looking = 0;

const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;

/** Ask how long there is, or tell of a touch: seconds, 0 once it is locked, null where nobody answers. */
async function left(method = "GET") {
  try {
    const answer = await fetch(ask, { method, headers: { "X-CSRFToken": token(), Accept: "application/json" } });
    if (answer.status === 423) return 0;
    if (!answer.ok || answer.redirected) return answer.redirected ? 0 : null;
    const said = await answer.json();
    return said.who === who ? said.left : 0;
  } catch {
    return null;
  }
}

function wait(seconds) {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(1, seconds) * 1000);
}

async function look() {
  const seconds = await left();
  if (seconds === null) wait(30);
  else if (seconds > 0) open_(seconds);
  else lock();
}

function lock() {
  clearTimeout(timer);
  if (dialog.open) return;
  for (const part of RECORD) part.inert = true;
  document.body.classList.add("locked");
  if (RECORD.length) dialog.show();
  else dialog.showModal();
  clearInterval(looking);
  looking = setInterval(look, LOOK_MS);
}

function open_(seconds) {
  wait(seconds);
  if (!document.body.classList.contains("locked")) return;
  clearInterval(looking);
  document.body.classList.remove("locked");
  for (const part of RECORD) part.inert = false;
  problem.hidden = true;
  form.reset();
  dialog.close();
}

function say(text) {
  problem.textContent = text;
  problem.hidden = false;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  } catch {
    say(failed);
    return;
  }
  const said = answer.redirected ? null : await answer.json().catch(() => null);
  if (answer.ok && said) open_(said.left);
  else say(said?.message ?? out);
});

// Escape closes any dialog; this one comes back.
dialog.addEventListener("cancel", (event) => event.preventDefault());
dialog.addEventListener("close", () => document.body.classList.contains("locked") && !RECORD.length && dialog.showModal());

for (const kind of ["pointerdown", "keydown", "wheel"]) {
  addEventListener(kind, async () => {
    if (dialog.open || Date.now() - told < TELL_MS) return;
    told = Date.now();
    const seconds = await left("POST");
    if (seconds === 0) lock();
    else if (seconds !== null) wait(seconds);
  }, { passive: true });
}
addEventListener("focus", look);
document.addEventListener("visibilitychange", () => document.hidden || look());
wait(idle / 1000);
