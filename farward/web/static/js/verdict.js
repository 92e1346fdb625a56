/** The lobby's plain verdicts, as pure functions of what was found. */

/** From delay (ms), speed (kbit/s, null if it did not arrive) and failed tries to `good`, `weak`, `poor` or `none`. */
export function connectionGrade({ rtt, kbps, failed }) {
  if (failed >= 3) return "poor";
  if (kbps === null || kbps < 60 || rtt > 1500) return "poor";
  return kbps < 400 || rtt > 500 || failed > 0 ? "weak" : "good";
}

const TONES = { on: "good", off: "", unasked: "", denied: "warn", missing: "warn", busy: "warn", unsupported: "warn" };
const CONNECTION_TONES = { good: "good", weak: "warn", poor: "warn", none: "bad" };

/** The one sentence on top, and one line for each check with its state and tone. */
export function judge({ cam, mic, heard, speaker = null, connection }) {
  const lines = {
    cam: { state: cam, tone: TONES[cam] },
    mic: { state: mic === "on" && heard ? "heard" : mic, tone: mic === "on" && !heard ? "" : TONES[mic] },
    speaker: { state: speaker ?? "unasked", tone: { yes: "good", no: "warn" }[speaker] ?? "" },
    connection: { state: connection ?? "checking", tone: CONNECTION_TONES[connection] ?? "" },
  };
  return { ...overall({ cam, mic, speaker, connection }), lines };
}

function overall({ cam, mic, speaker, connection }) {
  if (connection === "none") return { verdict: "no_connection", tone: "bad" };
  if (cam === "unasked" && mic === "unasked") return { verdict: "ask", tone: "" };
  if (mic !== "on") return { verdict: cam === "on" ? "no_mic" : "nothing", tone: "warn" };
  if (connection === "poor") return { verdict: "poor", tone: "warn" };
  if (speaker === "no") return { verdict: "no_sound", tone: "warn" };
  if (cam !== "on") return { verdict: "no_cam", tone: "warn" };
  return connection === "weak" ? { verdict: "weak", tone: "warn" } : { verdict: "ready", tone: "good" };
}
