// The editor: a plain text area with line numbers that know where the mistakes are.

const INDENT = "  ";

export class Editor {
  constructor(area, numbers) {
    this.area = area;
    this.numbers = numbers;
    this.leaving = false; // after Escape, Tab moves on as everywhere else
    area.addEventListener("input", () => this.count());
    area.addEventListener("scroll", () => { numbers.scrollTop = area.scrollTop; });
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("blur", () => { this.leaving = false; });
    this.count();
  }

  get text() { return this.area.value; }

  set text(text) {
    this.area.value = text;
    this.count();
    this.area.dispatchEvent(new Event("input"));
  }

  count() {
    const lines = this.area.value.split("\n").length;
    while (this.numbers.childElementCount > lines) this.numbers.lastElementChild.remove();
    const fresh = document.createDocumentFragment();
    for (let line = this.numbers.childElementCount + 1; line <= lines; line += 1) {
      const number = document.createElement("span");
      number.textContent = String(line);
      fresh.append(number);
    }
    this.numbers.append(fresh);
    this.numbers.scrollTop = this.area.scrollTop;
  }

  // Colours the numbers of lines that something is said about.
  mark(problems) {
    for (const number of this.numbers.querySelectorAll("[class]")) number.removeAttribute("class");
    for (const one of problems) {
      const number = this.numbers.children[(one.at || one.line) - 1];
      if (number && number.className !== "error") number.className = one.severity;
    }
  }

  key(event) {
    if (event.key === "Escape") { this.leaving = true; return; }
    if (event.key !== "Tab") { if (event.key !== "Shift") this.leaving = false; return; }
    if (this.leaving || this.area.readOnly || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = this.area;
    const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
    if (!event.shiftKey && selectionStart === selectionEnd) { this.write(INDENT); return; }
    const old = value.slice(from, selectionEnd);
    const lines = old.split("\n");
    const now = lines.map((line) => (event.shiftKey ? line.replace(/^ {1,2}/, "") : line && INDENT + line)).join("\n");
    if (now === old) return;
    this.area.setSelectionRange(from, selectionEnd);
    this.write(now);
    this.area.setSelectionRange(lines.length > 1 ? from : from + now.length, from + now.length);
  }

  // Through the browser's own typing, so that undo knows of it.
  write(text) {
    this.area.focus();
    if (!document.execCommand("insertText", false, text)) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.dispatchEvent(new Event("input"));
    }
  }

  // Where a line begins in the text.
  start(line) {
    let at = 0;
    for (let number = 1; number < line; number += 1) {
      const end = this.area.value.indexOf("\n", at);
      if (end < 0) return at;
      at = end + 1;
    }
    return at;
  }

  goTo(line, column) {
    const at = Math.min(this.start(line) + column - 1, this.area.value.length);
    this.select(at, at, line);
  }

  // Selects what is written from `line` on: it and all lines that are indented deeper.
  goToStep(line) {
    const lines = this.area.value.split("\n");
    const depth = (text) => text.length - text.trimStart().length;
    let last = line;
    for (let number = line + 1; number <= lines.length; number += 1) {
      const text = lines[number - 1];
      if (text.trim() && depth(text) <= depth(lines[line - 1] || "")) break;
      if (text.trim()) last = number;
    }
    const from = this.start(line) + depth(lines[line - 1] || "");
    this.select(from, this.start(last) + (lines[last - 1] || "").length, line);
  }

  select(from, to, line) {
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(from, to);
    const height = this.numbers.firstElementChild ? this.numbers.firstElementChild.getBoundingClientRect().height : 20;
    this.area.scrollTop = Math.max(0, (line - 1) * height - this.area.clientHeight / 3);
    this.area.scrollLeft = 0;
    this.area.scrollIntoView({ block: "nearest" });
  }
}
