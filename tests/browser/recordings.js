(() => {
const openVault = async (seat) => {
  const { name } = performance.getEntriesByType("resource").find(({ name: each }) => /\/js\/record\.[^/]*js$/.test(each));
  return (await import(name)).openVault(seat);
};
return {
  /** How far each beep of a recording lies from the full two seconds of true time at which it sounded, in milliseconds. */
  async beeps(player) {
    const bytes = await (await fetch(player.src)).arrayBuffer();
    const { sampleRate, ...sound } = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes).then((buffer) => ({ sampleRate: buffer.sampleRate, samples: buffer.getChannelData(0) }));
    const found = [];
    let last = 0;
    sound.samples.forEach((sample, index) => {
      if (Math.abs(sample) < 0.1) return;
      if (index - last > sampleRate / 2) found.push(Number(player.dataset.started) + (index / sampleRate) * 1000);
      last = index;
    });
    return found.map((at) => ((at + 1000) % 2000) - 1000);
  },
  /** The same for flashes: the picture is looked at frame by frame. */
  async flashes(player) {
    const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 6 });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const found = [];
    let bright = true;
    player.muted = true;
    player.currentTime = 0;
    const look = (_now, { mediaTime }) => {
      pen.drawImage(player, 0, 0, 8, 6);
      const is = pen.getImageData(4, 3, 1, 1).data[0] > 128;
      if (is && !bright) found.push(Number(player.dataset.started) + mediaTime * 1000);
      bright = is;
      player.requestVideoFrameCallback(look);
    };
    player.requestVideoFrameCallback(look);
    await player.play();
    await new Promise((resolve) => { player.onended = resolve; });
    return found.map((at) => ((at + 1000) % 2000) - 1000);
  },
  /** Every recording on this device: its seconds so far, and the SHA-256 of its bytes. */
  async kept(seat) {
    const vault = await openVault(seat);
    return Promise.all((await vault.all()).map(async (one) => {
      const source = vault.source(one);
      const bytes = await (await source.slice(0, source.size)).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      return { id: one.id, ms: one.ms, size: source.size, sha256: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
    }));
  },
  /** Leave a recording of so many bytes on this device, which nobody agreed to. */
  async leave(seat, bytes) {
    const vault = await openVault(seat);
    const one = { id: crypto.randomUUID(), picture: true, audience: "everyone", type: "video/webm", within: 5, started: Date.now(), ms: 9000, sizes: [], done: true };
    await vault.put(one);
    await vault.add(one, new Blob([new Uint8Array(bytes)]));
  },
};
})()
