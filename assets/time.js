/* The moment a page shows, now or one of the past. When only that changes the page stays and takes another frame, so
   maps keep their view. One frame is read at a time and the next comes after it is shown: nobody can run ahead of
   the server. The URL says it all: at, known, speed, play. */
"use strict";

ioc.time = (() => {
  const WORDS = ["at", "known", "speed", "play"], SPEED = 60, SPEEDS = [1, 10, 60, 600, 3600];
  const EARLY_MS = 50, AGAIN_MS = 5000, PATIENCE_MS = 25000, STORED_MS = 60000, DAY_MS = 86400e3;
  const drawn = { shape: null, again: null, stands: false };
  const it = { wanted: null, shown: null, busy: false, problem: null, at: null, past: false, known: "now", stored: null, since: 0 };
  let ahead = null, turn = null;

  const here = () => location.pathname + location.search;
  const query = () => new URLSearchParams(location.search);
  const rest = (ms) => new Promise((done) => setTimeout(done, ms));
  const changed = () => dispatchEvent(new CustomEvent("ioc-time"));
  const zone = () => document.getElementById("city-state")?.dataset.zone || "UTC";

  function shape(href) {
    const url = new URL(href, location.origin);
    for (const word of WORDS) url.searchParams.delete(word);
    return url.pathname + url.search;
  }

  // ---- moments as the URL writes them: the city's time and its offset

  function local(ms) {
    const parts = ioc.formats.moment("sv-SE", { timeZone: zone(), dateStyle: "short", timeStyle: "medium" });
    return parts.format(ms).replace(" ", "T");
  }

  function iso(ms) {
    const there = local(ms), off = Math.round((Date.parse(`${there}Z`) - Math.floor(ms / 1000) * 1000) / 60000);
    const two = (n) => String(n).padStart(2, "0"), size = Math.abs(off);
    const time = there.endsWith(":00") ? there.slice(0, -3) : there;
    return `${time}${off < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  }

  // ---- the one place through which every change of the URL goes (a callback of Dash's own)

  function gate(path, search, again) {
    const href = (path || "/") + (search || ""), wanted = shape(href);
    if (drawn.stands && wanted === drawn.shape && again === drawn.again) {
      follow(href);
      return dash_clientside.no_update;
    }
    Object.assign(drawn, { shape: wanted, again, stands: false });
    Object.assign(it, { wanted: href, problem: null });
    if (query().has("at") && !document.getElementById("first")) setTimeout(ioc.plots.early, EARLY_MS);
    return href;
  }

  function go(words, replace = false) {
    const all = query();
    for (const [name, value] of Object.entries(words)) value ? all.set(name, value) : all.delete(name);
    const href = location.pathname + (all.size ? `?${all}` : "");
    if (href === here()) return Promise.resolve();
    history[replace ? "replaceState" : "pushState"]({}, "", href);
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    return follow(href);
  }

  async function follow(href) {  // the latest wins; what is under way is seen to its end first
    if (!drawn.stands || shape(href) !== drawn.shape) return;
    it.wanted = href;
    if (it.busy) return;
    if (moment(href) === moment(it.shown)) { it.shown = href; return changed(); }
    it.busy = true;
    changed();
    try {
      while (it.shown !== it.wanted && drawn.stands && shape(it.wanted) === drawn.shape && (await show(it.wanted)));
    } finally { it.busy = false; }
    changed();
  }

  const moment = (href) => {
    const words = new URL(href || "/", location.origin).searchParams;
    return href && `${words.get("at") || ""} ${words.get("known") || ""}`;
  };

  async function show(href) {
    const answer = await (ahead?.href === href ? ahead.answer : read(href));
    ahead = null;
    if (shape(href) !== drawn.shape || !drawn.stands) return false;
    if (answer.text) {
      it.shown = href;
      it.problem = null;
      ioc.adopt(answer.text);
      return true;
    }
    if (it.wanted !== href) return true;
    it.problem = answer.why;
    if (answer.why === "unreadable") setTimeout(() => { if (it.wanted === href) follow(href); }, AGAIN_MS);
    return false;
  }

  async function read(href) {
    try {
      const answer = await fetch(`/frame?href=${encodeURIComponent(href)}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
      return answer.ok ? { text: await answer.text() } : { why: (await answer.json()).why || "unreadable" };
    } catch { return { why: "unreadable" }; }
  }

  // ---- playback: the next moment is read while the present one is looked at, and no further

  const speed = () => (SPEEDS.includes(Number(query().get("speed"))) ? Number(query().get("speed")) : SPEED);
  const playing = () => query().has("play");
  const tick = (x) => (x < 5 ? 5000 : x < 50 ? 2000 : 1000);

  function play() {
    const words = { play: "1" };
    if (!query().has("at")) words.at = iso(Math.floor((present() - DAY_MS) / 60000) * 60000);
    go(words, !words.at).then(run);
    run();
  }

  const pause = () => go({ play: null }, true);

  async function run() {
    if (turn) return;
    turn = true;
    try { while (playing() && (await step())); } finally { turn = null; changed(); }
  }

  async function step() {
    if (document.hidden || it.busy || it.problem || !it.past || !drawn.stands) { await rest(300); return playing(); }
    const x = speed(), from = it.at, next = from + x * tick(x);
    if (next >= now()) { await go({ at: null, known: null, play: null }, true); return false; }
    const url = new URL(here(), location.origin);
    url.searchParams.set("at", iso(next));
    const href = url.pathname + url.search;
    ahead = { href, answer: read(href) };
    await ahead.answer;
    await rest(tick(x) - (performance.now() - it.since));
    if (playing() && it.at === from && !it.busy && it.wanted === here()) await go({ at: iso(next) }, true);
    return true;
  }

  // ---- what there is

  const now = () => (it.stored ? it.stored.last + (performance.now() - it.stored.heard) : Date.now());

  // What is shown: the city's own time may stand in a past (serve --at), so it is not the same as the latest there is.
  const present = () => (it.past ? it.at : Date.parse(ioc.page.meta.at) || now());

  async function look() {
    try {
      const answer = await fetch("/stored");
      if (answer.ok) it.stored = { ...(await answer.json()), heard: performance.now() };
    } catch { /* the bar keeps what it knew; the banner says that the server is gone */ }
    changed();
  }

  addEventListener("ioc-shown", ({ detail: { meta, own } }) => {
    if (own) Object.assign(it, { shown: it.wanted ?? here(), wanted: it.wanted ?? here() });
    if (own && drawn.shape) drawn.stands = true;
    Object.assign(it, { at: Date.parse(meta.at), past: Boolean(meta.fixed), known: meta.known, since: performance.now() });
    Object.assign(document.body.dataset, { time: meta.past ? "past" : "now", known: meta.past ? meta.known : "" });
    changed();
    if (own && drawn.stands && here() !== it.shown) follow(here());
    if (playing()) run();
  });

  // A link within the site leads to the same moment, whatever moment it was drawn at.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href, location.origin);
    if (url.origin !== location.origin || link.target || url.hash) return;
    if (!link.closest("#page") || !WORDS.some((w) => url.searchParams.has(w) || query().has(w))) return;
    for (const word of WORDS) query().get(word) ? url.searchParams.set(word, query().get(word)) : url.searchParams.delete(word);
    if (/\.|^\/api/.test(url.pathname)) { link.href = url.href; return; }  // a file of the moment that is shown
    event.preventDefault();
    event.stopPropagation();
    history.pushState({}, "", url.href);
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    scrollTo(0, 0);
  }, true);

  // A page that could not be read or painted comes as soon as it can.
  async function again() {
    if (!document.querySelector("main.apology[data-again]") || document.hidden) return;
    if ((await read(here())).text) dash_clientside.set_props("again", { data: Date.now() });
  }

  window.dash_clientside = Object.assign(window.dash_clientside || {}, { ioc: { gate } });
  look();
  setInterval(look, STORED_MS);
  setInterval(again, AGAIN_MS);
  return { it, SPEEDS, go, play, pause, playing, speed, iso, local, now, present, zone };
})();
