/**
 * What can be said of a picture before it is sent: is it sharp, is there light enough, is something white in it by which
 * colours can be judged. Numbers in, one word each out. Pure. It is advice: skin and cloth have few edges of their own.
 */

/** The picture is looked at in this width, where the noise of a camera no longer passes for sharpness. */
export const LOOK_WIDTH = 480;
const DARK = 60;
const BRIGHT = 225;
/** The mean step between neighbours among the steepest hundredth of a picture: below this nothing in it has an edge. */
const SHARP_STEP = 14;
const WHITE = 165;
/** A sheet of paper beside the skin covers more of a picture than this. */
const WHITE_SHARE = 0.02;
/** How far the channels of white may lie apart before the light is tinted. */
const TINT = 1.18;
/** White that is tinted more than this is no white. */
const COLOURED = 1.6;

const greyOf = (data, at) => 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];

/** Light from 0 to 255, the steepness of edges, the share of white and how far it is tinted, of RGBA pixels. */
export function measure({ data, width, height }) {
  const grey = new Float32Array(width * height);
  let light = 0;
  let white = 0;
  const sums = [0, 0, 0];
  for (let i = 0; i < grey.length; i += 1) {
    const [red, green, blue] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
    grey[i] = greyOf(data, 4 * i);
    light += grey[i];
    if (grey[i] < WHITE || Math.max(red, green, blue) > COLOURED * Math.max(1, Math.min(red, green, blue))) continue;
    white += 1;
    sums[0] += red;
    sums[1] += green;
    sums[2] += blue;
  }
  return {
    light: light / grey.length,
    step: steepest(grey, width, height),
    white: white / grey.length,
    tint: white ? Math.max(...sums) / Math.max(1, Math.min(...sums)) : 1,
  };
}

function steepest(grey, width, height) {
  const counts = new Uint32Array(256);
  let all = 0;
  for (let y = 0; y + 1 < height; y += 1) {
    for (let x = 0; x + 1 < width; x += 1) {
      const at = y * width + x;
      counts[Math.round(Math.max(Math.abs(grey[at] - grey[at + 1]), Math.abs(grey[at] - grey[at + width])))] += 1;
      all += 1;
    }
  }
  const wanted = Math.max(1, Math.round(all / 100));
  let taken = 0;
  let sum = 0;
  for (let step = 255; step > 0 && taken < wanted; step -= 1) {
    const now = Math.min(counts[step], wanted - taken);
    taken += now;
    sum += now * step;
  }
  return sum / wanted;
}

/** `light`: ok, dark, bright · `focus`: ok, blurred · `colour`: ok, tinted, unknown (nothing white is in the picture). */
export function judge({ light, step, white, tint }) {
  const lit = light < DARK ? "dark" : light > BRIGHT ? "bright" : "ok";
  return {
    light: lit,
    // In the dark nothing has edges: say that first.
    focus: lit !== "dark" && step < SHARP_STEP ? "blurred" : "ok",
    colour: white < WHITE_SHARE ? "unknown" : tint > TINT ? "tinted" : "ok",
  };
}

/** The part of a picture that is kept: `size` in percent of it, `across` and `down` where it lies, from 0 to 100. */
export function cropBox({ width, height }, { size = 100, across = 50, down = 50 }) {
  const kept = { width: Math.max(1, Math.round((width * size) / 100)), height: Math.max(1, Math.round((height * size) / 100)) };
  return { ...kept, x: Math.round(((width - kept.width) * across) / 100), y: Math.round(((height - kept.height) * down) / 100) };
}
