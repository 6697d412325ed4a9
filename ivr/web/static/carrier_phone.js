// A telephone in a page on the carrier's Voice SDK (its Device and Call, as version 2 documents them).
//
//   phone.connect(async () => ({ script, token, address }));
//
// What it does and tells is in phone_port.js. The SDK has the microphone, the loudspeaker and the ringing; it is the
// operator's file or address (VOICE_SDK), loaded when it is first needed. A call ends with the page: the SDK asks
// before it is left.

import { PhonePort } from "./phone_port.js";

const REFRESH_MS = 60000; // so long before a token ends there is time to fetch the next one, more than once
const AGAIN_MS = [1000, 2000, 5000, 10000];
const OF_TOKENS = new Set([20101, 20104, 31204, 31205]); // not valid (any more)
const OF_MICROPHONES = new Map([
  [31401, "The browser does not let this page use the microphone."],
  [31402, "The microphone does not work."],
]);

let loading = null;

function sdk(script) {
  loading ??= new Promise((loaded, failed) => {
    const element = document.createElement("script");
    element.src = script;
    element.onload = () => (window.Twilio?.Device ? loaded(window.Twilio.Device) : failed(new Error("It is not the carrier's Voice SDK.")));
    element.onerror = () => failed(new Error("The carrier's Voice SDK cannot be loaded."));
    document.head.append(element);
  }).catch((error) => { loading = null; throw error; });
  return loading;
}

export class CarrierPhone extends PhonePort {
  constructor() {
    super();
    this.device = null;
    this.source = null;
    this.live = null; // the SDK's call
    this.timer = null;
    this.tries = 0;
    this.clean = true;
    this.level = 1;
    this.far = null;
  }

  connect(source) {
    this.source = typeof source === "function" ? source : async () => source;
    this.#again(0);
  }

  disconnect() {
    this.source = null;
    clearTimeout(this.timer);
    this.device?.destroy();
    this.device = null;
    this.#over(this.live, "lost");
    this.connection("lost", "Disconnected.");
  }

  async answer() { this.live?.accept(); }
  decline() { this.live?.reject(); }

  hangup() {
    if (this.call?.state === "ringing") this.live.reject();
    else this.live?.disconnect();
  }

  press(keys) { this.live?.sendDigits(keys); }
  mute(on) { this.live?.mute(on); }

  volume(level) {
    this.level = level;
    if (this.far) this.far.volume = level;
  }

  // The SDK opens the microphone for calls; here only what the browser does to a voice.
  async useMicrophone(on, { clean = this.clean } = {}) {
    this.clean = clean;
    await this.device?.audio?.setAudioConstraints({ echoCancellation: clean, noiseSuppression: clean, autoGainControl: clean })
      .catch((error) => this.tell("microphone", { state: "failed", message: error.message }));
  }

  // --- the device ---------------------------------------------------------------------------------------------------

  #again(afterMs = AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)]) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#register(), afterMs);
  }

  // The SDK comes back by itself when its connection does; this is for new tokens, and for what it gives up.
  async #register() {
    const { source } = this;
    if (!source) return;
    if (this.device?.state !== "registered") this.connection("connecting", "");
    try {
      const { script, token, address } = await source();
      this.address = address;
      const Device = await sdk(script);
      if (this.source !== source) return;
      if (this.device) this.device.updateToken(token);
      else this.#made(new Device(token, { tokenRefreshMs: REFRESH_MS, closeProtection: true, appName: "ringdown" }));
      if (this.device.state === "unregistered") await this.device.register();
    } catch (error) {
      this.tell("error", { message: error.message });
      if (this.device?.state === "registered") this.#again();
      else this.#lost();
    }
  }

  #made(device) {
    this.device = device;
    device.on("registered", () => this.#ready());
    device.on("unregistered", () => this.#lost());
    device.on("tokenWillExpire", () => this.#again(0));
    device.on("incoming", (call) => this.#incoming(call));
    device.on("error", (error) => (OF_TOKENS.has(error.code) ? this.#again() : this.#failed(error)));
    this.useMicrophone(true);
  }

  #ready() {
    clearTimeout(this.timer);
    this.tries = 0;
    this.connection("open", "");
    this.tell("ready", { address: this.address, call: this.call });
  }

  #lost() {
    if (!this.source) return;
    this.connection("lost", "");
    this.#again();
  }

  #failed(error) {
    if (OF_MICROPHONES.has(error.code)) this.tell("microphone", { state: "failed", message: OF_MICROPHONES.get(error.code) });
    else if (this.device?.state !== "registered") this.connection("lost", error.message); // the SDK tries again
    else this.tell("error", { message: `The telephone reports: ${error.message}` });
  }

  // --- a call -------------------------------------------------------------------------------------------------------

  #incoming(call) {
    if (this.call) return; // the SDK keeps others from a line that is taken
    const { CallSid, From, To } = call.parameters;
    this.live = call;
    this.call = { call: CallSid, from: From || "", to: To || "", parameters: Object.fromEntries(call.customParameters), state: "ringing" };
    call.on("accept", () => { if (this.live === call) { this.call.state = "answered"; this.#begun(); } });
    call.on("cancel", () => this.#over(call, "canceled"));
    call.on("reject", () => this.#over(call, "busy"));
    call.on("disconnect", () => this.#over(call, "completed"));
    call.on("mute", (on) => { this.muted = on; this.tell("muted", { on }); });
    call.on("volume", (mic, far) => this.tell("levels", { mic, far }));
    call.on("audio", (far) => { this.far = far; far.volume = this.level; });
    call.on("reconnecting", () => this.connection("lost", ""));
    call.on("reconnected", () => this.connection("open", ""));
    call.on("error", (error) => this.#failed(error));
    this.#begun();
  }

  #begun() {
    const { state, ...details } = this.call;
    this.tell(state, details);
  }

  #over(live, status) {
    if (!live || this.live !== live) return;
    const { call } = this.call;
    this.call = this.live = this.far = null;
    this.muted = false;
    this.tell("ended", { call, status });
  }
}
