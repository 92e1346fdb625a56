/** One tile for each person: picture or initials, name, role, and in plain words whether they are there. */

import { useSpeaker } from "../media.js";
import { byId, el, icon, setText } from "./dom.js";
import { notice, dismiss } from "./notices.js";
import { say } from "./words.js";

const LOUD = 0.03;
const LOOK_MS = 200;
/** A still gives way to a moving picture, and nobody is shown one that has long lost its truth. */
const OLDEST_STILL_MS = 60_000;
/** From this width on, a person can see more than a small picture holds. */
const LARGE_PX = 480;
/** Phases in which a preceptor chooses to be away, to listen or to be in. */
const TALKING = new Set(["check_in", "interview"]);

function initials(name) {
  return name
    .split(/\s+/)
    .filter((word) => !/^(dr|ms|mr|mrs|prof)\.?$/i.test(word))
    .slice(0, 2)
    .map((word) => [...word][0])
    .join("")
    .toUpperCase();
}

function play(element, track) {
  const [current] = element.srcObject?.getTracks() ?? [];
  if (current === track || (!current && !track)) return;
  element.srcObject = track ? new MediaStream([track]) : null;
  if (!track) return;
  element.play?.().then(
    () => dismiss("sound"),
    (error) => error.name === "NotAllowedError" && askForSound(),
  );
}

/** Some browsers stay silent until the person has touched the page. */
function askForSound() {
  const start = () => {
    document.querySelectorAll("audio, video").forEach((element) => element.srcObject && element.play().catch(() => {}));
    dismiss("sound");
  };
  notice(say("sound.blocked"), { tone: "warn", key: "sound", keep: true, actions: [[say("sound.start"), start]] });
}

function makeTile(seat, own) {
  const video = el("video", { playsinline: true, autoplay: true, "aria-hidden": "true" });
  video.muted = true;
  const audio = own ? null : el("audio", { autoplay: true });
  if (audio) useSpeaker(audio);
  const parts = {
    video,
    audio,
    still: own ? null : el("img", { class: "still", alt: "", hidden: true }),
    age: own ? null : el("span", { class: "age", hidden: true }),
    face: el("span", { class: "face", "aria-hidden": "true" }),
    name: el("strong", {}),
    role: el("span", { class: "role" }),
    presence: el("span", { class: "presence" }),
    flags: el("span", { class: "flags" }),
    menu: el("div", { class: "tile-menu" }),
  };
  const label = el("div", { class: "label" }, parts.name, el("span", { class: "standing" }, parts.role, parts.presence));
  const node = el("li", { class: `tile${own ? " own" : ""}`, dataset: { seat } }, video, audio, parts.still, parts.face, parts.age, parts.flags, label, parts.menu);
  return { node, ...parts };
}

export function mountTiles({ seat: me, media, peers, room, states, fillMenu }) {
  const tiles = new Map();
  const screen = byId("screen");
  const inView = new Set();
  const stills = new Map();

  /** Say which pictures are on the screen, and how large: what nobody looks at need not be sent. */
  function tell(seat) {
    const tile = tiles.get(seat);
    if (!tile || seat === me) return;
    peers.show?.(seat, { shown: inView.has(seat) && !document.hidden, large: tile.node.clientWidth >= LARGE_PX });
  }

  const watcher = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      (isIntersecting ? inView.add : inView.delete).call(inView, target.dataset.seat);
      tell(target.dataset.seat);
    }
  });
  const sizes = new ResizeObserver((changes) => changes.forEach(({ target }) => tell(target.dataset.seat)));

  function takeStill(seat) {
    stills.set(seat, performance.now());
    showStill(seat);
  }

  /** The newest small picture, while no moving one comes and this person may still be seen. */
  function showStill(seat) {
    const tile = tiles.get(seat);
    if (!tile?.still) return;
    const age = performance.now() - (stills.get(seat) ?? -OLDEST_STILL_MS);
    const url = age < OLDEST_STILL_MS ? peers.still?.(seat) : null;
    const moving = tile.movedAt > (stills.get(seat) ?? 0) + 1000;
    const allowed = peers.wireOf(seat)?.recv.includes("video") && states.get(seat)?.cam !== false;
    const shown = Boolean(url && allowed && !moving);
    if (shown && tile.still.src !== url) tile.still.src = url;
    if (!url) tile.still.removeAttribute("src");
    tile.still.hidden = !shown;
    tile.age.hidden = !shown;
    tile.node.classList.toggle("still-seen", shown);
    if (shown) setText(tile.age, say("connection.picture_age", { seconds: Math.round(age / 1000) }));
  }

  function lookWhoMoves() {
    for (const [seat, tile] of tiles) {
      const frames = tile.video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
      if (frames !== tile.frames && tile.node.classList.contains("seen")) tile.movedAt = performance.now();
      tile.frames = frames;
      if (stills.has(seat)) showStill(seat);
    }
  }

  /** A preceptor who has not come in yet, or stepped out: here in the visit, but neither seen nor heard. */
  function isOut({ role, stance }) {
    const { mode, phase } = room().encounter;
    return role === "preceptor" && stance === "away" && mode === "live" && TALKING.has(phase);
  }

  function presenceOf(person) {
    const link = peers.stateOf(person.seat);
    const hears = peers.wireOf(person.seat)?.recv.length > 0;
    if (person.presence === "joined" || person.presence === "weak") {
      if (link === "reconnecting") return say("presence.reconnecting", { name: person.name });
      if (link === "connecting" && hears) return say("presence.connecting");
    }
    if (person.presence === "joined" && isOut(person)) return say("presence.out");
    return say(`presence.${person.presence}`);
  }

  function flagsOf(person) {
    const own = person.seat === me;
    const passing = states.get(person.seat) ?? {};
    const silent = person.muted || (own ? media.state().mic !== "on" : passing.mic === false);
    const here = person.presence === "joined" || person.presence === "weak";
    return [
      person.hand_since && ["hand", say("flag.hand")],
      here && silent && ["mic-off", say(person.muted ? "flag.muted" : "flag.silent")],
      person.presence === "weak" && ["weak", say("presence.weak")],
      person.presence === "lost" && ["lost", say("presence.lost")],
    ].filter(Boolean);
  }

  function showMedia(person) {
    const tile = tiles.get(person.seat);
    const own = person.seat === me;
    const tracks = own ? { video: media.camera() } : peers.tracksOf(person.seat);
    const passing = states.get(person.seat) ?? {};
    const seen = tracks.video && (own || (!tracks.video.muted && passing.cam !== false)) ? tracks.video : null;
    play(tile.video, seen);
    tile.node.classList.toggle("seen", Boolean(seen));
    if (!own) play(tile.audio, tracks.audio);
  }

  function showScreen() {
    const sharer = room().seats.find((person) => {
      const track = peers.tracksOf(person.seat).screen;
      return person.seat !== me && track && !track.muted && states.get(person.seat)?.screen !== false;
    });
    screen.hidden = !sharer;
    play(screen.querySelector("video"), sharer ? peers.tracksOf(sharer.seat).screen : null);
    setText(screen.querySelector("figcaption"), sharer ? say("screen.of", { name: sharer.name }) : "");
  }

  function showPerson(person) {
    const own = person.seat === me;
    if (!tiles.has(person.seat)) {
      tiles.set(person.seat, makeTile(person.seat, own));
      const { node } = tiles.get(person.seat);
      byId("tiles").append(node);
      watcher.observe(node);
      sizes.observe(node);
    }
    const tile = tiles.get(person.seat);
    tile.node.dataset.presence = person.presence;
    setText(tile.name, own ? say("you") : person.name);
    setText(tile.role, say(`role.${person.role}`));
    setText(tile.presence, own ? "" : presenceOf(person));
    setText(tile.face, initials(person.name));
    const flags = flagsOf(person);
    if (tile.flags.dataset.shown !== JSON.stringify(flags)) {
      tile.flags.dataset.shown = JSON.stringify(flags);
      tile.flags.replaceChildren(
        ...flags.map(([name, title]) => el("span", { class: `flag ${name}`, role: "img", "aria-label": title, title }, icon(name))),
      );
    }
    fillMenu(tile.menu, person);
    showMedia(person);
  }

  function update() {
    const { seats } = room();
    const gone = [...tiles.keys()].filter((seat) => !seats.some((person) => person.seat === seat));
    for (const seat of gone) {
      const { node } = tiles.get(seat);
      watcher.unobserve(node);
      sizes.unobserve(node);
      node.remove();
      tiles.delete(seat);
    }
    seats.forEach(showPerson);
    byId("tiles").dataset.others = String(seats.length - 1);
    showScreen();
  }

  function lookWhoSpeaks() {
    for (const [seat, tile] of tiles) {
      const level = seat === me ? media.level() : peers.loudnessOf(seat);
      tile.node.classList.toggle("speaking", level > LOUD);
    }
  }

  setInterval(lookWhoSpeaks, LOOK_MS);
  setInterval(lookWhoMoves, 500);
  peers.on("still", takeStill);
  document.addEventListener("visibilitychange", () => [...tiles.keys()].forEach(tell));
  return {
    update,
    /** Play through the speaker chosen anew. */
    useSpeakers: () => tiles.forEach(({ audio }) => audio && useSpeaker(audio)),
  };
}
