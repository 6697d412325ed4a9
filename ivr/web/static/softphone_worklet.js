// Runs beside the page, on the sound itself: changes the rate to the telephone's 8 kHz and back, codes mu-law, and
// keeps just enough of what arrives to play without gaps.

const RATE_HZ = 8000;
const FRAME = 160;
const BEGIN = 480; // 60 ms are there before it is played
const MOST = 2400; // more than 300 ms late: catch up ...
const CAUGHT_UP = 640; // ... to this much
const LEVELS_EVERY = 30; // blocks of 128 samples: some 12 times a second

const DECODED = Float32Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff;
  const size = (((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4);
  return (code & 0x80 ? 0x84 - size : size - 0x84) / 32768;
});

const encoded = (sample) => {
  const whole = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
  const sign = whole < 0 ? 0x80 : 0;
  const size = Math.min(Math.abs(whole), 32635) + 0x84;
  const exponent = Math.max(0, 24 - Math.clz32(size));
  return ~(sign | (exponent << 4) | ((size >> (exponent + 3)) & 0x0f)) & 0xff;
};

class Telephone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = RATE_HZ / sampleRate;
    this.frame = new Uint8Array(FRAME);
    this.filled = 0;
    this.inAt = 0; // how far the next sample for the line is from the last one of the microphone
    this.before = 0;
    this.queue = [];
    this.waiting = 0;
    this.playing = false;
    this.outAt = 0;
    this.now = 0;
    this.next = 0;
    this.blocks = 0;
    this.mic = 0;
    this.far = 0;
    this.port.onmessage = ({ data }) => {
      if (data === "quiet") { this.queue = []; this.waiting = 0; this.playing = false; return; }
      this.queue.push({ data, at: 0 });
      this.waiting += data.length;
      if (this.waiting > MOST) while (this.waiting > CAUGHT_UP) this.drop();
    };
  }

  drop() {
    const first = this.queue.shift();
    this.waiting -= first.data.length - first.at;
  }

  process([[input]], [[output]]) {
    if (input) this.hear(input);
    this.sound(output);
    if (++this.blocks >= LEVELS_EVERY) {
      this.port.postMessage({ mic: this.mic, far: this.far });
      this.blocks = this.mic = this.far = 0;
    }
    return true;
  }

  hear(input) {
    for (const sample of input) {
      this.mic = Math.max(this.mic, Math.abs(sample));
      this.inAt += this.step;
      if (this.inAt >= 1) {
        this.inAt -= 1;
        const back = this.inAt / this.step; // so many of the microphone's samples ago
        this.send(sample + (this.before - sample) * back);
      }
      this.before = sample;
    }
  }

  send(sample) {
    this.frame[this.filled++] = encoded(sample);
    if (this.filled === FRAME) {
      this.port.postMessage({ frame: this.frame });
      this.frame = new Uint8Array(FRAME);
      this.filled = 0;
    }
  }

  sound(output) {
    if (!this.playing && this.waiting >= BEGIN) this.playing = true;
    for (let index = 0; index < output.length; index++) {
      this.outAt += this.step;
      if (this.outAt >= 1) {
        this.outAt -= 1;
        this.now = this.next;
        this.next = this.take();
      }
      output[index] = this.now + (this.next - this.now) * this.outAt;
      this.far = Math.max(this.far, Math.abs(output[index]));
    }
  }

  take() {
    if (!this.playing) return 0;
    const first = this.queue[0];
    if (!first) { this.playing = false; return 0; }
    const sample = DECODED[first.data[first.at++]];
    this.waiting -= 1;
    if (first.at === first.data.length) this.queue.shift();
    return sample;
  }
}

registerProcessor("telephone", Telephone);
