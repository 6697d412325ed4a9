// The caller's telephone: calls a line, shows what is understood, and says what could be said.

import { make } from "./flows_show.js";
import { Softphone } from "./softphone.js";

const ENDED = {
  completed: "The call is over.", canceled: "The call is over.", busy: "Busy.", "no-answer": "No answer.",
  failed: "The call failed.", lost: "The connection was lost, and the call with it.",
};
const LOOK_MS = 4000; // news comes at once; this is for when it does not

const by = (id) => document.getElementById(id);
const phone = new Softphone();
let callId = "";
let sinceMs = 0;
let news = null;
let looking = null;
let busy = false;
let again = false;

// --- connecting -------------------------------------------------------------------------------------------------------

async function place() {
  const answer = await fetch(`/phone/token?number=${encodeURIComponent(by("number").value)}`, { headers: { Accept: "application/json" } });
  const data = await answer.json().catch(() => ({ error: "The service does not answer as it should. Load the page again." }));
  if (!answer.ok) throw new Error(data.error);
  return data;
}

function connection(state, message) {
  if (state === "elsewhere") notice("This number now calls from another page. Load this page again to have it back.");
  else if (state === "refused") notice(`The exchange refuses this page: ${message}`);
  else if (state === "lost") notice(message || "The connection is lost. It is tried again.");
  else if (state === "open") notice("");
  draw();
}

function notice(text) {
  const shown = by("notice");
  shown.hidden = !text;
  if (shown.textContent !== text) shown.textContent = text;
}

// --- the handset ------------------------------------------------------------------------------------------------------

function draw() {
  const { call, connected } = phone;
  const state = call?.state || "";
  const rings = state === "ringing";
  by("call").hidden = Boolean(call);
  by("call").disabled = !connected;
  by("answer").hidden = !rings;
  by("hangup").hidden = !call;
  by("hangup").textContent = rings ? "Decline" : "Hang up";
  by("mute").disabled = state !== "answered";
  by("mute").setAttribute("aria-pressed", String(phone.muted));
  by("mute").textContent = phone.muted ? "Muted" : "Mute";
  for (const one of [by("line"), by("number")]) one.disabled = Boolean(call);
  for (const one of [...by("pad").querySelectorAll("button"), by("words"), by("speak")]) one.disabled = state !== "answered";
  clock();
}

function clock() {
  const { call, connected } = phone;
  const seconds = Math.floor((Date.now() - sinceMs) / 1000);
  const lasting = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (!call) state(connected ? by("state").dataset.last || "Ready" : "Connecting …");
  else if (call.state === "ringing") state(`${call.from} is calling`);
  else if (call.state === "dialling") state("Calling …");
  else { by("state").setAttribute("aria-live", "off"); by("state").textContent = `On the phone ${lasting}`; }
}

function state(text) {
  const shown = by("state");
  shown.setAttribute("aria-live", "polite");
  if (shown.textContent !== text) shown.textContent = text;
}

function begin(event, call) {
  if (event === "answered") {
    sinceMs = Date.now();
    if (callId !== call) {
      callId = call;
      by("talk").replaceChildren();
    }
    by("quiet").hidden = true;
    by("record").hidden = true;
    follow();
    refresh();
  }
  if (event === "answered" && document.activeElement === by("call")) by("hangup").focus();
}

function over(status) {
  by("state").dataset.last = ENDED[status] || "The call is over.";
  news?.close();
  news = null;
  clearInterval(looking);
  by("choices").replaceChildren();
  by("now").textContent = "";
  for (const id of ["mic", "far"]) by(id).value = 0;
  if (callId) {
    by("record").hidden = false;
    by("record-link").href = `/calls/${encodeURIComponent(callId)}`;
    setTimeout(refresh, 500);
  }
}

// --- what is said -----------------------------------------------------------------------------------------------------

function follow() {
  news?.close();
  clearInterval(looking);
  news = new EventSource("/events/calls");
  news.addEventListener("changed", ({ data }) => { if (JSON.parse(data).call === callId) refresh(); });
  looking = setInterval(refresh, LOOK_MS);
}

async function refresh() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await fetch(`/phone/calls/${encodeURIComponent(callId)}`, { headers: { Accept: "application/json" } });
    if (answer.ok) show(await answer.json());
  } catch {
    // the service is away for a moment; the next look tells
  } finally {
    busy = false;
    if (again) { again = false; refresh(); }
  }
}

function show(call) {
  const talk = by("talk");
  const lines = call.transcript.map(line);
  const known = talk.childElementCount;
  // Only what is new is added, so that only that is read aloud.
  const same = known <= lines.length && [...talk.children].every((old, index) => old.textContent === lines[index].textContent);
  if (!same) talk.replaceChildren(...lines);
  else if (lines.length > known) talk.append(...lines.slice(known));
  if (!same || lines.length > known) talk.scrollTop = talk.scrollHeight;
  if (!phone.call) { by("choices").replaceChildren(); by("now").textContent = call.outcome ? `Outcome: ${call.outcome}.` : ""; return; }
  by("now").textContent = call.step ? `Now at ${call.step}${call.waits_for ? `, waiting for ${waits(call)}` : ""}.` : "";
  choices(call);
}

const waits = (call) => (call.waits_for === "answer" && call.expect ? `an answer (${call.expect.replaceAll("_", " ")})` : call.waits_for);

function line({ who, text, at_s: at, confidence, step }) {
  const meta = make("p", { class: "meta" }, make("span", { class: "who" }, who === "caller" ? "You" : "System"),
    make("time", { class: "num" }, new Date(at * 1000).toLocaleTimeString([], { hour12: false })));
  if (confidence !== null && confidence !== undefined) meta.append(make("span", { title: "How sure the recogniser was" }, `${Math.round(confidence * 100)} % sure`));
  if (step) meta.append(make("span", { class: "step", title: "Step of the flow" }, step));
  return make("li", { class: who === "caller" ? "caller" : "ivr" }, meta, make("p", { class: "words" }, text));
}

function choices(call) {
  const named = new Map(); // of two with one name, the question's own
  for (const { name, key } of [...call.choices, ...call.examples.map((example) => ({ name: example, key: "" }))]) {
    if (!named.has(name)) named.set(name, key);
  }
  const texts = [...named];
  const drawn = JSON.stringify(texts);
  if (by("choices").dataset.drawn === drawn && by("choices").childElementCount) return;
  by("choices").dataset.drawn = drawn;
  by("choices").replaceChildren(...texts.map(([text, key]) => {
    const chip = make("button", { type: "button", class: "chip", title: key ? `or press ${key}` : "" }, text);
    if (key) chip.prepend(make("kbd", {}, key), " ");
    chip.addEventListener("click", () => phone.say(text));
    return chip;
  }));
}

// --- news and hands ---------------------------------------------------------------------------------------------------

phone.onEvent(({ event, ...news }) => {
  switch (event) {
    case "levels":
      by("mic").value = phone.muted ? 0 : news.mic;
      by("far").value = news.far;
      return;
    case "sound": notice(news.state === "waiting" ? "Your call goes on. Click anywhere to hear it." : ""); return;
    case "connection": connection(news.state, news.message); return;
    case "microphone":
      by("microphone-note").textContent = news.message ? `${news.message} Typing works without it.`
        : news.state === "on" ? "The microphone is on." : "The microphone is off. Typing works without it.";
      if (news.state === "failed") { by("microphone").checked = false; phone.microphone = false; }
      return;
    case "says": by("now").textContent = `Is being said: ${news.text}`; return;
    case "error": notice(news.message); break;
    case "dialling": case "ringing": case "answered": begin(event, news.call); break;
    case "ended": over(news.status); break;
  }
  draw();
});

by("dial").addEventListener("submit", (event) => {
  event.preventDefault();
  notice("");
  by("call").disabled = true; // until there is news
  phone.dial(by("line").value);
});
by("number").addEventListener("change", () => { phone.disconnect(); phone.connect(place); });
by("answer").addEventListener("click", () => phone.answer());
by("hangup").addEventListener("click", () => {
  if (phone.call?.state === "ringing") phone.decline();
  else phone.hangup();
  by("call").hidden = false;
  by("call").focus();
});
by("mute").addEventListener("click", () => phone.mute(!phone.muted));
by("pad").addEventListener("click", ({ target }) => {
  const key = target.closest("button")?.dataset.key;
  if (key) phone.press(key);
});
// Keys of the keyboard are keys of the telephone while the handset has the focus, but for its fields.
document.querySelector(".handset").addEventListener("keydown", (event) => {
  if (!/^[0-9*#]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey || phone.call?.state !== "answered") return;
  if (event.target.matches("select, input[type=tel]")) return;
  event.preventDefault();
  phone.press(event.key);
});
by("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = by("words").value.trim();
  if (text && phone.say(text)) by("words").value = "";
});
by("volume").addEventListener("input", () => phone.volume(Number(by("volume").value)));
const microphone = () => phone.useMicrophone(by("microphone").checked, { clean: by("clean").checked });
by("microphone").addEventListener("change", microphone);
by("clean").addEventListener("change", microphone);

setInterval(clock, 1000);
phone.microphone = by("microphone").checked;
phone.volume(Number(by("volume").value));
phone.connect(place);
draw();
