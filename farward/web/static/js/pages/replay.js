/** Several recordings of one visit, played together: each begins where it began by the server's clock. */

const root = document.getElementById("replay");
const clips = [...root.querySelectorAll("[data-started]")].map((player) => ({
  player,
  started: Number(player.dataset.started),
  ms: Number(player.dataset.ms),
  person: player.dataset.person,
}));
const begin = Math.min(...clips.map(({ started }) => started));
const end = Math.max(...clips.map(({ started, ms }) => started + ms));
const slider = root.querySelector("[type=range]");
const button = root.querySelector("[data-play]");
const clock = root.querySelector("output");
const failed = root.querySelector("[data-failed]");
/** A player further from its place than this is moved there. */
const DRIFT_S = 0.06;
const LOOK_MS = 200;

let at = 0;
let last = 0;
let timer = null;

slider.max = String(Math.ceil((end - begin) / 1000));

const placeOf = ({ started }) => at - (started - begin) / 1000;
const inside = (clip) => placeOf(clip) >= 0 && placeOf(clip) <= clip.ms / 1000;
/** How far a recording is from being the one to show, in seconds. */
const away = (clip) => Math.max(-placeOf(clip), placeOf(clip) - clip.ms / 1000, 0);

/** Of each person the one recording that is on, or the nearest. */
function showNearest() {
  for (const person of new Set(clips.map((clip) => clip.person))) {
    const own = clips.filter((clip) => clip.person === person);
    const nearest = own.reduce((best, clip) => (away(clip) < away(best) ? clip : best));
    for (const clip of own) clip.player.hidden = clip !== nearest;
    root.querySelector(`[data-apart-of="${person}"]`).hidden = !("apart" in nearest.player.dataset);
  }
}

function show() {
  showNearest();
  slider.value = String(at);
  const text = `${Math.floor(at / 60)}:${String(Math.floor(at) % 60).padStart(2, "0")}`;
  slider.setAttribute("aria-valuetext", text);
  clock.textContent = text;
  button.textContent = timer ? button.dataset.pause : button.dataset.play;
}

function align(clip, always = false) {
  const place = Math.max(0, Math.min(placeOf(clip), clip.ms / 1000));
  if (always || (inside(clip) && Math.abs(clip.player.currentTime - place) > DRIFT_S)) clip.player.currentTime = place;
  if (timer && inside(clip)) clip.player.play().catch(() => clip.player.error && pause());
  else clip.player.pause();
}

function seek(seconds) {
  at = Math.max(0, Math.min(seconds, (end - begin) / 1000));
  for (const clip of clips) align(clip, true);
  show();
}

function tick() {
  const now = performance.now();
  // While one still loads, nobody runs ahead; one that cannot be loaded holds nobody up.
  if (!clips.some((clip) => inside(clip) && !clip.player.error && clip.player.readyState < 3)) at += (now - last) / 1000;
  last = now;
  if (at >= (end - begin) / 1000) pause();
  for (const clip of clips) align(clip);
  show();
}

function play() {
  failed.hidden = true;
  for (const { player } of clips) if (player.error) player.load();
  if (at >= (end - begin) / 1000 - 0.05) at = 0;
  last = performance.now();
  timer = setInterval(tick, LOOK_MS);
  seek(at);
}

function pause() {
  clearInterval(timer);
  timer = null;
  for (const { player } of clips) player.pause();
  show();
}

button.addEventListener("click", () => (timer ? pause() : play()));
slider.addEventListener("input", () => seek(Number(slider.value)));
for (const mark of root.querySelectorAll("[data-mark]")) {
  mark.addEventListener("click", () => seek((Number(mark.dataset.mark) - begin) / 1000));
}
for (const { player } of clips) player.addEventListener("error", () => { failed.hidden = false; });
if (clips.length > 0) show();
else button.disabled = slider.disabled = true;
