// Keeps a page up to date: on news it fetches the page again and swaps the live part in. Without JavaScript the
// pages reload themselves instead.
"use strict";

(() => {
  const QUIET_MS = 250; // news comes in bursts: one refresh for all of them
  const OTHERS_MS = 100; // times the size of the team: so long what concerns only others may wait
  let region = document.getElementById("live");
  let waiting = null;
  let due = Infinity;
  let busy = false;
  let again = false;

  // Times that count up: "waiting for 0:42".
  const tick = () => {
    for (const time of document.querySelectorAll("time[data-since]")) {
      const whole = Math.max(0, Math.floor(Date.now() / 1000 - Number(time.dataset.since)));
      const two = (number) => String(number).padStart(2, "0");
      const hours = Math.floor(whole / 3600);
      const minutes = Math.floor(whole / 60) % 60;
      const text = hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
      if (time.textContent !== text) time.textContent = text;
    }
  };
  setInterval(tick, 1000);

  // The menu says how many messages are new. Pages that are not about them look when they hear of news, not all at once.
  const BADGE_MS = 400;
  const SPREAD_MS = 1500;
  let counting = null;
  const count = () => {
    counting ??= setTimeout(async () => {
      counting = null;
      try {
        const answer = await fetch("/api/v1/voicemails/waiting");
        const badge = document.getElementById("waiting");
        if (!answer.ok || !badge) return;
        const { new: many } = await answer.json();
        badge.firstChild.data = String(many);
        badge.hidden = !many;
      } catch {
        // the next news tries again
      }
    }, BADGE_MS + Math.random() * SPREAD_MS);
  };

  if (!window.EventSource) return;
  if (!region || !region.dataset.live) {
    if (document.getElementById("waiting")) {
      new EventSource("/events/voicemail").addEventListener("changed", count);
    }
    return;
  }

  // Status lines stay in place and change their text, so that screen readers say what is new.
  const swap = (fresh) => {
    const old = region.querySelector("[role=status]");
    const now = fresh.querySelector("[role=status]");
    for (const opened of region.querySelectorAll("details[open][id]")) {
      const same = fresh.querySelector(`#${CSS.escape(opened.id)}`);
      if (same) same.open = true;
    }
    const scrolled = [...region.querySelectorAll(".talk")].map((talk) => talk.scrollTop);
    const focused = document.activeElement && region.contains(document.activeElement) ? place(document.activeElement) : null;
    if (old && now) {
      if (old.textContent !== now.textContent) old.textContent = now.textContent;
      const before = [];
      const after = [];
      let side = before;
      for (const node of [...fresh.childNodes]) {
        if (node === now) side = after;
        else side.push(node);
      }
      for (const node of [...region.childNodes]) if (node !== old) node.remove();
      old.before(...before);
      old.after(...after);
    } else {
      region.replaceChildren(...fresh.childNodes);
    }
    region.querySelectorAll(".talk").forEach((talk, index) => { talk.scrollTop = scrolled[index] || 0; });
    if (focused) refocus(focused);
    for (const name of region.getAttributeNames()) if (name.startsWith("data-") && name !== "data-after" && fresh.hasAttribute(name)) region.setAttribute(name, fresh.getAttribute(name));
    tick();
    document.dispatchEvent(new CustomEvent("live:changed"));
  };

  const place = (element) => ({ id: element.id, href: element.getAttribute("href"), tag: element.tagName, label: element.getAttribute("aria-label") });
  const refocus = (wanted) => {
    for (const element of region.querySelectorAll(wanted.tag)) {
      const found = place(element);
      if (found.id === wanted.id && found.href === wanted.href && found.label === wanted.label) {
        element.focus({ preventScroll: true });
        return;
      }
    }
  };

  // The page as it is now: what of it stands outside the live part is for other scripts, the badge of the menu for all.
  const tell = (page) => {
    const badge = page.getElementById("waiting");
    if (badge) document.getElementById("waiting")?.replaceWith(document.adoptNode(badge));
    document.dispatchEvent(new CustomEvent("live:page", { detail: page }));
  };

  const refresh = async () => {
    if (busy) { again = true; return; }
    if ([...region.querySelectorAll("audio")].some((audio) => !audio.paused)) { later(5000); return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("live");
        tell(page);
        if (fresh) swap(document.adoptNode(fresh));
      }
    } catch {
      // the service is away for a moment; the next news or reconnect tries again
    } finally {
      busy = false;
      if (again) { again = false; later(QUIET_MS); }
    }
  };

  const later = (ms) => {
    if (Date.now() + ms >= due) return;
    clearTimeout(waiting);
    due = Date.now() + ms;
    waiting = setTimeout(() => { due = Infinity; refresh(); }, ms);
  };

  // A desk looks at once when it is about its agent or their caller. Whatever else goes on among hundreds of agents, it
  // looks at now and then, and not all desks in the same moment.
  const quiet = (text) => {
    const { mine, team } = region.dataset;
    if (!mine) return QUIET_MS;
    const { agent, agents = [], call } = JSON.parse(text);
    const ours = agent === mine || agents.includes(mine) || (call && region.querySelector(`[data-call="${CSS.escape(call)}"]`));
    return ours ? QUIET_MS : QUIET_MS + Number(team) * OTHERS_MS * (1 + Math.random());
  };

  // Other scripts of a page know of news before it is told.
  document.addEventListener("live:look", () => later(50));

  const listen = () => {
    const after = encodeURIComponent(region.dataset.after);
    const source = new EventSource(`/events/${region.dataset.live}?after=${after}`);
    source.addEventListener("changed", ({ data }) => later(quiet(data)));
    source.addEventListener("voicemail", count);
    // Closed for good: look by ourselves now and then.
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(() => { refresh(); listen(); }, 10000);
    });
  };
  listen();
})();
