/**
 * One connection to one other page: perfect negotiation over three fixed media lines (sound, picture, screen).
 *
 * It sends and plays only what its wire allows. Signalling may lose anything: unanswered offers are repeated, a lost
 * path is restarted, and a connection that three restarts did not mend is made anew.
 */

import { KINDS, directionOf, ignoresOffer, judgeSignal, recoveryStep } from "./negotiation.js";
import { uuid7 } from "./ids.js";

/** Modest by default: sound first, and a picture that leaves room for it on a 3G uplink shared by four. */
const LIMITS = {
  audio: { maxBitrate: 24000, priority: "high", networkPriority: "high" },
  video: { maxBitrate: 150000, maxFramerate: 15 },
  screen: { maxBitrate: 250000, maxFramerate: 5 },
};

export function openPeer({ wire, ice, media, send, signalling, onChange, now = () => performance.now() }) {
  let pc = null;
  let mine = "";
  let theirs = null;
  let lines = {};
  let making = false;
  let ignoring = false;
  let work = Promise.resolve();
  let badSince = now();
  let lastTry = now();
  let tries = 0;
  let repeats = 0;
  let wasConnected = false;

  const peer = {
    wire,
    /** `connecting`, `connected`, or `reconnecting` once it has been connected before. */
    get state() {
      if (pc && ["connected", "completed"].includes(pc.iceConnectionState)) return "connected";
      return wasConnected ? "reconnecting" : "connecting";
    },
    /** What may be played now: a received track, or null where the wire does not say so. */
    track(kind) {
      return pc && lines[kind] && peer.wire.recv.includes(kind) ? lines[kind].receiver.track : null;
    },
    receiver: (kind) => (pc ? lines[kind]?.receiver : null),
    /** The wire of this pair has changed: turn the lines, and tell the other side. */
    change(wire) {
      peer.wire = wire;
      if (dress() && pc.signalingState === "have-local-offer") offer();
      onChange(peer);
    },
    dress,
    receive(data) {
      const verdict = judgeSignal({ mine, theirs }, data);
      if (verdict === "stale") return;
      if (verdict === "renewed") rebuild();
      theirs = data.pc;
      if (data.want && !peer.wire.polite && verdict !== "renewed") offer();
      if (data.description) queue(() => takeDescription(data.description));
      if (data.candidate) queue(() => takeCandidate(data.candidate));
    },
    /** The server let our last signal not pass: try again once both sides know the new wiring. */
    refused() {
      repeats = 0;
      lastTry = Math.min(lastTry, now() - 2200);
    },
    /** Called every second, and at once when signalling or the network comes back. */
    tick({ eager = false } = {}) {
      const at = now();
      if (eager) repeats = 0;
      const step = recoveryStep({
        iceState: pc.iceConnectionState,
        badMs: eager ? Infinity : at - (badSince ?? at),
        sinceTryMs: eager ? Infinity : at - lastTry,
        tries,
        repeats,
        polite: peer.wire.polite,
        signalling: signalling(),
        answered: pc.signalingState === "stable" && pc.remoteDescription !== null,
      });
      act[step]();
    },
    stats: () => (pc ? pc.getStats() : Promise.resolve(new Map())),
    close: end,
  };

  const say = (data) => send({ t: "signal", to: peer.wire.seat, link: peer.wire.link, data: { pc: mine, for: theirs, ...data } });

  /** One step after the other: descriptions and candidates only make sense in their order. */
  function queue(step) {
    const own = pc;
    work = work.then(() => (own === pc && pc ? step() : null)).catch((error) => console.warn("peer", error.name, error.message));
    return work;
  }

  function begin() {
    mine = uuid7();
    theirs = null;
    lines = {};
    making = ignoring = false;
    badSince = lastTry = now();
    pc = new RTCPeerConnection({
      iceServers: ice.servers,
      iceTransportPolicy: ice.policy,
      bundlePolicy: "max-bundle",
    });
    const own = pc;
    pc.onicecandidate = ({ candidate }) => own === pc && candidate && say({ candidate: candidate.toJSON() });
    pc.onnegotiationneeded = () => own === pc && offer();
    pc.oniceconnectionstatechange = () => own === pc && look();
    pc.ontrack = ({ track }) => {
      track.onmute = track.onunmute = () => onChange(peer);
      if (own === pc) onChange(peer);
    };
    if (peer.wire.polite) {
      say({ want: true });
      return;
    }
    for (const kind of KINDS) {
      lines[kind] = pc.addTransceiver(kind === "audio" ? "audio" : "video", { direction: directionOf(kind, peer.wire) });
    }
    dress();
  }

  /** Give every line the direction and the track that the wire allows now. */
  function dress() {
    let turned = false;
    for (const [kind, line] of Object.entries(lines)) {
      const direction = directionOf(kind, peer.wire);
      if (line.direction !== direction) {
        line.direction = direction;
        turned = true;
      }
      const track = peer.wire.send.includes(kind) ? media.track(kind) : null;
      if (line.sender.track !== track) line.sender.replaceTrack(track).catch(() => {});
    }
    return turned;
  }

  function limit() {
    for (const [kind, line] of Object.entries(lines)) {
      const parameters = line.sender.getParameters();
      if (!parameters.encodings?.length) continue;
      Object.assign(parameters.encodings[0], LIMITS[kind]);
      line.sender.setParameters(parameters).catch(() => {});
    }
  }

  function offer() {
    return queue(async () => {
      if (pc.signalingState === "have-remote-offer") return;
      making = true;
      try {
        await pc.setLocalDescription();
        lastTry = now();
        say({ description: pc.localDescription });
      } finally {
        making = false;
      }
    });
  }

  async function takeDescription(description) {
    const offered = description.type === "offer";
    ignoring = offered && ignoresOffer({ polite: peer.wire.polite, making, signalingState: pc.signalingState });
    if (ignoring || (!offered && pc.signalingState !== "have-local-offer")) return;
    await pc.setRemoteDescription(description);
    repeats = 0;
    if (offered) {
      // The polite side finds its lines in the first offer, in the order that the other laid out.
      if (!lines.audio) pc.getTransceivers().forEach((line, index) => (lines[KINDS[index]] = line));
      dress();
      await pc.setLocalDescription();
      say({ description: pc.localDescription });
    }
    limit();
    onChange(peer);
  }

  async function takeCandidate(candidate) {
    try {
      if (pc.remoteDescription) await pc.addIceCandidate(candidate);
    } catch (error) {
      if (!ignoring) throw error;
    }
  }

  function look() {
    const state = pc.iceConnectionState;
    if (state === "connected" || state === "completed") {
      tries = 0;
      wasConnected = true;
      badSince = null;
    } else {
      badSince ??= now();
    }
    onChange(peer);
  }

  function end() {
    const old = pc;
    pc = null;
    if (!old) return;
    old.onicecandidate = old.onnegotiationneeded = old.oniceconnectionstatechange = old.ontrack = null;
    old.close();
  }

  function rebuild() {
    end();
    tries = 0;
    begin();
    onChange(peer);
  }

  const act = {
    wait() {},
    repeat() {
      lastTry = now();
      repeats += 1;
      if (theirs || !peer.wire.polite) offer();
      else say({ want: true });
    },
    restart() {
      tries += 1;
      lastTry = now();
      pc.restartIce();
    },
    rebuild,
  };

  begin();
  return peer;
}
