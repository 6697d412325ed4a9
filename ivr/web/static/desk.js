// The agent's desk: what a page alone cannot do. What is shown comes from the service (live.js swaps it in); here are
// the telephone, the buttons, the note and the keyboard.

import { Buttons } from "./desk_buttons.js";
import { shortcuts } from "./desk_keys.js";
import { Note } from "./desk_note.js";
import { Telephone } from "./desk_telephone.js";
import { Whom } from "./desk_whom.js";

const by = (id) => document.getElementById(id);
const desk = by("desk");
const own = { agent: desk.dataset.agent, token: desk.dataset.token };

document.documentElement.classList.add("js");

export function notice(text) {
  const shown = by("notice");
  shown.hidden = !text;
  if (shown.textContent !== text) shown.textContent = text;
}

// What is done with the service: a sentence when it is refused.
async function send(method, path, body) {
  try {
    const answer = await fetch(`/api/v1/${path}`, {
      method, keepalive: true,
      headers: { "Content-Type": "application/json", "X-Page-Token": own.token },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const data = await answer.json().catch(() => ({ error: "The service does not answer as it should." }));
    return answer.ok ? { data, error: "" } : { data: null, error: data.error || "That was refused.", status: answer.status };
  } catch {
    return { data: null, error: "The service is not reached just now.", status: 0 };
  }
}

const now = () => by("live").dataset;
const look = () => document.dispatchEvent(new CustomEvent("live:look"));

const telephone = new Telephone({ source: desk.dataset.phone, kind: desk.dataset.phoneKind, now, look, notice });
const note = by("note") ? new Note({ own, send, now }) : null;
const whom = new Whom();

async function be(state, reason = "") {
  const { error } = await send("POST", `agents/${encodeURIComponent(own.agent)}/state`, { state, reason });
  notice(error);
  look();
}

async function control(call, wish) {
  const { error } = await send("POST", `calls/${encodeURIComponent(call)}/controls`, { ...wish, as: own.agent });
  notice(error);
  look();
}

async function ask(what) {
  const { call, caller } = now();
  if (!call) return;
  look(); // who is free just now
  const wish = await whom.ask(what, caller);
  if (wish) await control(call, { do: what, ...wish });
}

new Buttons({ telephone, be, control, ask, now });
note?.onDone(() => { if (now().state !== "available" && !now().call) be("available"); });
document.addEventListener("live:changed", () => { note?.follow(); whom.draw(); telephone.draw(); });
note?.follow();

const press = (id) => () => { const button = by(id); if (button && !button.disabled && button.offsetParent) button.click(); };
shortcuts([
  ["KeyY", "Y", "Accept the caller", press("accept")],
  ["KeyX", "X", "Decline the caller", press("decline")],
  ["KeyM", "M", "Mute or unmute", press("mute")],
  ["KeyH", "H", "Hold or take off hold", press("do-hold")],
  ["KeyK", "K", "Keypad", press("keypad")],
  ["KeyU", "U", "Consult a colleague", press("do-consult")],
  ["KeyF", "F", "Transfer the caller", press("do-transfer")],
  ["KeyG", "G", "Record, or pause it for a secret", press("do-record")],
  ["KeyE", "E", "Hang up", press("hangup")],
  ["KeyS", "S", "Write the note", () => by("note-text")?.focus()],
  ["Digit1", "1", "Be available", press("be-available")],
  ["Digit2", "2", "Take a break", () => { const menu = by("breaks"); menu.open = !menu.open; if (menu.open) menu.querySelector("button").focus(); }],
  ["Digit3", "3", "Go offline", press("be-offline")],
], by("keys"), by("keys-list"), by("keys-open"));
