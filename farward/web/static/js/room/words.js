/** The page's sentences, translated by the server and handed over as data. `{name}` in them is filled in. */

let words = null;

export function say(key, values = {}) {
  words ??= JSON.parse(document.getElementById("words").textContent);
  const text = key.split(".").reduce((found, part) => found?.[part], words) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const clock = (when) => new Date(when).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** Minutes and seconds since a moment, as 4:05. */
export function elapsed(since, now) {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
