// The agent's telephone in the page: rings, answers, and accepts the caller with the key that the whisper asks for.

import { CarrierPhone } from "./carrier_phone.js";
import { Softphone } from "./softphone.js";

const ACCEPT_EVERY_MS = 600; // the question comes a moment after the phone is answered, and waits some seconds
const ACCEPT_TIMES = 20;
const ENDED = {
  completed: "The call is over.", canceled: "The call is over.", busy: "Declined.", "no-answer": "Missed.",
  failed: "The call failed.", lost: "The connection was lost, and the call with it.",
};

const CLEAN = "clean voice";

const by = (id) => document.getElementById(id);

export class Telephone {
  constructor({ source, kind, now, look, notice }) {
    this.now = now;
    this.look = look;
    this.notice = notice;
    this.last = "Ready";
    this.trouble = "";
    this.wanted = "";
    this.phone = source ? new (kind === "carrier" ? CarrierPhone : Softphone)() : null;
    if (!this.phone) return;
    this.phone.onEvent((news) => this.#told(news));
    by("clean").checked = localStorage.getItem(CLEAN) !== "no"; // headsets need none of it
    const microphone = () => this.phone.useMicrophone(true, { clean: by("clean").checked });
    by("clean").addEventListener("change", () => { localStorage.setItem(CLEAN, by("clean").checked ? "yes" : "no"); microphone(); });
    by("volume").addEventListener("input", () => this.phone.volume(Number(by("volume").value)));
    microphone();
    this.phone.connect(async () => {
      const answer = await fetch(source, { headers: { Accept: "application/json" } });
      const data = await answer.json().catch(() => ({ error: "The service does not answer as it should." }));
      if (!answer.ok) throw new Error(data.error);
      return data;
    });
    setInterval(() => this.draw(), 1000);
    this.draw();
  }

  get call() { return this.phone?.call || null; }

  accept(transfer) {
    this.wanted = transfer;
    if (this.call?.state === "ringing") this.phone.answer();
    else if (this.call?.state === "answered") this.#accept();
    this.draw();
  }

  decline() {
    this.wanted = "";
    if (this.call?.state === "ringing") this.phone.decline();
    else this.phone?.hangup();
  }

  hangup() { this.phone?.hangup(); }
  mute() { if (this.call) this.phone.mute(!this.phone.muted); }
  press(key) { this.phone?.press(key); }

  // Pressing twice does no harm: in the room keys say nothing.
  async #accept() {
    const wanted = this.wanted;
    for (let times = 0; times < ACCEPT_TIMES; times += 1) {
      await new Promise((resolve) => { setTimeout(resolve, ACCEPT_EVERY_MS); });
      if (this.wanted !== wanted || this.call?.state !== "answered") return;
      const { transfer, place } = this.now();
      if (transfer === wanted && place === "in") return;
      this.phone.press("1");
      this.look();
    }
  }

  #told({ event, ...news }) {
    switch (event) {
      case "connection":
        this.trouble = { lost: "Connection lost, trying again …", refused: `Refused: ${news.message}`, elsewhere: "This desk is open in another window, which has the telephone.", connecting: "Connecting …" }[news.state] || "";
        break;
      case "ringing": this.look(); break;
      case "answered":
        if (!this.sinceMs) this.sinceMs = Date.now();
        if (this.wanted && news.parameters?.transfer === this.wanted) this.#accept();
        this.look();
        break;
      case "ended":
        this.last = ENDED[news.status] || "The call is over.";
        this.sinceMs = 0;
        this.wanted = "";
        by("pad").hidden = true;
        this.look();
        break;
      case "microphone": if (news.state === "failed") this.notice(`${news.message} The caller cannot hear you.`); break;
      case "levels": by("mic").value = news.mic; by("far").value = news.far; return;
      case "error": this.notice(news.message); break;
      default: break;
    }
    this.draw();
  }

  draw() {
    if (!this.phone) return;
    const { call, phone } = this;
    const ringing = call?.state === "ringing";
    by("phone-state").textContent = this.trouble || (call ? this.#doing(call) : this.last);
    by("phone-state").dataset.state = this.trouble ? "trouble" : call?.state || "ready";
    by("hooks").hidden = by("meters").hidden = call?.state !== "answered";
    by("mute").setAttribute("aria-pressed", String(phone.muted));
    by("mute").textContent = phone.muted ? "Muted" : "Mute";
    by("keypad").setAttribute("aria-expanded", String(!by("pad").hidden));
    const accept = by("accept");
    if (!accept) return;
    // Nothing to press before the phone rings: what is read until then is not lost.
    const mine = call?.parameters?.transfer === accept.dataset.transfer;
    accept.disabled = !mine || Boolean(this.wanted);
    by("decline").disabled = !mine || !ringing;
  }

  #doing(call) {
    if (call.state === "ringing") return call.parameters?.transfer === this.now().transfer ? "Ringing" : `${call.from} is calling`;
    if (call.state !== "answered") return "Calling …";
    const seconds = Math.floor((Date.now() - (this.sinceMs ||= Date.now())) / 1000);
    return `On the phone ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
