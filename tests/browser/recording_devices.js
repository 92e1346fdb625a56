(skew) => {
  // A device whose clock is wrong by `skew` milliseconds, before a camera and a microphone that flash and beep for a
  // quarter of a second whenever true time passes two full seconds: what is recorded says when it was.
  const EVERY = 2000;
  const LONG = 250;
  const origin = performance.timeOrigin;
  const now = Date.now.bind(Date);
  const trueNow = () => origin + performance.now();
  Object.defineProperty(performance, "timeOrigin", { get: () => origin + skew });
  Date.now = () => now() + skew;

  function beeping() {
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 440 });
    const gate = new GainNode(context, { gain: 0 });
    const out = new MediaStreamAudioDestinationNode(context);
    tone.connect(gate).connect(out);
    tone.start();
    let planned = 0;
    setInterval(() => {
      context.resume();
      const next = Math.ceil(trueNow() / EVERY) * EVERY;
      if (next === planned || context.state !== "running") return;
      planned = next;
      const at = context.currentTime + (next - trueNow()) / 1000;
      gate.gain.setValueAtTime(0.8, at);
      gate.gain.setValueAtTime(0, at + LONG / 1000);
    }, 100);
    return out.stream.getAudioTracks();
  }

  function flashing() {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
    const pen = canvas.getContext("2d");
    setInterval(() => {
      pen.fillStyle = trueNow() % EVERY < LONG ? "#fff" : "#000";
      pen.fillRect(0, 0, 160, 120);
    }, 20);
    return canvas.captureStream(30).getVideoTracks();
  }

  navigator.mediaDevices.getUserMedia = async ({ audio, video }) =>
    new MediaStream([...(audio ? beeping() : []), ...(video ? flashing() : [])]);
}
