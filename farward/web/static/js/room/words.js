/** The page's sentences, translated by the server and handed over as data. `{name}` in them is filled in. */

let words = null;

export function say(key, values = {}) {
  words ??= JSON.parse(document.getElementById("words").textContent);
  const text = key.split(".").reduce((found, part) => found?.[part], words) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Times are the site's, wherever a device is: everyone in a visit reads the same time, on pages and in the room. */
function told(when, format) {
  const timeZone = document.querySelector("[data-zone]")?.dataset.zone;
  try {
    return new Date(when).toLocaleString([], { ...format, timeZone });
  } catch {
    // A zone that this browser does not know.
    return new Date(when).toLocaleString([], format);
  }
}

export const clock = (when) => told(when, { hour: "2-digit", minute: "2-digit" });
export const moment = (when) => told(when, { weekday: "long", hour: "2-digit", minute: "2-digit" });

/** Minutes and seconds since a moment, as 4:05. */
export function elapsed(since, now) {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
