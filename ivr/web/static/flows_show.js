// Small pieces of page, made of text only: nothing that comes from a flow file is ever read as markup.

export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

const kind = (line) => ({ "+": "added", "-": "removed", "~": "changed", "@": "at" })[line.trim()[0]] || "";

export function problemList(problems, onClick) {
  return problems.map((one) => {
    const where = make("span", { class: "where" },
      make("span", { class: "sr" }, one.severity === "error" ? "Mistake at " : "Warning at "), `${one.file}:${one.line}:${one.column}`);
    const what = make("span", { class: "what" }, `${one.what} `, make("span", { class: "code" }, one.code));
    const button = make("button", { type: "button" }, where, what);
    if (one.instead) button.append(make("span", { class: "instead" }, one.instead));
    button.addEventListener("click", () => onClick(one));
    return make("li", { class: one.severity }, button);
  });
}

export function changeList(words, lines) {
  const parts = [];
  if (words.length) parts.push(make("ul", { class: "changes" }, ...words.map((line) => make("li", { class: kind(line) }, line))));
  else parts.push(make("p", { class: "empty" }, lines.length ? "The conversation is the same, or cannot be read; the text differs." : "Nothing: it is what is live."));
  if (lines.length) {
    const rows = lines.map((line) => make("span", { class: kind(line) }, `${line}\n`));
    const pre = make("pre", { class: "diff", tabindex: "0", "aria-label": "Lines that differ" }, ...rows);
    parts.push(make("details", { id: "lines-differ" }, make("summary", {}, "Line by line"), pre));
  }
  return parts;
}
