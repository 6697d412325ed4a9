// The inbox: what a page alone cannot do. Lists, buttons and undo are links and forms; here are ticking many, the keys,
// opening as reading, and news about the message that is open.

import { shortcuts } from "./desk_keys.js";
import { player } from "./voicemail_player.js";

const by = (id) => document.getElementById(id);
const inbox = document.querySelector(".inbox");
const message = by("message");
document.documentElement.classList.add("js");

// --- ticking: the list comes anew with the news, what is ticked stays so ---

const ticked = new Set();
const boxes = () => [...document.querySelectorAll("#bulk input[name=id]")];

function draw() {
  const all = by("all");
  if (!all) return;
  const here = boxes();
  for (const id of ticked) if (!here.some((box) => box.value === id)) ticked.delete(id);
  for (const box of here) box.checked = ticked.has(box.value);
  all.checked = here.length > 0 && ticked.size === here.length;
  all.indeterminate = ticked.size > 0 && ticked.size < here.length;
  const text = ticked.size ? `${ticked.size} ticked` : "";
  if (by("ticked").textContent !== text) by("ticked").textContent = text;
  for (const button of document.querySelectorAll("#bulk button[name=do]")) button.disabled = ticked.size === 0;
}

document.addEventListener("change", ({ target }) => {
  if (target.id === "all") for (const box of boxes()) target.checked ? ticked.add(box.value) : ticked.delete(box.value);
  else if (target.matches("#bulk input[name=id]")) target.checked ? ticked.add(target.value) : ticked.delete(target.value);
  else return;
  draw();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("#bulk input")) return;
  event.preventDefault();  // it would press the first button of the form
  if (event.target.name === "why") event.target.parentElement.querySelector("button").click();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-sure]");
  if (button && !confirm(button.dataset.sure)) event.preventDefault();
});
document.addEventListener("live:changed", draw);
draw();

// --- the open message: what news say of it is shown, what is being written or heard stays ---

const known = new Map([...document.querySelectorAll("[data-part]")].map((part) => [part.id, part.outerHTML]));
document.addEventListener("live:page", ({ detail: page }) => {
  for (const [id, was] of known) {
    const fresh = page.getElementById(id);
    if (!fresh || fresh.outerHTML === was) continue;
    known.set(id, fresh.outerHTML);
    by(id).replaceWith(document.adoptNode(fresh));
  }
  sound?.words();
});

const sound = by("player") ? player() : null;

async function read() {
  if (message?.dataset.status !== "new") return;
  message.dataset.status = "read";
  try {
    await fetch("/api/v1/voicemails/changes", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Page-Token": inbox.dataset.token },
      body: JSON.stringify({ ids: [message.dataset.id], status: "read" }),
    });
  } catch {
    // it stays new until it is opened again
  }
}
read();

// --- the keyboard ---

const press = (id) => () => { const button = by(id); if (button && !button.disabled && button.offsetParent) button.click(); };
function step(by_) {
  const links = [...document.querySelectorAll(".message-row > a")];
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  (links[at < 0 ? (by_ > 0 ? 0 : -1) : at + by_] ?? document.querySelector(by_ > 0 ? ".pager [rel=next]" : "#none"))?.click();
}
shortcuts([
  ["ArrowDown", "↓", "The next message", () => step(1)],
  ["ArrowUp", "↑", "The message before", () => step(-1)],
  ["Space", "Space", "Play or pause", press("play")],
  ["ArrowLeft", "←", "5 seconds back", press("back5")],
  ["ArrowRight", "→", "5 seconds on", press("on5")],
  ["KeyY", "Y", "Done, or open again", press("do-done")],
  ["KeyU", "U", "Urgent, or not", press("do-urgent")],
  ["KeyZ", "Z", "Undo", press("undo")],
  ["KeyS", "S", "Write a note", () => by("note-text")?.focus()],
  ["KeyF", "F", "Search", () => by("search").focus()],
], by("keys"), by("keys-list"), by("keys-open"));
