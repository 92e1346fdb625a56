/** What this person does with their own place: microphone, camera, devices, screen, hand, help, leaving. */

import { readPreferences } from "../media.js";
import { byId, el, rebuild, setText } from "./dom.js";
import { confirm, notice } from "./notices.js";
import { say } from "./words.js";

const CHOICES = ["microphone", "camera", "speaker"];

export function mountControls({ seat: me, role, media, peers, live, journal, room, act, onSpeaker, leaveUrl }) {
  const button = (id) => byId(id);
  let told = "";
  let wasForced = false;
  const myself = () => room().seats.find((person) => person.seat === me);

  function show() {
    const state = media.state();
    const person = myself();
    const forced = Boolean(person?.muted);
    if (forced && !wasForced) notice(say("mic.forced"), { tone: "warn", key: "mic" });
    wasForced = forced;
    for (const [id, name] of [["mic", "mic"], ["cam", "cam"]]) {
      const on = state[name] === "on" && !(id === "mic" && forced);
      button(id).setAttribute("aria-pressed", String(on));
      setText(button(id).querySelector("span"), say(`${id}.${on ? "on" : "off"}`));
    }
    button("hand").setAttribute("aria-pressed", String(Boolean(person?.hand_since)));
    setText(button("hand").querySelector("span"), say(person?.hand_since ? "hand.lower" : "hand.raise"));
    if (button("share")) {
      button("share").setAttribute("aria-pressed", String(state.screen));
      setText(button("share").querySelector("span"), say(state.screen ? "share.stop" : "share.start"));
    }
    tellOthers({ mic: state.mic === "on" && !forced, cam: state.cam === "on", screen: state.screen });
  }

  /** Passing facts go out when they change, and to whoever is newly wired. */
  function tellOthers(data) {
    const said = JSON.stringify([data, peers.links().map(({ link }) => link)]);
    const wanted = said !== told;
    if (wanted && live.send({ t: "state", data })) told = said;
  }

  function explain(name, state) {
    if (!["on", "off"].includes(state)) notice(say(`device.${name}.${state}`), { tone: "warn", key: name });
  }

  async function toggleMic() {
    media.wake();
    if (myself()?.muted) {
      notice(say("mic.forced"), { tone: "warn", key: "mic" });
      return;
    }
    explain("mic", await media.setMic(media.state().mic !== "on"));
  }

  async function toggleCam() {
    explain("cam", await media.setCam(media.state().cam !== "on"));
  }

  async function toggleShare() {
    if (media.state().screen) {
      media.stopScreen();
      return;
    }
    try {
      await media.shareScreen();
    } catch (error) {
      if (error.name !== "NotAllowedError") notice(say("share.failed"), { tone: "warn", key: "share" });
    }
  }

  let sharing = false;
  function recordSharing() {
    if (media.state().screen === sharing) return;
    sharing = media.state().screen;
    journal.append("screen", { on: sharing }, { audience: "room" });
  }

  async function showDevices() {
    const dialog = byId("devices");
    const found = await media.devices();
    const preferences = readPreferences();
    for (const choice of CHOICES) {
      const select = dialog.querySelector(`[name=${choice}]`);
      const listed = found[choice];
      select.closest(".field").hidden = listed.length === 0;
      rebuild(select, listed.map(({ deviceId, label }) => [deviceId, label]), () =>
        listed.map(({ deviceId, label }, index) => el("option", { value: deviceId }, label || say("device.nameless", { number: index + 1 }))),
      );
      if (listed.some(({ deviceId }) => deviceId === preferences[choice])) select.value = preferences[choice];
    }
    dialog.showModal();
  }

  async function callHelp(event) {
    event.preventDefault();
    const text = byId("help-form").elements.text.value.trim();
    byId("help-form").reset();
    await journal.append("help", text ? { text } : {}, { audience: "everyone" });
    showHelp();
  }

  function showHelp() {
    const calls = [...journal.entries(), ...journal.drafts()].filter(({ kind }) => kind === "help" || kind === "help.answer");
    const last = calls.at(-1);
    const node = byId("help-state");
    node.hidden = !last;
    if (!last) return;
    const text = last.payload.text ?? "";
    const key = last.kind === "help.answer" ? `help.${last.payload.state}` : last.state === "local" ? "help.waiting" : "help.coming";
    setText(node, last.state === "refused" ? last.message : say(key, { text }));
  }

  async function leave() {
    const unsent = journal.unsent();
    const question = unsent > 0 ? say("ask.leave_unsent", { count: unsent }) : say("ask.leave");
    if (!(await confirm(question, say("leave")))) return;
    live.leave();
    media.close();
    await journal.forget();
    byId("leave-form").requestSubmit();
  }

  button("mic").addEventListener("click", toggleMic);
  button("cam").addEventListener("click", toggleCam);
  button("hand").addEventListener("click", () => act("hand", { up: !myself()?.hand_since }));
  if (button("share")) {
    button("share").hidden = !media.canShare();
    button("share").addEventListener("click", toggleShare);
  }
  button("device").addEventListener("click", showDevices);
  button("leave").addEventListener("click", leave);
  byId("help-form").addEventListener("submit", callHelp);
  byId("devices").addEventListener("change", async ({ target }) => {
    await media.choose(target.name, target.value);
    if (target.name === "speaker") onSpeaker();
  });
  media.on("change", () => {
    show();
    recordSharing();
  });
  live.on("wiring", show);
  journal.on("entry", ({ kind }) => kind.startsWith("help") && showHelp());
  journal.on("pending", showHelp);
  if (role === "helper") button("hand").hidden = true;
  byId("leave-form").action = leaveUrl;
  return {
    update() {
      show();
      showHelp();
    },
  };
}
