// Hearing a message: the waveform, the words, the speed. The sound is an ordinary audio element.

const by = (id) => document.getElementById(id);
const SPEED = "ringdown voicemail speed";

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export function player() {
  const sound = by("sound");
  const seek = by("seek");
  const width = by("played").ownerSVGElement.viewBox.baseVal.width;
  const length = () => (Number.isFinite(sound.duration) && sound.duration) || Number(by("player").dataset.length) || 1;
  let spans = [];
  let current = null; // the word that is heard
  let chosen = -1; // the word the arrow keys are at

  sound.removeAttribute("controls");

  const paint = () => {
    const at = sound.currentTime;
    by("played-to").setAttribute("width", String((width * at) / length()));
    if (document.activeElement !== seek || !sound.paused) seek.value = String(at);
    seek.setAttribute("aria-valuetext", `${clock(at)} of ${clock(length())}`);
    by("at").textContent = clock(at);
    const now = sound.paused && at === 0 ? null : spans.findLast((span) => Number(span.dataset.s) <= at + 0.05) ?? null;
    if (now === current) return;
    current?.classList.remove("now");
    now?.classList.add("now");
    current = now;
  };
  // While it plays every frame is painted: the browser's own events come four times a second, words more often.
  const keep = () => { paint(); if (!sound.paused && !sound.ended) requestAnimationFrame(keep); };

  const buttons = () => {
    const playing = !sound.paused && !sound.ended;
    by("play").setAttribute("aria-pressed", String(playing));
    by("play-word").textContent = playing ? "Pause" : "Play";
    by("play").querySelector(".icon").textContent = playing ? "❚❚" : "▶";
  };
  const wrong = (text) => { const notice = by("notice"); notice.textContent = text; notice.hidden = !text; };
  const play = () => sound.play().then(() => wrong(""), (error) => { if (error.name !== "AbortError") wrong("The recording cannot be played."); });
  const go = (at) => { sound.currentTime = Math.max(0, Math.min(length() - 0.05, at)); paint(); };
  const from = (span) => { go(Number(span.dataset.s)); play(); };

  sound.addEventListener("play", () => { buttons(); keep(); });
  for (const name of ["pause", "ended"]) sound.addEventListener(name, () => { buttons(); paint(); });
  for (const name of ["seeked", "loadedmetadata", "timeupdate"]) sound.addEventListener(name, paint);
  by("play").addEventListener("click", () => (sound.paused ? play() : sound.pause()));
  by("back5").addEventListener("click", () => go(sound.currentTime - 5));
  by("on5").addEventListener("click", () => go(sound.currentTime + 5));
  seek.addEventListener("input", () => go(Number(seek.value)));

  const speed = by("speed");
  const quick = (value) => { sound.defaultPlaybackRate = sound.playbackRate = Number(value); };
  try {
    const kept = localStorage.getItem(SPEED);
    if (kept && [...speed.options].some((option) => option.value === kept)) speed.value = kept;
  } catch { /* a browser that keeps nothing begins with the ordinary speed */ }
  quick(speed.value);
  speed.addEventListener("change", () => {
    quick(speed.value);
    try { localStorage.setItem(SPEED, speed.value); } catch { /* likewise */ }
  });

  document.addEventListener("click", ({ target }) => {
    const span = target.closest?.("#words .w");
    if (span && getSelection().isCollapsed) from(span);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "words" || event.ctrlKey || event.altKey || event.metaKey) return;
    const by_ = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by_ && spans.length) {
      spans[chosen]?.classList.remove("chosen");
      chosen = Math.max(0, Math.min(spans.length - 1, (chosen < 0 && current ? spans.indexOf(current) : chosen) + by_));
      spans[chosen].classList.add("chosen");
      spans[chosen].scrollIntoView({ block: "nearest" });
      event.preventDefault();
    } else if (event.key === "Enter" && spans[chosen]) {
      from(spans[chosen]);
      event.preventDefault();
    }
  });

  const words = () => { spans = [...document.querySelectorAll("#words .w")]; current = null; chosen = -1; paint(); };
  words();
  buttons();
  return { words };
}
