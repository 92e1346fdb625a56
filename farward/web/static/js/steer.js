/**
 * Every second: measure each connection, ask the ladder, and send accordingly. Also what each end asks of the other, so
 * that nothing is sent that nobody shows, and the small pictures where moving ones do not fit.
 */

import { admit, nobody } from "./admit.js";
import { watchChokes } from "./choke.js";
import { followCushion, layUnder, noCushion } from "./cushion.js";
import { begin, decide } from "./ladder.js";
import { isNear } from "./ladder_link.js";
import { compareSnapshots, followSilence, takeSnapshot } from "./measure_link.js";
import { askFor, sendingOf, widestPicture } from "./sending.js";

const TICK_MS = 1000;
/** From here on the room is told that nothing is heard. */
const SILENT_MS = 2000;
const MB = 1_000_000;
/** Loss is counted over this many looks: a lean voice has eight packets a second, and fewer in pauses. */
const LOSS_LOOKS = 3;
/**
 * More than this share missing is told to the sender, which else hears of it every five seconds: at once, then only as
 * often as it must be said again, since on a narrow link every word of it is taken from the voice.
 */
const MISSED_SHARE = 0.05;
const MISSED_MS = 7000;
const MISSED_AGAIN_MS = 5000;
const MISSED_MORE = 0.1;
/** What is presumed lost on a path that has become narrow all at once: more than a picture may cost a voice. */
const CHOKED_SHARE = 0.25;
const NOTHING = { bytes: 0, sentKbps: 0, recvKbps: 0, loss: null, recvLoss: null, rttMs: null, jitterMs: null, availableKbps: null, frames: 0, voicePps: 0, cpuLimited: false };

/** The battery where the browser tells of it, kept fresh. */
function watchBattery(env) {
  const found = { battery: null, charging: null };
  env.navigator?.getBattery?.().then(
    (battery) => {
      const read = () => Object.assign(found, { battery: battery.level, charging: battery.charging });
      read();
      battery.onlevelchange = battery.onchargingchange = read;
    },
    () => {},
  );
  return found;
}

export function createSteering({ table, peers, media, live, emit, env = globalThis }) {
  const now = () => env.performance.now();
  const battery = watchBattery(env);
  const links = new Map();
  const shown = new Map();
  const stills = new Map();
  let choices = { pin: null, budgetMb: null, priority: null };
  let phase = null;
  let usedMb = 0;
  let state = begin(table);
  let guests = { state: nobody, held: [] };
  let newest = { rung: null, reason: "start", seats: {}, usedMb, sample: null };
  let camera = null;
  let filmedAt = -Infinity;
  let filming = false;

  const hidden = () => Boolean(env.document?.hidden);
  const of = (seat) => links.get(seat) ?? links.set(seat, { snapshots: [], silence: null, sample: NOTHING, told: false, missing: null, choked: false, cushion: noCushion }).get(seat);

  /** What is known of a seat before anything is measured is what the ladder thinks of an empty link. */
  function planFor(seat) {
    return newest.seats[seat] ?? decide(state, sampleOf([emptyOf(seat)])).seats[seat];
  }

  const emptyOf = (seat) => ({ seat, connected: false, silentMs: 0, ask: null, ...withoutOwn(NOTHING) });

  function withoutOwn({ bytes, frames, voicePps, cpuLimited, ...rest }) {
    return rest;
  }

  function sampleOf(samples) {
    return {
      at: now(),
      phase,
      device: {
        saveData: Boolean(env.navigator?.connection?.saveData),
        megabytesLeft: null,
        ...battery,
        cpuLimited: [...links.values()].some(({ sample }) => sample.cpuLimited),
        hidden: hidden(),
      },
      choices: { ...choices, usedMb },
      peers: samples,
    };
  }

  /** Count what has happened on one connection since the last look. */
  async function measureOne(peer) {
    const link = of(peer.wire.seat);
    const before = link.snapshots.at(-1);
    const snapshot = takeSnapshot(await peer.stats(), now(), before);
    link.silence = followSilence(link.silence, snapshot);
    // A look out of turn is for the silence; a rate over a few milliseconds means nothing.
    if (before && snapshot.at - before.at < TICK_MS / 4) return;
    link.snapshots = [...link.snapshots.slice(-LOSS_LOOKS), snapshot];
    if (!before) return;
    const { recvLoss } = compareSnapshots(link.snapshots[0], snapshot);
    link.sample = { ...compareSnapshots(before, snapshot), recvLoss };
    usedMb += link.sample.bytes / MB;
  }

  const measure = () => Promise.all(peers().map((peer) => measureOne(peer).catch(() => {})));
  const silenceOf = (seat) => links.get(seat)?.silence?.silentMs ?? 0;

  /** The share of what we send that does not arrive: as RTCP reports it, as the other end has just said, or as we presume. */
  function lossOf({ wire, said: { missed } }, reported) {
    const told = missed && now() - missed.at < MISSED_MS ? missed.share : null;
    const presumed = of(wire.seat).choked ? CHOKED_SHARE : null;
    return told === null && presumed === null ? reported : Math.max(told ?? 0, presumed ?? 0, reported ?? 0);
  }

  /** What comes in is suddenly late: so may be what goes out, and their picture is in the way of their voice. */
  function onChoke(peer) {
    of(peer.wire.seat).choked = true;
    peer.miss(CHOKED_SHARE);
    lookSoon();
  }

  /** Say what is missing, and once that it no longer is. */
  function tellMissing(peer) {
    const link = of(peer.wire.seat);
    const share = link.sample.recvLoss ?? 0;
    const said = link.missing;
    const missing = share > MISSED_SHARE;
    const news = said ? !missing || share - said.share > MISSED_MORE || now() - said.at > MISSED_AGAIN_MS : missing;
    if (!news) return;
    peer.miss(share);
    link.missing = missing ? { share, at: now() } : null;
  }

  /** Wait for what repeats the lost, where much is. */
  function awaitRepeats(peer) {
    const link = of(peer.wire.seat);
    link.cushion = followCushion(link.cushion, link.sample.recvLoss, table.patience);
    layUnder(peer.receiver("audio"), link.cushion);
  }

  function peerSample(peer) {
    const { seat, recv } = peer.wire;
    const sample = withoutOwn(of(seat).sample);
    return {
      ...sample,
      loss: lossOf(peer, sample.loss),
      lateMs: watch.lateMs(peer),
      seat,
      connected: peer.state === "connected",
      silentMs: recv.includes("audio") ? silenceOf(seat) : 0,
      ask: peer.said.asked,
    };
  }

  function tellSilence(peer) {
    const { seat, recv } = peer.wire;
    const link = of(seat);
    const ms = recv.includes("audio") ? silenceOf(seat) : 0;
    const silent = ms >= SILENT_MS;
    // The channel to the server may have died with it, and notices less soon by itself.
    if (silent && !link.told) live.hurry();
    if (silent || link.told) emit("silent", { seat, ms: silent ? ms : 0 });
    link.told = silent;
  }

  function choosePlans() {
    const sample = sampleOf(peers().map(peerSample));
    const decision = decide(state, sample);
    for (const link of links.values()) link.choked = false;
    state = decision.state;
    const was = newest.rung;
    newest = { rung: decision.rung, reason: decision.reason, seats: decision.seats, usedMb, sample };
    for (const peer of peers()) {
      const plan = newest.seats[peer.wire.seat];
      if (plan) peer.apply(plan);
    }
    shapeCamera();
    if (was !== null && was !== newest.rung) emit("rung", { rung: newest.rung, was, reason: newest.reason });
  }

  function shapeCamera() {
    const picture = widestPicture(peers().filter(({ wire }) => wire.send.includes("video")).map(({ wire }) => planFor(wire.seat)), table) ?? table.pictures.thumb;
    const width = Math.max(320, picture.width);
    media.setPicture({ width, height: picture.height ?? (width * 3) / 4, frameRate: Math.max(10, picture.maxFramerate) });
  }

  /** Whether there is somebody whose picture comes before this one's. */
  const isBehind = (seat) => choices.priority !== seat && peers().some(({ wire }) => wire.seat === choices.priority);
  const greet = (peer) => {
    const { seat } = peer.wire;
    peer.ask(askFor(shown.get(seat) ?? { shown: true, large: true }, hidden(), { behind: isBehind(seat), held: guests.held.includes(seat) }));
  };
  const ask = () => peers().forEach(greet);

  /** Whose picture may move here, of those who send one. */
  function letIn() {
    const asking = peers().map((peer) => {
      const { seat } = peer.wire;
      const link = state.links[seat];
      const far = Boolean(link) && link.base !== null && !isNear(link, table.patience);
      return { seat, far, moving: peer.said.carries?.includes("video") === true, lateMs: watch.lateMs(peer), first: choices.priority === seat };
    });
    guests = admit(guests.state, { at: now(), peers: asking }, table.patience);
  }

  /** One small picture for everyone whose rung is `stills` and whose channel has sent the one before. */
  async function film() {
    const track = media.track("video");
    const wish = table.pictures.stills;
    const waiting = peers().filter((peer) => sendingOf(planFor(peer.wire.seat), table).stills && peer.stills.ready);
    if (!track || waiting.length === 0 || filming || now() - filmedAt < wish.everyMs) return;
    filming = true;
    try {
      camera ??= (await import("./still_camera.js")).openStillCamera();
      const bytes = await camera.take(track, wish);
      if (!bytes) return;
      filmedAt = now();
      for (const peer of waiting) if (peer.stills.ready) peer.stills.send(bytes, wish.everyMs);
    } catch (error) {
      console.warn("still", error.name, error.message);
    } finally {
      filming = false;
    }
  }

  function dropStill(seat) {
    if (stills.has(seat)) URL.revokeObjectURL(stills.get(seat));
    stills.delete(seat);
  }

  async function look() {
    if (live.status === "ended") return;
    await measure();
    for (const peer of peers()) {
      peer.tick({ silentMs: silenceOf(peer.wire.seat) });
      tellSilence(peer);
      tellMissing(peer);
      awaitRepeats(peer);
    }
    choosePlans();
    letIn();
    ask();
    film();
  }

  let looking = null;
  const lookOnce = () => (looking ??= look().catch((error) => console.error(error)).finally(() => (looking = null)));
  const lookSoon = () => (looking ?? Promise.resolve()).then(lookOnce);
  const ticking = env.setInterval(lookOnce, TICK_MS);
  const watch = watchChokes({ peers, usualKbps: ({ wire }) => of(wire.seat).sample.recvKbps, onChoke, env });
  const onSight = () => ask();
  env.document?.addEventListener("visibilitychange", onSight);
  live.on("room", ({ encounter }) => (phase = encounter?.phase ?? phase));

  return {
    planFor,
    measure,
    /** Something was said that should be acted upon now. */
    look: lookSoon,
    silenceOf,
    /** Whether sound or its signs come in from somebody: then the network is there, whatever the server's silence. */
    flowing: () => peers().some((peer) => peer.state === "connected" && silenceOf(peer.wire.seat) === 0),
    newest: () => ({ ...newest, usedMb }),
    /** A new connection: say what is of use before its first offer. */
    greet,
    forget(seat) {
      links.delete(seat);
      dropStill(seat);
    },
    choose(changes) {
      choices = { ...choices, ...changes };
      lookOnce();
    },
    show(seat, { shown: visible = true, large = false } = {}) {
      shown.set(seat, { shown: visible, large });
      ask();
    },
    stillOf: (seat) => stills.get(seat) ?? null,
    takeStill(peer, blob) {
      const { seat } = peer.wire;
      dropStill(seat);
      stills.set(seat, URL.createObjectURL(blob));
      emit("still", seat);
    },
    close() {
      env.clearInterval(ticking);
      watch.stop();
      env.document?.removeEventListener("visibilitychange", onSight);
      camera?.close();
      [...stills.keys()].forEach(dropStill);
    },
  };
}
