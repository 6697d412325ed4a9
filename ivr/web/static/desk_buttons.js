// What the buttons of the desk do. They come and go with the live part, so one listener above all hears them.

const by = (id) => document.getElementById(id);

export class Buttons {
  constructor({ telephone, be, control, ask, now }) {
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      const { state, reason, key } = button.dataset;
      if (button.id === "accept") telephone.accept(button.dataset.transfer);
      else if (button.id === "decline") telephone.decline();
      else if (button.id === "mute") telephone.mute();
      else if (button.id === "hangup") telephone.hangup();
      else if (button.id === "keypad") { by("pad").hidden = !by("pad").hidden; if (!by("pad").hidden) by("pad").querySelector("button").focus(); } else if (key) telephone.press(key);
      else if (button.dataset.ask) ask(button.dataset.ask);
      else if (button.dataset.do) control(now().call, { do: button.dataset.do, ...(button.dataset.to ? { to: button.dataset.to } : {}) });
      else if (state && button.closest(".switch")) { by("breaks").open = false; be(state, reason || ""); }
      if (["accept", "mute", "keypad"].includes(button.id)) telephone.draw();
    });
    // Keys typed while the pad has the focus.
    by("pad")?.addEventListener("keydown", (event) => {
      if (/^[0-9*#]$/.test(event.key) && !event.ctrlKey && !event.metaKey) telephone.press(event.key);
      else if (event.key === "Escape") { by("pad").hidden = true; by("keypad").focus(); telephone.draw(); }
    });
  }
}
