/**
 * Listens in on every peer connection of a page: put into the page before its own scripts, for measuring only.
 *
 * Each received voice is kept as 16-bit sound at 16 kHz, with the wall clock beside it; the page plays on unchanged.
 */
(() => {
  const RATE = 16000;
  const BLOCKS = 1000;
  const MARK_MS = 250;
  const GAP_S = 0.1;
  const Original = globalThis.RTCPeerConnection;
  if (!Original || globalThis.farwardTap) return;
  const connections = [];

  const wallClock = () => performance.timeOrigin + performance.now();

  function tap(pc, track) {
    const kept = { pc, chunks: [], count: 0, marks: [], next: null };
    // A page that is busy must not lose sound: room for ten seconds.
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: BLOCKS }).readable.getReader();
    (async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        keep(kept, value);
        value.close();
      }
    })();
    return kept;
  }

  function keep(kept, block) {
    const at = wallClock();
    const starts = block.timestamp / 1e6;
    if (kept.next !== null && starts - kept.next > GAP_S) add(kept, new Int16Array(Math.round((starts - kept.next) * RATE)));
    kept.next = starts + block.numberOfFrames / block.sampleRate;
    if (!kept.marks.length || at - kept.marks.at(-1)[1] > MARK_MS) kept.marks.push([kept.count, at]);
    const whole = new Float32Array(block.numberOfFrames);
    block.copyTo(whole, { planeIndex: 0, format: "f32-planar" });
    add(kept, thin(whole, Math.max(1, Math.round(block.sampleRate / RATE))));
  }

  function add(kept, samples) {
    kept.chunks.push(samples);
    kept.count += samples.length;
  }

  /** Every so many samples become one: their mean. */
  function thin(whole, step) {
    const out = new Int16Array(Math.floor(whole.length / step));
    for (let place = 0; place < out.length; place += 1) {
      let sum = 0;
      for (let part = 0; part < step; part += 1) sum += whole[place * step + part];
      out[place] = Math.max(-1, Math.min(1, sum / step)) * 32767;
    }
    return out;
  }

  function encode(chunks, count) {
    const all = new Int16Array(count);
    let place = 0;
    for (const chunk of chunks) {
      all.set(chunk, place);
      place += chunk.length;
    }
    const bytes = new Uint8Array(all.buffer);
    let text = "";
    for (let start = 0; start < bytes.length; start += 32768) {
      text += String.fromCharCode(...bytes.subarray(start, start + 32768));
    }
    return btoa(text);
  }

  const NOTHING = { bytes: 0, headers: 0, packets: 0, lost: 0, frames: 0, freezes: 0, concealed: 0, samples: 0, energy: 0 };

  async function measure(pc) {
    const report = [...(await pc.getStats()).values()];
    const byId = Object.fromEntries(report.map((one) => [one.id, one]));
    const pair = byId[report.find((one) => one.type === "transport")?.selectedCandidatePairId];
    const found = {
      state: pc.connectionState,
      remote: byId[pair?.remoteCandidateId]?.address ?? "",
      rtt: pair?.currentRoundTripTime ?? null,
      available: pair?.availableOutgoingBitrate ?? null,
      sent: { audio: { ...NOTHING }, video: { ...NOTHING }, data: { ...NOTHING } },
      received: { audio: { ...NOTHING }, video: { ...NOTHING }, data: { ...NOTHING } },
    };
    for (const one of report) {
      if (one.type === "data-channel") {
        found.sent.data.bytes += one.bytesSent ?? 0;
        found.sent.data.packets += one.messagesSent ?? 0;
        found.received.data.bytes += one.bytesReceived ?? 0;
        found.received.data.packets += one.messagesReceived ?? 0;
      }
      const side = { "outbound-rtp": found.sent, "inbound-rtp": found.received }[one.type]?.[one.kind];
      if (!side) continue;
      side.bytes += one.bytesSent ?? one.bytesReceived ?? 0;
      side.headers += one.headerBytesSent ?? one.headerBytesReceived ?? 0;
      side.packets += one.packetsSent ?? one.packetsReceived ?? 0;
      side.lost += one.packetsLost ?? 0;
      side.frames += one.framesDecoded ?? one.framesEncoded ?? 0;
      side.freezes += one.totalFreezesDuration ?? 0;
      side.concealed += one.concealedSamples ?? 0;
      side.samples += one.totalSamplesReceived ?? 0;
      side.energy += one.totalAudioEnergy ?? 0;
    }
    return found;
  }

  /** Where this connection leads; empty as long as that is open. */
  async function remoteOf(pc) {
    try {
      return (await measure(pc)).remote;
    } catch {
      return "";
    }
  }

  globalThis.RTCPeerConnection = class RTCPeerConnection extends Original {
    constructor(...settings) {
      super(...settings);
      const own = { pc: this, remote: "", taps: [] };
      connections.push(own);
      this.addEventListener("track", ({ track }) => track.kind === "audio" && own.taps.push(tap(this, track)));
      this.addEventListener("connectionstatechange", async () => {
        if (this.connectionState === "connected") own.remote = (await remoteOf(this)) || own.remote;
      });
    }
  };

  globalThis.farwardTap = {
    /** Everything heard since the last time, and forget it: `[{remote, pcm (base64), marks: [[sample, wall ms], …]}]`. */
    async drain() {
      const heard = [];
      for (const own of connections) {
        // The chosen path may not have been known yet when the connection came up.
        own.remote ||= await remoteOf(own.pc);
        for (const kept of own.taps) {
          if (!kept.count) continue;
          heard.push({ remote: own.remote, pcm: encode(kept.chunks, kept.count), marks: kept.marks });
          Object.assign(kept, { chunks: [], count: 0, marks: [] });
        }
      }
      return heard;
    },
    /** The counters of every open connection. */
    stats: () => Promise.all(connections.filter(({ pc }) => pc.connectionState !== "closed").map(({ pc }) => measure(pc))),
  };
})();
