// The test call: all that was done is sent each time, and the call is run again from its beginning.

import { make } from "./flows_show.js";

const MOVES = {
  answer: [["say", "Say it"], ["press", "Press keys"], ["wait", "Silence"]],
  recording: [["message", "Leave this message"]],
  transfer: [["agent", "An agent takes it"], ["nobody", "No answer", "no answer"], ["nobody", "Busy", "busy"], ["nobody", "Declined", "declined"]],
};
const ASK = { answer: "Your answer", recording: "Your message, after the tone", transfer: "Somebody is being rung" };

export class TestCall {
  constructor(service, editor, onStep) {
    this.service = service;
    this.editor = editor;
    this.onStep = onStep;
    this.moves = [];
    this.setting = null;
    this.busy = false;
    const by = (id) => document.getElementById(id);
    this.parts = Object.fromEntries(["start", "line", "when", "web", "call", "talk", "now", "choices", "say", "ask", "text", "moves", "values", "known"]
      .map((name) => [name, by(`try-${name}`)]));
    this.parts.start.querySelector("button").disabled = false;
    this.parts.start.addEventListener("submit", (event) => { event.preventDefault(); this.begin(); });
    this.parts.say.addEventListener("submit", (event) => { event.preventDefault(); this.enter(); });
  }

  async begin() {
    let answer = null;
    if (this.parts.web.value.trim()) {
      try { answer = JSON.parse(this.parts.web.value); } catch { answer = "?"; }
      if (!answer || typeof answer !== "object" || Array.isArray(answer)) {
        this.tell("What web services answer must be a JSON object, as {\"text\": \"on its way\"}.");
        return;
      }
    }
    const at = this.parts.when.value ? new Date(this.parts.when.value).getTime() / 1000 : null;
    this.setting = { line: this.parts.line.value, at_s: at, web_answer: answer };
    await this.run([]);
  }

  // Enter: what the first button does; keys when only keys are typed, silence when nothing is.
  enter() {
    const text = this.parts.text.value.trim();
    if (this.waits === "answer") this.do(/^[0-9*#]+$/.test(text) ? "press" : text ? "say" : "wait", text);
    else if (this.waits === "recording") this.do("message", text);
  }

  do(what, text) {
    if (what === "press" && !/^[0-9*#]+$/.test(text)) { this.tell("Keys are 0-9, * and #."); return; }
    if (what === "say" && !text) { this.do("wait", ""); return; }
    this.run([...this.moves, { do: what, text: what === "wait" ? "" : text }]);
  }

  async run(moves) {
    if (this.busy) return;
    this.busy = true;
    try {
      const told = await this.service.ask("POST", "/test-call", { ...this.setting, text: this.editor.text, moves });
      this.moves = moves;
      this.setting.at_s = told.at_s;
      this.show(told);
    } catch (error) {
      this.tell(error.message);
    } finally {
      this.busy = false;
    }
  }

  tell(text) {
    this.parts.call.hidden = false;
    this.parts.now.textContent = text;
  }

  show(told) {
    const { call, talk, now, text, ask, say, values, start } = this.parts;
    this.waits = told.waits_for;
    call.hidden = false;
    start.querySelector("button").textContent = "Call again";
    const known = talk.childElementCount;
    const lines = told.lines.map((line) => {
      const who = { caller: "You", ivr: "System", aside: "Not sent" }[line.who];
      const meta = make("p", { class: "meta" }, make("span", { class: "who" }, who));
      if (line.step) meta.append(make("span", { class: "step" }, line.step));
      return make("li", { class: line.who }, meta, make("p", { class: "words" }, line.text));
    });
    // Only what is new is added, so that only that is read aloud.
    if (known && known <= lines.length && this.same(talk, lines)) talk.append(...lines.slice(known));
    else talk.replaceChildren(...lines);
    talk.scrollTop = talk.scrollHeight;
    now.textContent = told.ended ? `The call is over: ${told.outcome || "hung up"}.` : `Now at ${told.step}.`;
    say.hidden = told.ended;
    ask.textContent = ASK[told.waits_for] || "";
    text.closest("label").hidden = told.waits_for === "transfer";
    text.value = "";
    this.buttons(told);
    values.replaceChildren(...Object.entries(told.variables).map(([name, value]) =>
      make("div", {}, make("dt", {}, name.replaceAll("_", " ")), make("dd", {}, value))));
    this.parts.known.hidden = !Object.keys(told.variables).length;
    this.onStep(told.step, told.version);
    if (!told.ended && told.waits_for !== "transfer") text.focus({ preventScroll: true });
  }

  same(talk, lines) {
    return [...talk.children].every((old, index) => old.textContent === lines[index].textContent);
  }

  buttons(told) {
    const { choices, moves, text } = this.parts;
    choices.replaceChildren(...(told.ended ? [] : told.choices).map((one) => {
      const chip = make("button", { type: "button", class: "chip" }, one.name);
      if (one.key) chip.prepend(make("kbd", {}, one.key), " ");
      chip.addEventListener("click", () => this.do("say", one.name));
      return chip;
    }));
    const possible = told.ended ? [] : [...(MOVES[told.waits_for] || []), ["hang up", "Hang up"]];
    moves.replaceChildren(...possible.map(([what, label, fixed]) => {
      const button = make("button", { type: "button" }, label);
      button.addEventListener("click", () => this.do(what, fixed || text.value.trim()));
      return button;
    }));
  }
}
