/**
 * Stills: a picture from a tile in its full resolution, looked at before it is kept, with its audience chosen.
 *
 * Drawing on a canvas leaves behind whatever a camera writes into its files: place, time, device.
 */

import { uuid7 } from "./journal.js";
import { createUploads, openUploadStore, sha256Hex } from "./upload.js";

const MAX_BYTES = 1_500_000;
const TAKERS = new Set(["learner", "preceptor"]);

/** JPEG of at most 1.5 MB: first less quality, then fewer pixels. */
async function encodeStill(canvas) {
  let source = canvas;
  for (;;) {
    for (const quality of [0.92, 0.85, 0.75, 0.6]) {
      const blob = await new Promise((resolve) => source.toBlob(resolve, "image/jpeg", quality));
      if (blob && blob.size <= MAX_BYTES) return { blob, width: source.width, height: source.height };
    }
    source = drawn(source, Math.round(source.width * 0.75), Math.round(source.height * 0.75));
  }
}

function drawn(source, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").drawImage(source, 0, 0, width, height);
  return canvas;
}

/** Those whom the patient's consent covers: the patient, and the camera of whoever is beside them. Nobody else was asked. */
const SHOWN = new Set(["patient", "companion"]);

/** The videos on the screen that show somebody now, with whose they are. */
function sources() {
  return [...document.querySelectorAll("[data-seat] video")]
    .filter((video) => video.videoWidth > 0 && video.srcObject?.active && video.getClientRects().length > 0)
    .map((video) => ({ video, seat: video.closest("[data-seat]").dataset.seat }));
}

export async function mountCapture({ root, journal, live, seat, role, room = null, sparing = false }) {
  const panel = root.querySelector("[data-captures]");
  const words = panel.dataset;
  const find = (name) => panel.querySelector(`[data-${name}]`);
  const uploads = await createUploads({ seat, journal, store: await openUploadStore(seat) });
  const stops = [];
  let names = new Map();
  let allowed = true;
  let patients = [];
  let mayBeShown = new Set();
  let byMessages = false;

  const nameOf = (id) => names.get(id) ?? "";

  function say(text) {
    find("said").textContent = text;
  }

  function showChoices() {
    find("taking").hidden = !TAKERS.has(role);
    if (!TAKERS.has(role)) return;
    const choosing = byMessages && allowed && patients.length > 0;
    find("choosing").hidden = !choosing;
    const shown = allowed ? sources().filter((source) => mayBeShown.has(source.seat)) : [];
    const mark = shown.map((source) => `${source.seat} ${nameOf(source.seat)}`).join();
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
    button.textContent = `${words.of} ${nameOf(source.seat)}`;
    button.addEventListener("click", () => take(source).catch(() => say(words.failed)));
    return button;
  }

  const take = ({ video, seat: shows }) => keep(drawn(video, video.videoWidth, video.videoHeight), shows);

  /** By messages there is no camera of somebody else on the screen: a picture of this device is drawn anew. */
  async function takeFile({ target }) {
    const [file] = target.files;
    target.value = "";
    if (!file) return;
    const image = await createImageBitmap(file);
    await keep(drawn(image, image.width, image.height), patients[0]);
  }

  async function keep(canvas, shows) {
    const still = await encodeStill(canvas);
    const answer = await preview(still.blob, shows);
    if (!answer) return;
    const bytes = await still.blob.arrayBuffer();
    const { width, height } = still;
    await uploads.add({ id: uuid7(), shows, width, height, bytes, sha256: await sha256Hex(bytes), ...answer });
  }

  /** Resolves to the caption and audience, or null where the picture is not wanted. */
  function preview(blob, shows) {
    const dialog = find("preview");
    const url = URL.createObjectURL(blob);
    find("preview-image").src = url;
    find("preview-image").alt = find("preview-title").textContent = `${words.of} ${nameOf(shows)}`;
    dialog.querySelector("form").reset();
    dialog.returnValue = "drop";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        URL.revokeObjectURL(url);
        find("preview-image").removeAttribute("src");
        const caption = dialog.querySelector("#still-caption").value.trim();
        const audience = dialog.querySelector("[name=still-audience]:checked").value;
        resolve(dialog.returnValue === "keep" ? { caption, audience } : null);
      }, { once: true });
    });
  }

  /** Every picture once: those of the journal, then those still on this device. */
  function showStills() {
    const kept = new Map();
    for (const entry of [...journal.entries(), ...journal.drafts()].filter((one) => one.kind === "still")) {
      kept.set(entry.payload.capture, { ...entry.payload, audience: entry.audience, url: `/s/${seat}/captures/${entry.payload.capture}` });
    }
    const items = [...kept.values(), ...uploads.pending().map((still) => ({ ...still, capture: still.id, local: true }))];
    const mark = JSON.stringify(items.map((item) => [item.capture, item.local, item.refused, nameOf(item.shows)]));
    if (find("stills").dataset.shown === mark) return;
    find("stills").dataset.shown = mark;
    for (const image of find("stills").querySelectorAll("img[src^=blob]")) URL.revokeObjectURL(image.src);
    find("stills").replaceChildren(...items.map(stillItem));
    root.hidden = !TAKERS.has(role) && items.length === 0;
  }

  function stillItem(still) {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.loading = "lazy";
    image.alt = still.caption || `${words.of} ${nameOf(still.shows)}`;
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
    state.textContent = still.refused ? `${words.refused}: ${still.refused}` : still.local ? words.here : words[still.audience] ?? "";
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
    names = new Map(frame.seats.map((one) => [one.seat, one.name]));
    byMessages = frame.encounter.mode === "store_and_forward";
    patients = frame.seats.filter((one) => one.role === "patient").map((one) => one.seat);
    mayBeShown = new Set(frame.seats.filter((one) => SHOWN.has(one.role)).map((one) => one.seat));
    const given = (patient) => frame.consents.some((one) => one.subject === patient && one.purpose === "stills" && one.decision === "given");
    allowed = frame.encounter.kind !== "clinic" || (patients.length > 0 && patients.every(given));
    showChoices();
    showStills();
  }

  stops.push(journal.on("entry", (entry) => entry.kind === "still" && showStills()), uploads.on("change", showStills));
  stops.push(live.on("room", takeRoom));
  const timer = setInterval(showChoices, 1000);
  if (room) takeRoom(room);
  find("file").addEventListener("change", (event) => takeFile(event).catch(() => say(words.failed)));
  showChoices();
  showStills();
  return {
    close() {
      clearInterval(timer);
      for (const stop of stops) stop?.();
    },
  };
}
