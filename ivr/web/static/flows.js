// The flows page: holds picture, editor, test call and publishing together.

import { Service } from "./flows_api.js";
import { Editor } from "./flows_editor.js";
import { Live } from "./flows_live.js";
import { Picture } from "./flows_picture.js";
import { changeList, counted, make, problemList } from "./flows_show.js";
import { TestCall } from "./flows_try.js";

const PAUSE_MS = 350; // after the last key
const by = (id) => document.getElementById(id);
const page = by("flows");
const service = new Service(page.dataset.token);
const state = { draft: page.dataset.draft, saved: "", live: page.dataset.live, steps: {}, tried: "", checking: null, leaving: false };

const editor = new Editor(by("text"), by("numbers"));
state.saved = editor.text;
by("text").readOnly = false;
const picture = new Picture(by("picture"), document.querySelector(".zoom"), (line) => {
  if (by("view").value !== "live" || !state.differs) editor.goToStep(line);
});
const goTo = (one) => editor.goTo(one.at || one.line, one.column);
for (const button of document.querySelectorAll("#problems button")) {
  button.addEventListener("click", () => editor.goTo(Number(button.dataset.line), Number(button.dataset.column)));
}

// --- notices --------------------------------------------------------------------------------------------------------

function notice(text, ...actions) {
  const buttons = actions.map(([label, action]) => {
    const button = make("button", { type: "button" }, label);
    button.addEventListener("click", action);
    return button;
  });
  by("notice").replaceChildren(make("span", {}, text), ...buttons);
  by("notice").className = "notice";
  by("notice").hidden = !text;
}

// The same for what went well.
function fine(text, ...actions) {
  notice(text, ...actions);
  by("notice").className = "notice fine";
}

// --- what is said of the text ---------------------------------------------------------------------------------------

const isDirty = () => editor.text !== state.saved;
let waiting = null;

by("text").addEventListener("input", () => {
  buttons();
  clearTimeout(waiting);
  waiting = setTimeout(check, PAUSE_MS);
});
by("view").disabled = false;
by("view").addEventListener("change", check);

async function check() {
  if (state.checking) state.checking.abort();
  const own = new AbortController();
  state.checking = own;
  try {
    show(await service.ask("POST", "/check", { text: editor.text, picture: by("view").value }, { signal: own.signal }));
  } catch (error) {
    if (error.name !== "AbortError") say(error.message, false);
  }
}

function say(text, good) {
  if (by("summary").textContent !== text) by("summary").textContent = text;
  by("summary").className = good ? "good" : "bad";
}

function show(found) {
  say(found.summary, found.ok);
  by("problems").replaceChildren(...problemList(found.problems, goTo));
  editor.mark(found.problems);
  state.differs = found.diff.length > 0;
  state.version = found.version;
  picture.show(found.picture);
  by("picture-note").hidden = Boolean(found.picture);
  rings();
  const open = by("lines-differ") && by("lines-differ").open;
  by("changes").replaceChildren(...changeList(found.changes, found.diff));
  if (open && by("lines-differ")) by("lines-differ").open = true;
  buttons();
}

// Calls run on what is live, so they are shown there only; the test call runs on the draft.
function rings() {
  const isLive = by("view").value === "live" || !state.differs;
  const shown = {};
  if (isLive) for (const [step, count] of Object.entries(state.steps)) shown[step] = counted(count, "call");
  if (state.tried && (by("view").value !== "live" || !state.differs)) shown[state.tried] = shown[state.tried] ? `${shown[state.tried]} + test` : "test call";
  picture.ring(shown);
}

// --- the draft ------------------------------------------------------------------------------------------------------

function buttons() {
  by("save").disabled = !isDirty();
  by("publish").disabled = !isDirty() && !state.draft && Boolean(page.dataset.published);
  by("discard").hidden = !state.draft && !isDirty();
  by("discard").disabled = false;
  by("standing").textContent = isDirty() ? "Not saved yet." : state.draft ? "The draft is saved." : "There is no draft.";
}

async function save(over = state.draft) {
  const text = editor.text;
  try {
    const saved = await service.ask("PUT", "/draft", { text, over });
    state.draft = saved.version;
    state.saved = text;
    notice("");
    buttons();
    return true;
  } catch (error) {
    if (error.status === 409) overtaken(error.data.draft);
    else notice(error.message);
    return false;
  }
}

function overtaken(theirs) {
  const mine = editor.text;
  const take = () => {
    state.draft = theirs ? theirs.version : "";
    if (!theirs) { leave(); return; }
    state.saved = theirs.text;
    editor.text = theirs.text;
    notice("This is their draft.", ["Back to mine", () => { editor.text = mine; notice(""); }]);
  };
  const what = theirs ? "Somebody else saved this draft in the meantime." : "Somebody else published or threw away this draft in the meantime.";
  notice(what, [theirs ? "Show theirs" : "Load the page again", take], ["Keep mine", () => save(theirs ? theirs.version : "")]);
}

by("save").addEventListener("click", () => save());
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && !event.altKey) {
    event.preventDefault();
    if (isDirty()) save();
  }
});
by("discard").addEventListener("click", () => {
  notice("Throw the draft away and show what is live?", ["Throw it away", async () => {
    try {
      if (state.draft) await service.ask("DELETE", "/draft", { over: state.draft });
      leave();
    } catch (error) {
      if (error.status === 409) overtaken(error.data.draft);
      else notice(error.message);
    }
  }], ["Keep it", () => notice("")]);
});
if (by("take-file")) {
  by("take-file").disabled = false;
  by("take-file").addEventListener("click", async () => {
    const mine = editor.text;
    try {
      editor.text = (await service.ask("GET", "")).file.text;
      notice("This is the file, not saved as the draft yet.", ["Back to what was here", () => { editor.text = mine; notice(""); }]);
    } catch (error) {
      notice(error.message);
    }
  });
}

addEventListener("beforeunload", (event) => { if (isDirty() && !state.leaving) event.preventDefault(); });

function leave() {
  state.leaving = true;
  location.reload();
}

// --- the rest -------------------------------------------------------------------------------------------------------

new TestCall(service, editor, (step) => {
  state.tried = step;
  rings();
  if (step) picture.reveal(step);
});
const live = new Live(service, {
  live: state.live,
  draft: () => state.draft,
  save: async () => (isDirty() || !state.draft ? save() : true),
  goTo,
  notice,
  fine,
  leave,
});
by("publish").addEventListener("click", () => live.askPublish());

async function refresh() {
  let now;
  try { now = await service.ask("GET", `/state?version=${encodeURIComponent(state.live)}`); } catch { return; }
  state.steps = now.steps;
  rings();
  const under = Object.values(now.steps).reduce((sum, count) => sum + count, 0);
  const told = [];
  if (under) told.push(`${counted(under, "call")} under way${state.differs && by("view").value !== "live" ? ", shown at what is live" : ""}.`);
  if (now.elsewhere) told.push(`${counted(now.elsewhere, "call")} on other versions.`);
  if (by("calls-now").textContent !== told.join(" ")) by("calls-now").textContent = told.join(" ");
  if (now.live !== state.live && !state.leaving) notice("Another version was made live.", ["Load the page again", leave]);
}

let coming = null;
const later = () => { if (coming === null) coming = setTimeout(() => { coming = null; refresh(); }, 250); };
if (window.EventSource) {
  const listen = () => {
    const source = new EventSource(`/events/all?after=${encodeURIComponent(page.dataset.after)}`);
    source.addEventListener("changed", later);
    source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) setTimeout(() => { refresh(); listen(); }, 10000); });
  };
  listen();
}
buttons();
refresh();
check();
