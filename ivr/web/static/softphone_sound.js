// The sound of a telephone in a page: microphone to mu-law frames of 20 ms, such frames to the loudspeaker.

const CLEAN = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const ROWS_HZ = [697, 770, 852, 941];
const COLUMNS_HZ = [1209, 1336, 1477];
const PAD = ["123", "456", "789", "*0#"];

export const touched = () => navigator.userActivation?.hasBeenActive ?? true;

export class Sound {
  constructor() {
    this.options = { clean: true };
    this.onFrame = () => {};
    this.onLevels = () => {};
    this.context = null;
    this.node = null;
    this.gain = null;
    this.level = 1;
    this.microphone = null;
    this.opening = null;
    this.starting = null;
    this.bell = null;
  }

  get running() { return Boolean(this.node); }

  // Safe to repeat. Has to be called in a click the first time.
  start() {
    this.starting ??= this.#start().catch((error) => { this.starting = null; throw error; });
    return this.starting;
  }

  async #start() {
    const context = this.#context();
    context.resume();
    await context.audioWorklet.addModule(new URL("softphone_worklet.js", import.meta.url));
    const node = new AudioWorkletNode(context, "telephone", { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1] });
    node.port.onmessage = ({ data }) => {
      if (data.frame) this.onFrame(data.frame);
      else this.onLevels(data.mic, data.far);
    };
    // What a telephone does not carry would come back as noise when the rate changes.
    this.into = this.#low(context, 3400, 3400);
    this.into.last.connect(node);
    const out = this.#low(context, 3600);
    this.gain = new GainNode(context, { gain: this.level });
    node.connect(out.first);
    out.last.connect(this.gain).connect(context.destination);
    this.node = node;
  }

  #context() {
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    return this.context;
  }

  #low(context, ...frequencies) {
    const filters = frequencies.map((frequency) => new BiquadFilterNode(context, { type: "lowpass", frequency, Q: 0.8 }));
    filters.reduce((one, next) => one.connect(next));
    return { first: filters[0], last: filters.at(-1) };
  }

  play(mulaw) { this.node?.port.postMessage(mulaw, [mulaw.buffer]); }

  volume(level) {
    this.level = level;
    if (this.gain) this.gain.gain.value = level;
  }

  // The call is over: nobody listens any more, not even this page.
  stop() {
    this.close();
    this.node?.port.postMessage("quiet");
  }

  // --- the microphone -----------------------------------------------------------------------------------------------

  async open() {
    if (this.microphone || this.opening) return this.opening;
    this.opening = this.#open().finally(() => { this.opening = null; });
    return this.opening;
  }

  async #open() {
    await this.start();
    if (!navigator.mediaDevices) throw new DOMException("no access", "NotFoundError");
    this.wanted = true;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, ...(this.options.clean ? CLEAN : RAW) } });
    if (!this.wanted) { stream.getTracks().forEach((track) => track.stop()); return; }
    const source = new MediaStreamAudioSourceNode(this.context, { mediaStream: stream });
    source.connect(this.into.first);
    this.microphone = { stream, source };
  }

  close() {
    this.wanted = false;
    if (!this.microphone) return;
    this.microphone.source.disconnect();
    this.microphone.stream.getTracks().forEach((track) => track.stop());
    this.microphone = null;
  }

  // --- the telephone's own sounds -----------------------------------------------------------------------------------

  ring(on) {
    if (on && !this.bell) {
      const once = () => this.#tones([440, 480], 1.2, 0.08);
      once();
      this.bell = setInterval(once, 3500);
    } else if (!on) {
      clearInterval(this.bell);
      this.bell = null;
    }
  }

  keys(keys) {
    const row = PAD.findIndex((one) => one.includes(keys));
    if (keys.length === 1 && row >= 0) this.#tones([ROWS_HZ[row], COLUMNS_HZ[PAD[row].indexOf(keys)]], 0.12, 0.05);
  }

  #tones(frequencies, lengthS, level) {
    if (!touched()) return; // the browser would stay silent, and complain
    const context = this.#context();
    context.resume();
    const gain = new GainNode(context, { gain: level * this.level });
    gain.connect(context.destination);
    for (const frequency of frequencies) {
      const tone = new OscillatorNode(context, { frequency });
      tone.connect(gain);
      tone.start();
      tone.stop(context.currentTime + lengthS);
    }
  }
}
