// Publishing and taking back: first what the gate finds, then a reason, then it is done; and it can be undone.

import { changeList, counted, make, problemList } from "./flows_show.js";

const UNDO = "flows-undo";
const by = (id) => document.getElementById(id);

export class Live {
  constructor(service, page) {
    this.service = service;
    this.page = page; // {live, draft(), save(), goTo(problem), notice(...), fine(...)}
    this.gate = by("gate");
    this.back = by("back");
    for (const button of document.querySelectorAll("dialog [data-close]")) {
      button.addEventListener("click", () => button.closest("dialog").close());
    }
    by("gate-form").addEventListener("submit", (event) => { event.preventDefault(); this.publish(); });
    by("back-form").addEventListener("submit", (event) => { event.preventDefault(); this.rollBack(); });
    by("gate-agreed").addEventListener("change", () => this.allow());
    for (const button of document.querySelectorAll("[data-back]")) {
      button.disabled = false;
      button.addEventListener("click", () => this.askBack(button.dataset.back));
    }
    this.offerUndo();
  }

  async askPublish() {
    by("gate-ask").hidden = true;
    by("gate-do").disabled = true;
    by("gate-do").hidden = false;
    by("gate-found").replaceChildren(make("p", { class: "empty" }, "Checking, rehearsing, and running past calls again …"));
    this.gate.showModal();
    try {
      if (!(await this.page.save())) { this.gate.close(); return; }
      this.found(await this.service.ask("POST", "/publish", { look: true, draft: this.page.draft(), over: this.page.live }));
    } catch (error) {
      this.failed(error);
    }
  }

  found(gate, error = "") {
    const mistakes = gate.problems.filter((one) => one.severity === "error");
    const parts = [make("p", { class: gate.passes ? "good" : "bad" }, error || (gate.passes ? "" : "Not published. The draft is kept as it is. "), ` ${gate.summary}`)];
    if (mistakes.length) {
      const list = problemList(mistakes, (one) => { this.gate.close(); this.page.goTo(one); });
      parts.push(make("ol", { class: "problems" }, ...list));
    }
    if (gate.failures.length) {
      parts.push(make("h3", {}, "Conversation tests that fail"), make("ul", { class: "failures" }, ...gate.failures.map((one) => make("li", {}, one))));
    }
    if (gate.passes) {
      const warnings = gate.problems.filter((one) => one.severity === "warning").length;
      if (warnings) parts.push(make("p", { class: "sub" }, `${counted(warnings, "warning")} under the editor.`));
      if (gate.changes.length) parts.push(make("h3", {}, "What changes"), ...changeList(gate.changes, []));
      if (gate.replay && gate.replay.groups.length) parts.push(make("h3", {}, "Past calls that would go another way"), groups(gate.replay.groups));
    }
    by("gate-found").replaceChildren(...parts);
    by("gate-ask").hidden = !gate.passes;
    by("gate-do").hidden = !gate.passes;
    by("gate-agree").hidden = !gate.differs;
    by("gate-agreed").checked = false;
    by("gate-agree").querySelector("span").textContent = "These calls are meant to go another way.";
    this.allow();
  }

  allow() { by("gate-do").disabled = !by("gate-agree").hidden && !by("gate-agreed").checked; }

  failed(error) {
    if (error.data && error.data.problems) { this.found(error.data, error.message); return; }
    by("gate-found").replaceChildren(make("p", { class: "bad" }, error.message));
    by("gate-do").hidden = true;
  }

  async publish() {
    if (!by("gate-why").value.trim()) { by("gate-why").focus(); return; }
    by("gate-do").disabled = true;
    try {
      const done = await this.service.ask("POST", "/publish", {
        draft: this.page.draft(), over: this.page.live, why: by("gate-why").value, name: by("gate-name").value, agreed: by("gate-agreed").checked,
      });
      this.reload(`Version ${done.publication.version} is live. New calls run on it.`, done);
    } catch (error) {
      this.failed(error);
    }
  }

  async askBack(version) {
    this.version = version;
    by("back-h").textContent = `Go back to version ${version}`;
    by("back-found").replaceChildren(make("p", { class: "empty" }, "Looking at what it changes …"));
    this.back.showModal();
    try {
      const { changes, diff } = await this.service.ask("GET", `/versions/${encodeURIComponent(version)}/diff`);
      by("back-found").replaceChildren(make("p", {}, "New calls will run on it. Calls under way and the draft are left as they are."), ...changeList(changes, diff));
    } catch (error) {
      by("back-found").replaceChildren(make("p", { class: "bad" }, error.message));
    }
  }

  async rollBack() {
    try {
      const done = await this.service.ask("POST", "/rollback", {
        version: this.version, over: this.page.live, why: by("back-why").value, name: by("back-name").value,
      });
      this.reload(`Version ${done.publication.version} is live again.`, done);
    } catch (error) {
      by("back-found").replaceChildren(make("p", { class: "bad" }, error.message));
    }
  }

  reload(text, done) {
    sessionStorage.setItem(UNDO, JSON.stringify({ text, live: done.publication.version, before: done.before }));
    this.page.leave();
  }

  // After the page was loaded again: what was done, and a way back.
  offerUndo() {
    const kept = sessionStorage.getItem(UNDO);
    sessionStorage.removeItem(UNDO);
    if (!kept) return;
    const { text, live, before } = JSON.parse(kept);
    if (live === null || live === before) { this.page.fine(text); return; }
    this.page.fine(text, ["Undo", async () => {
      try {
        const done = await this.service.ask("POST", "/rollback", { version: before, over: this.page.live, why: "Undone." });
        sessionStorage.setItem(UNDO, JSON.stringify({ text: before ? `Version ${before} is live again.` : "The flow file is live as it is saved, as before.", live: null, before: done.before }));
        this.page.leave();
      } catch (error) {
        this.page.notice(error.message);
      }
    }]);
  }
}

function groups(list) {
  return make("ul", { class: "failures" }, ...list.slice(0, 20).map((group) => make("li", {},
    make("strong", {}, group.step), ` ${group.place}: ${counted(group.calls, "call")}`,
    make("ul", {}, ...group.endings.slice(0, 4).map((one) => make("li", { class: "sub" }, `${one.was} → ${one.now} (${counted(one.calls.length, "call")})`))))));
}
