/**
 * The connections to all wired peers. Exactly the links of the newest wiring exist: a pair that is no longer wired is
 * closed at once, and what it carried is let go.
 */

import { emitter } from "./events.js";
import { KINDS, planLinks } from "./negotiation.js";
import { openPeer } from "./peer.js";

const TICK_MS = 1000;

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

export function createPeers({ live, media }) {
  const events = emitter();
  const links = new Map();
  let ice = { servers: [], policy: "all" };

  const all = () => [...links.values()];
  const peerOf = (seat) => all().find((peer) => peer.wire.seat === seat);

  function changed(peer) {
    events.emit("track", peer.wire.seat);
    events.emit("state", peer.wire.seat, peer.state);
  }

  function close(link) {
    const peer = links.get(link);
    links.delete(link);
    peer.close();
    changed(peer);
  }

  function follow({ peers, ice: servers }) {
    ice = servers;
    const plan = planLinks(new Set(links.keys()), peers);
    plan.close.forEach(close);
    for (const wire of plan.change) links.get(wire.link).change(wire);
    for (const wire of plan.open) {
      const peer = openPeer({ wire, ice, media, send: live.send, signalling: () => live.connected, onChange: changed });
      links.set(wire.link, peer);
      changed(peer);
    }
  }

  function closeAll() {
    [...links.keys()].forEach(close);
    clearInterval(ticking);
  }

  function tickAll(how) {
    for (const peer of all()) peer.tick(how);
  }

  const ticking = setInterval(tickAll, TICK_MS, {});
  live.on("wiring", follow);
  live.on("signal", ({ link, data }) => links.get(link)?.receive(data));
  live.on("refused", ({ link }) => all().filter((peer) => !link || peer.wire.link === link).forEach((peer) => peer.refused()));
  live.on("welcome", () => tickAll({ eager: true }));
  live.on("status", (status) => status === "ended" && closeAll());
  media.on("change", () => all().forEach((peer) => peer.dress()));
  globalThis.addEventListener?.("online", () => tickAll({ eager: true }));

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
    sending: () => all().some(({ wire }) => wire.send.length > 0),
    async stats() {
      const peers = all();
      const readings = await Promise.all(peers.map(readInbound));
      return Object.fromEntries(peers.map((peer, index) => [peer.wire.seat, readings[index]]));
    },
  };
}
