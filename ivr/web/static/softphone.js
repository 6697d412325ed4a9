// A telephone in a page on the exchange's socket (docs/exchange.md, "Phones in a browser"), with its sound.
//
// What it does and tells is in phone_port.js; besides, it calls and speaks what is typed:
//
//   phone.connect(async () => ({ url, token }));      // asked again for every new connection
//   phone.dial("+15035550100"); phone.say("find a store");
//
// The exchange keeps the call there is for 15 s without a connection.

import { PhonePort } from "./phone_port.js";
import { Sound, touched } from "./softphone_sound.js";

const BAD_TOKEN = 4401;
const ELSEWHERE = 4409;
const NOT_LIVE = 4400;
const PING_MS = 8000;
const SILENT_CALL_MS = 3000; // in a call something comes every 20 ms
const SILENT_MS = 20000;
const LISTEN_MS = 1500;
const AGAIN_MS = [200, 500, 1000, 2000, 4000];

export class Softphone extends PhonePort {
  constructor({ sound = new Sound() } = {}) {
    super();
    this.address = "";
    this.sound = sound;
    this.socket = null;
    this.source = null;
    this.tries = 0;
    this.refusals = 0;
    this.timer = null;
    this.microphone = false;
    this.leaving = "";
    sound.onFrame = (mulaw) => { if (!this.muted && this.call?.state === "answered") this.#send(mulaw); };
    sound.onLevels = (mic, far) => this.tell("levels", { mic, far });
    addEventListener("online", () => { if (this.source && !this.socket) this.#again(0); });
    setInterval(() => this.#look(), 1000);
  }

  // What tells where to connect and with which token: { url, token }, or an async function that fetches them.
  connect(source) {
    this.source = typeof source === "function" ? source : async () => source;
    this.refusals = 0;
    this.#again(0);
  }

  disconnect() {
    this.source = null;
    clearTimeout(this.timer);
    this.#drop();
    this.#over("lost");
    this.connection("lost", "Disconnected.");
  }

  get connected() { return Boolean(this.socket && this.address); }

  async dial(to) { await this.#listen(); return this.#ask("dial", { to }); }
  async answer() { await this.#listen(); return this.#ask("answer"); }
  decline() { return this.#ask("decline"); }
  // Without a connection it is done as soon as there is one; or the exchange does it, after its 15 s.
  hangup() {
    this.leaving = this.call?.call || "";
    return this.#ask("hang_up");
  }

  say(text) { return this.#ask("say", { text }); }
  press(keys) { this.sound.keys(keys); return this.#ask("key", { key: keys }); }

  mute(on) {
    this.muted = on;
    return this.#ask("mute", { on });
  }

  volume(level) { this.sound.volume(level); }

  // Without a microphone one still hears, types and presses. It is open during calls only.
  async useMicrophone(on, options) {
    this.microphone = on;
    if (options) {
      this.sound.options = options;
      this.sound.close(); // an open microphone keeps what it was opened with
    }
    await this.#openMicrophone();
  }

  // The first word is not to be missed; but nobody waits long for a loudspeaker.
  async #listen() {
    this.#wake();
    await Promise.race([this.sound.start().catch(() => {}), new Promise((done) => { setTimeout(done, LISTEN_MS); })]);
  }

  // --- sound --------------------------------------------------------------------------------------------------------

  // Browsers let a page sound only once somebody has touched it: a call that goes on in a page loaded anew waits for that.
  #wake() {
    if (!touched()) {
      this.tell("sound", { state: "waiting" });
      const once = () => {
        for (const what of ["pointerdown", "keydown"]) removeEventListener(what, once);
        if (this.call) this.#wake();
      };
      for (const what of ["pointerdown", "keydown"]) addEventListener(what, once);
      return;
    }
    this.tell("sound", { state: "on" });
    this.sound.start().catch((error) => this.tell("error", { message: `No sound: ${error.message}` }));
    if (this.microphone) this.#openMicrophone(true);
  }

  async #openMicrophone(soon = false) {
    const wanted = this.microphone && (soon || Boolean(this.call));
    try {
      if (wanted) await this.sound.open();
      else this.sound.close();
      this.tell("microphone", { state: wanted ? "on" : "off", message: "" });
    } catch (error) {
      this.tell("microphone", { state: "failed", message: this.#whyNoMicrophone(error) });
    }
  }

  #whyNoMicrophone(error) {
    if (!isSecureContext) return "The browser gives a microphone to https pages and this machine only.";
    if (error.name === "NotAllowedError") return "The browser does not let this page use the microphone.";
    if (error.name === "NotFoundError") return "There is no microphone.";
    return `The microphone does not work: ${error.message}`;
  }

  // --- the socket ---------------------------------------------------------------------------------------------------

  #again(afterMs) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#open(), afterMs);
  }

  async #open() {
    const source = this.source;
    if (!source || this.socket) return;
    this.connection("connecting", "");
    let place;
    try {
      place = await source();
    } catch (error) {
      this.#lost(error.message);
      return;
    }
    if (this.source !== source || this.socket) return;
    const socket = new WebSocket(place.url);
    this.socket = socket;
    this.heardMs = Date.now();
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ event: "connect", token: place.token }));
    socket.onmessage = (message) => {
      this.heardMs = Date.now();
      if (typeof message.data === "string") this.#told(JSON.parse(message.data));
      else this.sound.play(new Uint8Array(message.data));
    };
    socket.onclose = (closed) => {
      if (this.socket === socket) { this.#drop(); this.#closed(closed.code, closed.reason); }
    };
  }

  #drop() {
    const socket = this.socket;
    this.socket = null;
    this.address = "";
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #closed(code, reason) {
    if (code === ELSEWHERE || code === NOT_LIVE || (code === BAD_TOKEN && ++this.refusals > 2)) {
      this.source = null;
      this.#over("lost");
      this.connection(code === ELSEWHERE ? "elsewhere" : "refused", reason);
    } else {
      this.#lost(reason);
    }
  }

  #lost(why) {
    this.connection("lost", why || "");
    this.#again(AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)]);
  }

  // A network that is gone does not say so.
  #look() {
    if (!this.socket) return;
    const silentMs = Date.now() - this.heardMs;
    const inCall = this.address && this.call?.state === "answered";
    if (silentMs > (inCall ? SILENT_CALL_MS : SILENT_MS)) {
      this.#drop();
      this.#lost("Nothing is heard of the exchange.");
    } else if (silentMs > PING_MS && this.address) {
      this.#send(JSON.stringify({ event: "ping" }));
    }
  }

  #send(data) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(data);
    return true;
  }

  #ask(event, details = {}) {
    const sent = Boolean(this.address) && this.#send(JSON.stringify({ event, ...details }));
    if (!sent) this.tell("error", { message: "The telephone is not connected just now." });
    return sent;
  }

  // --- what the exchange tells --------------------------------------------------------------------------------------

  #told({ event, ...details }) {
    switch (event) {
      case "ready": this.#ready(details); break;
      case "dialling":
      case "ringing":
      case "answered": this.#begun(event, details); break;
      case "ended": this.#over(details.status); break;
      case "muted": this.muted = details.on; this.tell(event, details); break;
      case "pong": break;
      case "error": if (!this.call) this.sound.close(); this.tell(event, details); break;
      default: this.tell(event, details);
    }
  }

  #ready(details) {
    this.address = details.address;
    this.tries = this.refusals = 0;
    this.connection("open", "");
    this.tell("ready", details);
    if (!details.call) { this.#over("lost"); return; }
    const { state, muted, ...call } = details.call;
    if (this.leaving === call.call) this.#ask("hang_up");
    if (this.call?.call !== call.call) this.muted = muted;
    else if (this.muted !== muted) this.#ask("mute", { on: this.muted }); // pressed while the connection was gone
    if (this.call?.call !== call.call || this.call?.state !== state) this.#begun(state, call);
  }

  #begun(state, details) {
    this.call = { ...details, state };
    this.sound.ring(state === "ringing");
    if (state === "answered") this.#wake();
    this.tell(state, details);
  }

  #over(status) {
    const call = this.call;
    if (!call) return;
    this.call = null;
    this.muted = false;
    this.sound.ring(false);
    this.sound.stop();
    if (this.microphone) this.tell("microphone", { state: "off", message: "" });
    this.tell("ended", { call: call.call, status });
  }
}
