/**
 * One connection to one other page: perfect negotiation over three fixed media lines (sound, picture, screen) and a
 * channel for small pictures. It sends and plays only what its wire allows. Signalling may lose anything: unanswered
 * offers are repeated, a lost path is restarted, and a connection that three restarts did not mend is made anew.
 */

import { createHearsay } from "./hearsay.js";
import { uuid7 } from "./ids.js";
import { createLines } from "./lines.js";
import { KINDS, carriesPicture, directionOf, ignoresOffer, judgeSignal, recoveryStep } from "./negotiation.js";
import { createReading } from "./reading.js";
import { flowsOf, sendingOf } from "./sending.js";
import { CHANNEL, createStills } from "./stills.js";

/** An offer this old may have been lost on its way to a page that speaks to us again. */
const STALE_OFFER_MS = 1500;
/** A connection must have stood open so long before its lines rest: see `reading.js`. */
const REST_MS = 1500;
/** What a browser's first guess of the rate leaves beside a small picture: the best voice, and room to grow. */
const ROOM_KBPS = 80;

export function openPeer({ wire, ice, media, send, signalling, onChange, onStill, table, plan, codecs = null, now = () => performance.now() }) {
  const lines = createLines({ media, table, codecs });
  const reading = createReading({ startKbps: Math.round(table.pictures.thumb.maxBitrate / 1000) + ROOM_KBPS });
  let pc = null;
  let mine = "";
  let theirs = null;
  let making = false;
  let ignoring = false;
  let work = Promise.resolve();
  let badSince = now();
  let lastTry = now();
  let tries = 0;
  let rounds = 0;
  let repeats = 0;
  let wasConnected = false;
  let wellSince = null;
  let wish = null;
  /** The voice to send, the kinds of media that they know of, and whether they must hear of another change. */
  let voice = sendingOf(plan, table).audio ?? table.voices[0];
  let told = "";
  let due = false;

  const stills = createStills({
    mayReceive: () => peer.wire.recv.includes("video"),
    maySend: () => peer.wire.send.includes("video"),
    onStill: (blob) => onStill(peer, blob),
  });

  const peer = {
    wire,
    stills,
    /** What they have said: `asked`, `carries`, `missed`. */
    said: createHearsay({ rungs: table.rungs, now }),
    /** `connecting`, `connected`, or `reconnecting` once it has been connected before. */
    get state() {
      if (pc && ["connected", "completed"].includes(pc.iceConnectionState)) return "connected";
      return wasConnected ? "reconnecting" : "connecting";
    },
    /** What may be played now: a received track, or null where the wire does not say so, or nothing is sent on it. */
    track(kind) {
      return pc && lines.line(kind) && peer.wire.recv.includes(kind) && peer.said.brings(kind) ? lines.line(kind).receiver.track : null;
    },
    receiver: (kind) => (pc ? (lines.line(kind)?.receiver ?? null) : null),
    /** The wire of this pair has changed: turn the lines, and tell the other side. */
    change(wire) {
      peer.wire = wire;
      // A channel cannot be taken out of a connection, and belongs to pairs between which pictures pass.
      if (stills.attached && !carriesPicture(wire)) {
        rebuild();
        return;
      }
      if (dress() && pc.signalingState === "have-local-offer") offer();
      onChange(peer);
    },
    dress,
    /** Send under another plan `{rung, voice, reason}` from now on. */
    apply(next) {
      plan = next;
      if (plan.rung !== "stills") stills.stop();
      dress();
      queue(speak);
    },
    /** Tell the other end the highest rung that is of use here. */
    ask(rung) {
      if (rung === wish) return;
      wish = rung;
      say({ ask: rung });
    },
    /** Tell the other end what share of its packets does not come: sooner than RTCP does on a lean voice. */
    miss: (share) => say({ missed: Math.round(share * 100) / 100 }),
    receive(data) {
      const verdict = judgeSignal({ mine, theirs }, data);
      if (verdict === "stale") return;
      if (verdict === "renewed") rebuild();
      theirs = data.pc;
      if (peer.said.take(data)) {
        queue(speak);
        onChange(peer);
      }
      if (data.want && !peer.wire.polite && !offering()) offer();
      if (data.description) queue(() => takeDescription(data.description));
      if (data.candidate) queue(() => takeCandidate(data.candidate));
    },
    /** The server let our last signal not pass: try again once both sides know the new wiring. */
    refused() {
      repeats = 0;
      lastTry = Math.min(lastTry, now() - 2200);
    },
    /** Called every second, and at once when signalling or the network comes back. */
    tick({ eager = false, silentMs = 0 } = {}) {
      const at = now();
      if (eager) repeats = 0;
      if (peer.state === "connected" && silentMs === 0) tries = rounds = 0;
      const step = recoveryStep({
        iceState: pc.iceConnectionState,
        badMs: eager ? Infinity : at - (badSince ?? at),
        sinceTryMs: eager ? Infinity : at - lastTry,
        silentMs,
        eager,
        tries,
        rounds,
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
  const tell = (more) => {
    told = lines.carried.join();
    say({ ...more, carries: lines.carried });
  };
  const describe = () => tell({ description: pc.localDescription, ask: wish });
  /** How their description is to be read now. */
  const mayRest = () => wellSince !== null && now() - wellSince > REST_MS;
  const reads = () => ({ voice, flows: mayRest() ? flowsOf(lines.carried) : [] });
  /** Whether an offer is on its way to them, or about to be. */
  const offering = () => making || !pc.localDescription || (pc.signalingState === "have-local-offer" && now() - lastTry < STALE_OFFER_MS);

  /** One step after the other: descriptions and candidates only make sense in their order. */
  function queue(step) {
    const own = pc;
    work = work.then(() => (own === pc && pc ? step() : null)).catch((error) => console.warn("peer", error.name, error.message));
    return work;
  }

  function begin() {
    mine = uuid7();
    theirs = null;
    lines.clear();
    reading.clear();
    making = ignoring = due = false;
    told = "";
    badSince = lastTry = now();
    wellSince = null;
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
      lines.lay(kind, pc.addTransceiver(kind === "audio" ? "audio" : "video", { direction: directionOf(kind, peer.wire) }));
    }
    dress();
  }

  function dress() {
    if (!lines.laid) return false;
    if (!stills.attached && carriesPicture(peer.wire)) {
      stills.attach(pc.createDataChannel(CHANNEL.label, CHANNEL.options));
      due = true;
    }
    const turned = lines.dress(peer.wire, plan);
    due ||= turned;
    if (pc.localDescription && told !== lines.carried.join()) tell();
    return turned;
  }

  function offer() {
    return queue(async () => {
      if (pc.signalingState === "have-remote-offer") return;
      making = true;
      try {
        await pc.setLocalDescription();
        lastTry = now();
        due = false;
        describe();
      } finally {
        making = false;
      }
    });
  }

  async function takeDescription(description) {
    const offered = description.type === "offer";
    ignoring = offered && ignoresOffer({ polite: peer.wire.polite, making, signalingState: pc.signalingState });
    // They offer what we have offered already: ours did not arrive while one of us was away.
    if (ignoring && !making && now() - lastTry > STALE_OFFER_MS) act.repeat();
    if (ignoring || (!offered && pc.signalingState !== "have-local-offer")) return;
    await reading.take(pc, description, reads());
    repeats = 0;
    if (offered) {
      // The polite side finds its lines in the first offer, in the order that the other laid out.
      if (!lines.laid) pc.getTransceivers().forEach((line, index) => lines.lay(KINDS[index], line));
      dress();
      await pc.setLocalDescription();
      reading.answered(pc);
      due = false;
      describe();
    }
    await lines.limitAll(plan);
    onChange(peer);
  }

  /** Sound and lines as the plan wants them; what else is new goes to the other end with it. */
  async function speak() {
    voice = sendingOf(plan, table).audio ?? voice;
    await lines.limitAll(plan);
    if (!reading.differs(reads()) || pc.signalingState !== "stable") return;
    if (due || !(await reading.again(pc, reads()))) offer();
    else await lines.limitAll(plan);
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
      wasConnected = true;
      wellSince ??= now();
      badSince = null;
    } else {
      badSince ??= now();
    }
    onChange(peer);
  }

  function end() {
    const old = pc;
    pc = null;
    stills.detach();
    if (!old) return;
    old.onicecandidate = old.onnegotiationneeded = old.oniceconnectionstatechange = old.ontrack = null;
    old.close();
  }

  function rebuild() {
    end();
    rounds += tries > 0 ? 1 : 0;
    tries = 0;
    peer.said.forget();
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
      // The next offer restarts the path: it must not be one that stays here.
      due = true;
      pc.restartIce();
    },
    rebuild,
  };

  begin();
  return peer;
}
