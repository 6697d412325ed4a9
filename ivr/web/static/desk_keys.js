// Keyboard shortcuts: Ctrl and Shift with a key, so that nothing is done by typing; "?" shows them.

const typing = (element) => element?.closest?.("input, textarea, select, [contenteditable]");

export function shortcuts(keys, sheet, list, opener) {
  for (const [, letter, what] of keys) {
    const row = document.createElement("div");
    const name = document.createElement("dt");
    for (const part of ["Ctrl", "Shift", letter]) name.append(Object.assign(document.createElement("kbd"), { textContent: part }), " ");
    row.append(name, Object.assign(document.createElement("dd"), { textContent: what }));
    list.append(row);
  }
  opener.addEventListener("click", () => sheet.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && !typing(event.target) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) sheet.showModal();
      return;
    }
    if (!(event.ctrlKey && event.shiftKey) || event.altKey || event.metaKey || event.repeat) return;
    const found = keys.find(([code]) => code === event.code);
    if (!found || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    found[3]();
  });
}
