// Who is to be consulted, or to have the caller: free colleagues and open queues as they are now, or a number.

const by = (id) => document.getElementById(id);
const NUMBER = /^\+[1-9][0-9]{6,14}$/;

export class Whom {
  constructor() {
    this.answer = null;
    by("whom-close").addEventListener("click", () => by("whom").close());
    by("whom").addEventListener("close", () => this.#tell(null));
    by("whom-to").addEventListener("input", () => by("whom-to").setCustomValidity(""));
    by("whom-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const number = by("whom-to").value.replace(/[\s().-]/g, "");
      const chosen = number || by("whom-list").querySelector("input:checked")?.value || "";
      const wrong = number && !NUMBER.test(number) ? "A number begins with + and the country's code, as +15035550100." : chosen ? "" : "Choose somebody, or write a number.";
      by("whom-to").setCustomValidity(wrong);
      if (wrong) { by("whom-to").reportValidity(); return; }
      this.#tell({ to: chosen, ...(this.what === "transfer" && by("whom-note").value ? { note: by("whom-note").value } : {}) });
      by("whom").close();
    });
  }

  ask(what, caller) {
    this.#tell(null);
    this.what = what;
    const title = what === "consult" ? "Consult" : "Transfer";
    by("whom-h").textContent = `${title} …`;
    by("whom-do").textContent = title;
    by("whom-what").textContent = what === "consult" ? `${caller} hears music while you talk.` : `${caller} goes on without you; what you know goes along.`;
    by("whom-note-part").hidden = what === "consult";
    by("whom-to").value = by("whom-note").value = "";
    by("whom-list").replaceChildren();
    this.draw();
    by("whom").showModal();
    return new Promise((resolve) => { this.answer = resolve; });
  }

  // Keeps the list as it is now, and what was chosen as long as it is there.
  draw() {
    const list = by("whom-list");
    const chosen = list.querySelector("input:checked")?.value;
    const focused = document.activeElement?.name === "whom" ? document.activeElement.value : null;
    const options = [...by("targets").children];
    list.replaceChildren(...options.map((option) => {
      const label = document.createElement("label");
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: "whom", value: option.value, checked: option.value === chosen });
      const name = document.createElement("span");
      name.textContent = option.label;
      const kind = document.createElement("span");
      kind.className = "sub";
      kind.textContent = option.value.startsWith("agent") ? "free" : "queue";
      label.append(radio, name, kind);
      const item = document.createElement("li");
      item.append(label);
      return item;
    }));
    if (!options.length) list.append(Object.assign(document.createElement("li"), { className: "empty", textContent: "Nobody is free, and no queue is open." }));
    if (focused) [...list.querySelectorAll("input")].find((radio) => radio.value === focused)?.focus();
  }

  #tell(wish) {
    this.answer?.(wish);
    this.answer = null;
  }
}
