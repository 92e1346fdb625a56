/**
 * Stills: a picture in full resolution, looked at and cut before it is kept, with its audience chosen. Staff take one from
 * a tile or ask for one; the patient's device takes its own, with its camera or with the phone's own program for it.
 *
 * Drawing on a canvas leaves behind whatever a camera writes into its files: place, time, device.
 */

import { mountAsking } from "./capture_ask.js";
import { drawn, mountPreview } from "./capture_preview.js";
import { uuid7 } from "./ids.js";
import { mostBytes, putPaced } from "./still_send.js";
import { createUploads, openUploadStore, sha256Hex } from "./upload.js";

const STAFF = new Set(["learner", "preceptor"]);
const QUALITIES = [0.92, 0.85, 0.75, 0.6, 0.4];
/** A camera that has not answered by then is asked for its moving picture instead. */
const PHOTO_MS = 4000;

/** JPEG of at most so many bytes: first less quality, then fewer pixels. */
async function encodeStill(canvas, bytes) {
  let source = canvas;
  for (;;) {
    for (const quality of QUALITIES) {
      const blob = await new Promise((resolve) => source.toBlob(resolve, "image/jpeg", quality));
      if (blob && blob.size <= bytes) return { blob, width: source.width, height: source.height };
    }
    source = drawn(source, Math.round(source.width * 0.75), Math.round(source.height * 0.75));
  }
}

function frameOf(video) {
  const { videoWidth: width, videoHeight: height } = video;
  return drawn(video, width, height, { x: 0, y: 0, width, height });
}

/** What the camera sees, as sharp as the browser lets it be taken while the talk goes on. */
async function photograph(track) {
  try {
    const late = new Promise((_, reject) => setTimeout(reject, PHOTO_MS, new Error("late")));
    return await createImageBitmap(await Promise.race([new ImageCapture(track).takePhoto(), late]));
  } catch {
    const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
    await video.play();
    const canvas = frameOf(video);
    video.srcObject = null;
    return canvas;
  }
}

/** Those whom the patient's consent covers: the patient, and the camera of whoever is beside them. Nobody else was asked. */
const SHOWN = new Set(["patient", "companion"]);

/** The videos on the screen that show somebody now, with whose they are. */
function sources() {
  return [...document.querySelectorAll("[data-seat] video")]
    .filter((video) => video.videoWidth > 0 && video.srcObject?.active && video.getClientRects().length > 0)
    .map((video) => ({ video, seat: video.closest("[data-seat]").dataset.seat }));
}

export async function mountCapture({ root, journal, queue, live, seat, role, key, media, peers, nameOf, room = null, sparing = false }) {
  const panel = root.querySelector("[data-captures]");
  const words = panel.dataset;
  const find = (name) => panel.querySelector(`[data-${name}]`);
  const rung = () => (peers.links().length > 0 ? peers.ladder?.()?.rung : null);
  const uploads = await createUploads({ journal, queue, put: putPaced(seat, rung), store: await openUploadStore(seat, "stills", key) });
  const preview = mountPreview(panel);
  const staff = STAFF.has(role);
  const mine = SHOWN.has(role);
  let allowed = true;
  let patients = [];
  let mayBeShown = new Set();
  let byMessages = false;
  const nameOfSeat = (id) => nameOf(`seat:${id}`);
  /** What the picture that is chosen next answers. */
  let answers = null;

  function say(text) {
    find("said").textContent = text;
  }

  function showChoices() {
    find("taking").hidden = !staff && !(mine && allowed);
    if (find("taking").hidden) return;
    const choosing = allowed && (mine || (byMessages && patients.length > 0));
    find("choosing").hidden = !choosing;
    find("photograph").hidden = !mine || !media.camera();
    if (!staff) return;
    const shown = allowed ? sources().filter((source) => mayBeShown.has(source.seat)) : [];
    const mark = shown.map((source) => `${source.seat} ${nameOfSeat(source.seat)}`).join();
    if (!allowed) say(words.consent);
    else if (shown.length === 0 && !choosing) say(words.none);
    else if ([words.none, words.consent].includes(find("said").textContent)) say("");
    if (find("choices").dataset.shown === mark) return;
    find("choices").dataset.shown = mark;
    find("choices").replaceChildren(...shown.map(choice));
  }

  function choice(source) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = `${words.of} ${nameOfSeat(source.seat)}`;
    button.addEventListener("click", () => take(source).catch(again));
    return button;
  }

  const take = ({ video, seat: shows }) => keep(frameOf(video), shows);

  /** With this device's camera, or where that is off with whatever the device offers to choose a picture. */
  async function takeOwn(ask = null) {
    answers = ask;
    const track = media.camera();
    if (!track) {
      find("file").click();
      return;
    }
    say(words.still);
    const image = await photograph(track);
    say("");
    await keep(drawn(image, image.width, image.height), seat, ask);
  }

  async function takeFile({ target }) {
    const [file] = target.files;
    target.value = "";
    if (!file) return;
    const image = await createImageBitmap(file);
    await keep(drawn(image, image.width, image.height), mine ? seat : patients[0], answers);
  }

  async function keep(whole, shows, ask = null) {
    const chosen = await preview(whole, mine ? words.own : `${words.of} ${nameOfSeat(shows)}`);
    if (!chosen) return;
    const { canvas, caption, audience } = chosen;
    const { blob, width, height } = await encodeStill(canvas, mostBytes(rung()));
    const bytes = await blob.arrayBuffer();
    answers = null;
    await uploads.add({ id: uuid7(), shows, width, height, bytes, sha256: await sha256Hex(bytes), caption, audience, ...(ask ? { ask } : {}) });
  }

  /** Every picture once: those of the journal, then those still on this device. */
  function showStills() {
    const kept = new Map();
    for (const entry of [...journal.entries(), ...journal.drafts()].filter((one) => one.kind === "still")) {
      kept.set(entry.payload.capture, { ...entry.payload, audience: entry.audience, url: `/s/${seat}/captures/${entry.payload.capture}` });
    }
    const items = [...kept.values(), ...uploads.pending().map((still) => ({ ...still, capture: still.id, local: true }))];
    const mark = JSON.stringify(items.map((item) => [item.capture, item.local, item.refused, percentOf(item), nameOfSeat(item.shows)]));
    root.hidden = !staff && !(mine && allowed) && items.length === 0;
    asking.show();
    if (find("stills").dataset.shown === mark) return;
    find("stills").dataset.shown = mark;
    for (const image of find("stills").querySelectorAll("img[src^=blob]")) URL.revokeObjectURL(image.src);
    find("stills").replaceChildren(...items.map(stillItem));
  }

  /** How much of it the server has, in steps that are worth a look. */
  const percentOf = ({ local, next, bytes }) => (local && next ? Math.floor((next / bytes.byteLength) * 20) * 5 : 0);

  function stateOf(still) {
    if (still.refused) return `${words.refused}: ${still.refused}`;
    if (!still.local) return words[still.audience] ?? "";
    return percentOf(still) > 0 ? words.percent.replace("{percent}", percentOf(still)) : words.here;
  }

  function stillItem(still) {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.loading = "lazy";
    image.alt = still.caption || `${words.of} ${nameOfSeat(still.shows)}`;
    image.width = still.width;
    image.height = still.height;
    if (still.local || !sparing) image.src = still.local ? URL.createObjectURL(new Blob([still.bytes], { type: "image/jpeg" })) : still.url;
    const link = document.createElement(still.local ? "span" : "a");
    if (!still.local) Object.assign(link, { href: still.url, target: "_blank", rel: "noopener" });
    // Who saves data loads a picture by asking for it.
    link.append(sparing && !still.local ? image.alt : image);
    const caption = document.createElement("p");
    caption.className = "small";
    caption.textContent = still.caption ?? "";
    const state = document.createElement("p");
    state.className = still.local ? "small waits" : "small soft";
    state.textContent = stateOf(still);
    item.append(link, ...(still.caption ? [caption] : []), state, ...(still.refused ? retryButtons(still) : []));
    return item;
  }

  function retryButtons(still) {
    return [[words.again, uploads.retry], [words.drop, uploads.drop]].map(([label, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button plain";
      button.textContent = label;
      button.addEventListener("click", () => act(still.id));
      return button;
    });
  }

  function takeRoom(frame) {
    byMessages = frame.encounter.mode === "store_and_forward";
    patients = frame.seats.filter((one) => one.role === "patient").map((one) => one.seat);
    mayBeShown = new Set(frame.seats.filter((one) => SHOWN.has(one.role)).map((one) => one.seat));
    const given = (patient) => frame.consents.some((one) => one.subject === patient && one.purpose === "stills" && one.decision === "given");
    allowed = frame.encounter.kind !== "clinic" || (patients.length > 0 && patients.every(given));
    const askable = frame.seats.filter((one) => SHOWN.has(one.role));
    asking.update(staff ? askable : [], allowed && frame.encounter.phase !== "closed");
    showChoices();
    showStills();
  }

  const again = () => say(words.failed);
  const asking = mountAsking({
    panel, seat, staff, journal, nameOf, pending: uploads.pending, take: (ask) => takeOwn(ask).catch(again),
  });
  journal.on("entry", (entry) => entry.kind === "still" && showStills());
  uploads.on("change", showStills);
  live.on("room", takeRoom);
  setInterval(showChoices, 1000);
  if (room) takeRoom(room);
  find("file").addEventListener("change", (event) => takeFile(event).catch(again));
  find("photograph").addEventListener("click", () => takeOwn().catch(again));
  showChoices();
  showStills();
}
