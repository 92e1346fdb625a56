/**
 * The connections to all wired peers. Exactly the links of the newest wiring exist: a pair that is no longer wired is
 * closed at once, and what it carried is let go. What each of them is sent is the ladder's choice (`steer.js`).
 */

import { likedCodecs } from "./codecs.js";
import { emitter } from "./events.js";
import { KINDS, planLinks } from "./negotiation.js";
import { openPeer } from "./peer.js";
import { watchReturns } from "./returns.js";
import { createSteering } from "./steer.js";

/** Who is here, as the room says. */
const HERE = new Set(["joined", "weak"]);

/** A share that is missed by the other end and cannot wait for the next second. */
const MUCH_MISSED = 0.2;

/** Sums of the inbound counters of one connection, by kind of media. */
async function readInbound(peer) {
  const sums = { audioEnergy: 0, audioLevel: 0, videoFrames: 0, bytes: 0, received: 0, lost: 0, rtt: null };
  for (const report of (await peer.stats()).values()) {
    if (report.type === "inbound-rtp") {
      sums.bytes += report.bytesReceived ?? 0;
      sums.received += report.packetsReceived ?? 0;
      sums.lost += report.packetsLost ?? 0;
      sums.videoFrames += report.framesDecoded ?? 0;
      sums.audioEnergy += report.totalAudioEnergy ?? 0;
      sums.audioLevel = Math.max(sums.audioLevel, report.audioLevel ?? 0);
    }
    if (report.type === "candidate-pair" && report.nominated && report.currentRoundTripTime !== undefined) {
      sums.rtt = Math.max(sums.rtt ?? 0, report.currentRoundTripTime * 1000);
    }
  }
  return sums;
}

export function createPeers({ live, media, ladder: table }) {
  const events = emitter();
  const links = new Map();
  let ice = { servers: [], policy: "all" };
  let codecs = null;
  let here = new Set();

  const all = () => [...links.values()];
  const peerOf = (seat) => all().find((peer) => peer.wire.seat === seat);
  const steering = createSteering({ table, peers: all, media, live, emit: events.emit });
  likedCodecs().then((found) => (codecs = found), () => null);

  function changed(peer) {
    events.emit("track", peer.wire.seat);
    events.emit("state", peer.wire.seat, peer.state);
  }

  function close(link) {
    const peer = links.get(link);
    links.delete(link);
    peer.close();
    steering.forget(peer.wire.seat);
    changed(peer);
  }

  function open(wire) {
    const peer = openPeer({
      wire, ice, media, table, codecs,
      plan: steering.planFor(wire.seat),
      send: live.send,
      signalling: () => live.connected,
      onChange: changed,
      onStill: steering.takeStill,
    });
    links.set(wire.link, peer);
    steering.greet(peer);
    changed(peer);
  }

  function follow({ peers, ice: servers }) {
    ice = servers;
    const plan = planLinks(new Set(links.keys()), peers);
    plan.close.forEach(close);
    for (const wire of plan.change) links.get(wire.link).change(wire);
    plan.open.forEach(open);
  }

  function closeAll() {
    [...links.keys()].forEach(close);
    steering.close();
    stopWatching();
  }

  /** The way may be free again: look afresh, so that what has healed by itself is left alone. */
  async function wake(peers = all()) {
    await steering.measure();
    for (const peer of peers) {
      if (links.get(peer.wire.link) === peer) peer.tick({ eager: true, silentMs: steering.silenceOf(peer.wire.seat) });
    }
  }

  /** Whoever was lost and is here again may have missed our offer. */
  function followPresence({ seats }) {
    const now = new Set(seats.filter(({ presence }) => HERE.has(presence)).map(({ seat }) => seat));
    const back = all().filter(({ wire }) => now.has(wire.seat) && !here.has(wire.seat));
    here = now;
    if (back.length > 0) wake(back);
  }

  live.on("wiring", follow);
  live.on("room", followPresence);
  live.on("signal", ({ link, data }) => {
    links.get(link)?.receive(data);
    if (data.missed >= MUCH_MISSED) steering.look();
  });
  live.on("refused", ({ link }) => all().filter((peer) => !link || peer.wire.link === link).forEach((peer) => peer.refused()));
  live.on("welcome", () => wake());
  live.on("status", (status) => status === "ended" && closeAll());
  media.on("change", () => all().forEach((peer) => peer.dress()));
  const stopWatching = watchReturns(() => {
    live.hurry();
    wake();
  });

  return {
    on: events.on,
    /** What of this seat may be played now: `{audio, video, screen}`, each a track or null. */
    tracksOf(seat) {
      const peer = peerOf(seat);
      return Object.fromEntries(KINDS.map((kind) => [kind, peer?.track(kind) ?? null]));
    },
    stateOf: (seat) => peerOf(seat)?.state ?? null,
    wireOf: (seat) => peerOf(seat)?.wire ?? null,
    /** How loud the seat is right now, from 0 to 1. Cheap enough to ask several times a second. */
    loudnessOf(seat) {
      const [source] = peerOf(seat)?.receiver("audio")?.getSynchronizationSources?.() ?? [];
      return source?.audioLevel ?? 0;
    },
    links: () => all().map(({ wire, state }) => ({ ...wire, state })),
    flowing: steering.flowing,
    sending: () => all().some(({ wire }) => wire.send.length > 0),
    async stats() {
      const peers = all();
      const readings = await Promise.all(peers.map(readInbound));
      return Object.fromEntries(peers.map((peer, index) => [peer.wire.seat, readings[index]]));
    },
    /** How this device is connected: `{rung, reason, seats, usedMb, sample}`. Changes are told by "rung". */
    ladder: steering.newest,
    /** A person's choices: `pin` a rung, `budgetMb`, `priority` (whose picture comes first). What is left out stays. */
    choose: steering.choose,
    /** Whether a seat's picture is on the screen, and large. What nobody sees is not asked for. */
    show: steering.show,
    /** The newest small picture of a seat as the address of a blob, or null. "still" tells of a new one. */
    still: steering.stillOf,
  };
}
