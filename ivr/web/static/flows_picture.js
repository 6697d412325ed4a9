// The picture: its size, clicks on steps, and rings around steps where somebody is.

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.2;
const LARGEST = 3;

export class Picture {
  constructor(region, zoom, onLine) {
    this.region = region;
    this.rings = {};
    this.scale = 0; // 0 is: as wide as the room there is
    zoom.hidden = false;
    zoom.addEventListener("click", (event) => {
      const button = event.target.closest("[data-zoom]");
      if (button) this.zoom(button.dataset.zoom);
    });
    region.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      const line = link && /^#L(\d+)$/.exec(link.getAttribute("href") || "");
      if (!line) return;
      event.preventDefault();
      onLine(Number(line[1]));
    });
    new ResizeObserver(() => this.size()).observe(region);
    this.size();
  }

  get svg() { return this.region.querySelector("svg"); }

  // `text` is what our own service has drawn; it is read as a picture, not as a page. Without one the last stays, pale.
  show(text) {
    this.region.classList.toggle("stale", !text);
    if (!text) return;
    const drawn = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (drawn.nodeName !== "svg") return;
    const { scrollLeft, scrollTop } = this.region;
    this.region.replaceChildren(document.importNode(drawn, true));
    this.size();
    this.region.scrollTo(scrollLeft, scrollTop);
    this.ring(this.rings);
  }

  zoom(how) {
    const now = this.scale || this.fitting();
    if (how === "fit") this.scale = 0;
    else this.scale = Math.min(LARGEST, Math.max(SMALLEST, now * (how === "in" ? 1.25 : 0.8)));
    this.size();
  }

  fitting() {
    const svg = this.svg;
    return svg ? Math.min(1, (this.region.clientWidth - 2) / svg.viewBox.baseVal.width) : 1;
  }

  size() {
    const svg = this.svg;
    if (!svg) return;
    const scale = this.scale || Math.max(this.fitting(), 0.55); // smaller cannot be read: then it scrolls
    svg.setAttribute("width", String(Math.floor(svg.viewBox.baseVal.width * scale)));
    svg.setAttribute("height", String(Math.floor(svg.viewBox.baseVal.height * scale)));
  }

  // Rings steps: {"main.0": "2 calls"}.
  ring(rings) {
    this.rings = rings;
    const svg = this.svg;
    if (!svg) return;
    for (const old of svg.querySelectorAll(".live, .live-ink")) old.remove();
    for (const [step, label] of Object.entries(rings)) {
      const card = svg.querySelector(`[data-step="${CSS.escape(step)}"] .card`);
      if (!card) continue;
      const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(card.getAttribute(name)));
      const wide = label.length * 6 + 16;
      const left = x + width - wide - 8;
      svg.append(
        shape("rect", "live ring", { x: x - 1, y: y - 1, width: width + 2, height: height + 2, rx: 10 }),
        shape("rect", "live badge", { x: left, y: y - 8, width: wide, height: 16, rx: 8 }),
        shape("text", "live-ink", { x: left + wide / 2, y: y + 3.6, "font-size": 10, "font-weight": 700, "text-anchor": "middle" }, label),
      );
    }
  }

  reveal(step) {
    const card = this.svg && this.svg.querySelector(`[data-step="${CSS.escape(step)}"] .card`);
    if (!card) return;
    const box = card.getBoundingClientRect();
    const room = this.region.getBoundingClientRect();
    if (box.top >= room.top && box.bottom <= room.bottom && box.left >= room.left && box.right <= room.right) return;
    this.region.scrollBy(box.left - room.left - (room.width - box.width) / 2, box.top - room.top - (room.height - box.height) / 2);
  }
}

function shape(name, kind, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  made.setAttribute("class", kind);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}
