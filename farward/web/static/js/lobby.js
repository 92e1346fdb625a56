/**
 * Before the room: camera, microphone, speaker and connection are looked at, and one plain sentence says what works and
 * what to do. Nothing here is a hurdle: everyone may join with what they have.
 */

import { mountCost } from "./lobby_cost.js";
import { createMedia, keepPreferences, openMeter, readPreferences, useSpeaker } from "./media.js";
import { measureConnection } from "./probe.js";
import { byId, el, rebuild, setText } from "./room/dom.js";
import { say } from "./room/words.js";
import { judge } from "./verdict.js";

const { seat, next } = document.querySelector("[data-seat]").dataset;
const media = createMedia();
const found = { cam: "unasked", mic: "unasked", heard: false, connection: null };
const data = (id) => JSON.parse(byId(id)?.textContent ?? "null");
const cost = mountCost({ table: data("ladder"), weight: data("weight") });
let meter = null;
let fetching = null;
/** On the way to the room, which needs the line for itself. */
let leaving = false;
const FETCH_MS = 12_000;

function show() {
  const { verdict, tone, lines } = judge(found);
  byId("verdict").className = `notice ${tone}`;
  setText(byId("verdict").querySelector("p"), say(`lobby.verdict.${verdict}`));
  for (const [name, { state, tone: own }] of Object.entries(lines)) {
    const row = byId(`check-${name}`);
    row.dataset.tone = own;
    setText(row.querySelector(".what"), say(`lobby.${name}.${state}`));
  }
  byId("choices").hidden = found.cam === "unasked" && found.mic === "unasked";
  byId("preview").hidden = found.cam !== "on";
  byId("check").hidden = found.cam !== "unasked" && found.mic !== "unasked" && !["denied", "busy", "missing"].some((state) => [found.cam, found.mic].includes(state));
  setText(byId("check"), say(found.cam === "unasked" ? "lobby.check" : "lobby.check_again"));
  setText(byId("join"), say(`lobby.join.${joinWith().words}`));
  byId("without").hidden = joinWith().words === "bare";
}

/** What the big button joins with. */
function joinWith() {
  const cam = found.cam === "on";
  const mic = found.mic === "on";
  const words = cam && mic ? "both" : mic ? "sound" : cam ? "picture" : found.mic === "unasked" ? "ask" : "bare";
  return { cam: cam || words === "ask", mic: mic || words === "ask", words };
}

async function showDevices() {
  const devices = await media.devices();
  const chosen = readPreferences();
  for (const [choice, list] of Object.entries(devices)) {
    const select = byId("choices").querySelector(`[name=${choice}]`);
    select.closest(".field").hidden = list.length < 2;
    rebuild(select, list.map(({ deviceId, label }) => [deviceId, label]), () =>
      list.map(({ deviceId, label }, index) => el("option", { value: deviceId }, label || say("device.nameless", { number: index + 1 }))),
    );
    if (list.some(({ deviceId }) => deviceId === chosen[choice])) select.value = chosen[choice];
  }
}

async function checkDevices() {
  byId("check").disabled = true;
  await media.openBoth();
  found.mic = media.state().mic;
  found.cam = media.state().cam;
  byId("check").disabled = false;
  await showDevices();
  show();
}

function follow() {
  meter?.close();
  const track = media.track("audio");
  meter = track ? openMeter(track) : null;
  meter?.wake();
  const camera = media.camera();
  byId("preview").srcObject = camera ? new MediaStream([camera]) : null;
}

function listen() {
  const level = meter?.level() ?? 0;
  byId("level").value = level;
  if (level > 0.03 && !found.heard) {
    found.heard = true;
    show();
  }
}

/** A short rise of two tones through the chosen speaker. */
async function playSound() {
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  const context = new Context();
  const output = context.createMediaStreamDestination();
  const element = new Audio();
  element.srcObject = output.stream;
  await useSpeaker(element);
  await element.play().catch(() => {});
  [523, 784].forEach((frequency, index) => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = frequency;
    volume.gain.value = 0.2;
    tone.connect(volume).connect(output);
    tone.start(context.currentTime + index * 0.4);
    tone.stop(context.currentTime + index * 0.4 + 0.35);
  });
  setTimeout(() => context.close(), 1500);
  byId("heard").hidden = false;
}

/** A room that is half fetched would be fetched from the start again: that is waited for, and the button says so. */
function join(event) {
  if (fetching) {
    event.preventDefault();
    const { submitter } = event;
    submitter.setAttribute("aria-busy", "true");
    const most = new Promise((resolve) => setTimeout(resolve, FETCH_MS));
    Promise.race([fetching, most]).then(() => {
      fetching = null;
      byId("enter").requestSubmit(submitter);
    });
    return;
  }
  leaving = true;
  const bare = event.submitter === byId("without");
  const wish = bare ? { cam: false, mic: false } : joinWith();
  keepPreferences({ cam: wish.cam, mic: wish.mic });
  try {
    sessionStorage.setItem(`farward.here.${seat}`, "yes");
  } catch {
    // Without session storage the room asks nothing either.
  }
}

async function checkConnection() {
  const seen = await measureConnection(`/s/${seat}/ping`, () => leaving);
  if (!seen) return;
  found.connection = seen.grade;
  cost.show(seen.kbps);
  show();
}

/** What the room is made of comes while the person still looks, once the look at the connection is over. */
function fetchRoom() {
  if (leaving) return;
  const links = next.split(" ").filter(Boolean).map((href) => Object.assign(document.createElement("link"), { rel: "prefetch", as: "script", href }));
  const loaded = links.map((link) => new Promise((resolve) => { link.onload = link.onerror = resolve; }));
  document.head.append(...links);
  fetching = links.length > 0 ? Promise.all(loaded) : null;
  fetching?.then(() => (fetching = null));
}

/** Those who have said yes before are not asked to press a button again. */
async function startIfAllowed() {
  const states = await Promise.all(["camera", "microphone"].map((name) => navigator.permissions?.query({ name }).catch(() => null)));
  if (states.every((state) => state?.state === "granted")) checkDevices();
}

byId("check").addEventListener("click", checkDevices);
byId("play").addEventListener("click", playSound);
byId("heard").addEventListener("click", (event) => {
  if (!event.target.value) return;
  found.speaker = event.target.value;
  show();
});
byId("enter").addEventListener("submit", join);
byId("choices").addEventListener("change", async ({ target }) => {
  await media.choose(target.name, target.value);
  follow();
});
media.on("change", follow);
addEventListener("pagehide", () => media.close());
addEventListener("online", checkConnection);
setInterval(listen, 100);
show();
checkConnection().then(fetchRoom);
startIfAllowed();
