// What the page needs of the carrier's Voice SDK, version 2, as its documentation describes it; nothing leaves the browser.
// The test plays the carrier with window.carrier.
(() => {
  class Emitter {
    constructor() { this.heard = new Map(); }
    on(event, listener) { this.heard.set(event, [...(this.heard.get(event) || []), listener]); return this; }
    emit(event, ...details) { (this.heard.get(event) || []).forEach((listener) => listener(...details)); }
  }

  class Call extends Emitter {
    constructor(parameters, custom) {
      super();
      Object.assign(this, { parameters, customParameters: new Map(Object.entries(custom)), digits: "", muted: false, state: "pending" });
    }
    accept() { this.state = "open"; this.emit("accept", this); this.emit("volume", 0.25, 0.5); }
    reject() { this.state = "closed"; this.emit("reject"); }
    disconnect() { this.state = "closed"; this.emit("disconnect", this); }
    mute(on = true) { this.muted = on; this.emit("mute", on, this); }
    isMuted() { return this.muted; }
    status() { return this.state; }
    sendDigits(digits) {
      if (!/^[0-9*#w]+$/.test(digits)) throw new TypeError("Illegal character passed into sendDigits");
      this.digits += digits;
    }
  }

  class Device extends Emitter {
    constructor(token, options) {
      super();
      Object.assign(this, { tokens: [token], options, state: "unregistered", constraints: null });
      this.audio = { setAudioConstraints: async (constraints) => { this.constraints = constraints; } };
      window.carrier.device = this;
    }
    async register() {
      if (this.state !== "unregistered") throw new Error(`Attempt to register when device is in state "${this.state}".`);
      this.is("registering");
      await Promise.resolve();
      this.is("registered");
    }
    is(state) { this.state = state; this.emit(state); }
    updateToken(token) { this.tokens.push(token); }
    destroy() { this.is("destroyed"); }
  }

  window.carrier = {
    device: null,
    call: null,
    rings(parameters, custom) {
      this.call = new Call(parameters, custom);
      this.device.emit("incoming", this.call);
    },
  };
  window.Twilio = { Device, Call };
})();
