/** A picture before it is kept: what the device measured of it, a cut, what it shows and who may see it. */

import { LOOK_WIDTH, cropBox, judge, measure } from "./still_check.js";

export function drawn(source, width, height, box = { x: 0, y: 0, width: source.width, height: source.height }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").drawImage(source, box.x, box.y, box.width, box.height, 0, 0, width, height);
  return canvas;
}

/** What there is to say of a picture, in words of the panel: how to take a better one, and whether its colours are true. */
function advice(canvas, words) {
  const width = Math.min(LOOK_WIDTH, canvas.width);
  const height = Math.max(1, Math.round((canvas.height * width) / canvas.width));
  const pixels = drawn(canvas, width, height).getContext("2d").getImageData(0, 0, width, height);
  const found = judge(measure(pixels));
  const problem = found.light === "ok" ? found.focus : found.light;
  return { good: problem === "ok", told: words[problem === "ok" ? "fine" : problem], colour: words[`colour${found.colour}`] };
}

export function mountPreview(panel) {
  const words = panel.dataset;
  const find = (name) => panel.querySelector(`[data-${name}]`);
  const dialog = find("preview");
  const sliders = [...dialog.querySelectorAll("[data-crop]")];
  const shown = find("preview-image");
  let whole = null;
  let cut = null;

  function show() {
    const box = cropBox(whole, Object.fromEntries(sliders.map((slider) => [slider.dataset.crop, Number(slider.value)])));
    cut = drawn(whole, box.width, box.height, box);
    const width = Math.min(1280, cut.width);
    shown.width = width;
    shown.height = Math.round((cut.height * width) / cut.width);
    shown.getContext("2d").drawImage(cut, 0, 0, shown.width, shown.height);
    const { good, told, colour } = advice(cut, words);
    find("verdict").textContent = told;
    find("verdict").classList.toggle("warn", !good);
    find("colour").textContent = colour;
  }

  for (const slider of sliders) slider.addEventListener("input", show);

  /** Resolves to the picture as it was cut, with its caption and audience; null where it is not wanted. */
  return function preview(canvas, title) {
    whole = canvas;
    dialog.querySelector("form").reset();
    shown.setAttribute("aria-label", title);
    find("preview-title").textContent = title;
    dialog.returnValue = "drop";
    show();
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        const caption = dialog.querySelector("#still-caption").value.trim();
        const audience = dialog.querySelector("[name=still-audience]:checked").value;
        resolve(dialog.returnValue === "keep" ? { canvas: cut, caption, audience } : null);
        whole = cut = null;
        shown.width = shown.height = 1;
      }, { once: true });
    });
  };
}
