// The note about a call: kept as it is typed, and open until the agent is done with it, also after the call.

const SOON_MS = 700;
const AGAIN_MS = 3000;
const by = (id) => document.getElementById(id);

export class Note {
  constructor({ own, send, now }) {
    this.own = own;
    this.send = send;
    this.now = now;
    this.key = `note of ${own.agent}`;
    this.call = "";
    this.timer = 0;
    this.done = () => {};
    by("note").addEventListener("input", () => this.#later(SOON_MS));
    by("note").addEventListener("submit", (event) => { event.preventDefault(); this.#finish(); });
    addEventListener("pagehide", () => { if (this.timer) this.#save(); });
    const kept = sessionStorage.getItem(this.key);
    if (kept) this.#open(...JSON.parse(kept));
  }

  onDone(done) { this.done = done; }

  // The live part has changed: another caller, or the call is over.
  follow() {
    const { call, caller, place, state } = this.now();
    if (call && place === "in" && call !== this.call) this.#open(call, caller);
    const over = this.call && this.call !== call;
    by("note-done").textContent = over && state !== "available" ? "Save and be available" : "Save";
  }

  async #open(call, caller) {
    if (this.timer) await this.#save();
    this.call = call;
    sessionStorage.setItem(this.key, JSON.stringify([call, caller]));
    by("note-of").textContent = `About the call of ${caller}.`;
    by("note-state").textContent = "";
    by("note-text").value = by("note-outcome").value = "";
    by("note-fields").disabled = false;
    const { data } = await this.send("GET", `calls/${encodeURIComponent(call)}/notes`);
    const written = data?.notes.find((note) => note.agent === this.own.agent);
    if (!written || this.call !== call || by("note-text").value) return;
    by("note-text").value = written.text;
    by("note-outcome").value = written.outcome;
    by("note-state").textContent = "Saved.";
  }

  #later(ms) {
    clearTimeout(this.timer);
    by("note-state").textContent = "…";
    this.timer = setTimeout(() => this.#save(), ms);
  }

  async #save() {
    clearTimeout(this.timer);
    this.timer = 0;
    const call = this.call;
    const body = { text: by("note-text").value, outcome: by("note-outcome").value };
    const { error, status } = await this.send("PUT", `calls/${encodeURIComponent(call)}/notes/${encodeURIComponent(this.own.agent)}`, body);
    if (this.call !== call) return !error;
    by("note-state").textContent = error ? `Not saved: ${error}` : "Saved.";
    if (error && (status === 0 || status >= 500) && !this.timer) this.timer = setTimeout(() => this.#save(), AGAIN_MS);
    return !error;
  }

  async #finish() {
    if (!this.call || !(await this.#save())) return;
    if (this.now().call === this.call) return;
    this.call = "";
    sessionStorage.removeItem(this.key);
    by("note-fields").disabled = true;
    by("note-text").value = by("note-outcome").value = "";
    by("note-of").textContent = "Saved. The next note belongs to the call that you take next.";
    by("note-state").textContent = "";
    this.done();
  }
}
