/* Frames from the server onto the page: texts and attributes in place, lists through parts.js, figures through figures.js.
   A page's first frame comes with the page; the others through the socket. Ages tick by the server's time.
   The very first page is plain HTML (#first), which shows at once and goes when Dash has drawn the same. */
"use strict";

window.ioc = (() => {
  const PATIENCE_MS = 8000, HEAL_MS = 2000, RELOAD_AFTER_MS = 12000, RELOADS_APART_MS = 60000, DRIFT_MS = 30000;
  const LATE_MS = 5000, ASK_AGAIN_MS = 10000, FIRST_LATE_MS = 45000;
  const page = { address: null, number: 0, meta: {}, tiles: new Map(), early: [], behind: null };
  const time = { heard: performance.now(), server: null, city: null, speed: 1, healthy: null };
  const byId = (id) => document.getElementById(id);
  const words = () => JSON.parse(byId("city-state")?.dataset.words || "{}");

  // ---- frames

  function take(text, own) {
    const frame = JSON.parse(text);
    if (frame.now) hear(frame);
    if (!frame.meta) { state(); return tick(); }
    if (own) begin(frame);
    else if (frame.meta.address !== page.address) wait(frame);
    else if (frame.whole || frame.number > page.number) show(frame);
  }

  function wait(frame) {  // frames of an address come before its page; where Dash's answer was lost, without it
    page.early = [...page.early.slice(-9), frame];
    if (page.href !== location.href) page.behind ??= { since: performance.now(), asked: performance.now() };
  }

  function hear(frame) {
    const heard = { server: frame.now, city: frame.city, speed: frame.speed, lost: frame.lost || "" };
    Object.assign(time, { heard: performance.now(), healthy: null, full: false, ...heard });
    const mine = document.documentElement.dataset.build;
    if (frame.build && mine && frame.build !== mine) reload();
  }

  function begin(frame) {
    page.address = frame.meta.address;
    page.number = 0;
    Object.assign(page, { href: location.href, behind: null });
    page.skeleton = frame.meta.skeleton;
    page.tiles = new Map();
    ioc.figures?.forget();  // what came for the figures of the page before
    for (const tile of document.querySelectorAll("[data-indicator]")) {
      const key = `${tile.dataset.indicator}|${tile.dataset.place}`;
      const texts = Object.fromEntries([...tile.querySelectorAll("[data-text]")].map((e) => [e.dataset.text, e]));
      page.tiles.set(key, [...(page.tiles.get(key) || []), { tile, texts }]);
    }
    document.documentElement.lang = frame.meta.lang;
    document.title = byId("main")?.dataset.title || document.title;
    show(frame);
    const early = page.early.filter((f) => f.meta.address === page.address && f.number > page.number);
    page.early = [];
    early.forEach(show);
    dispatchEvent(new CustomEvent("ioc-shown", { detail: { meta: page.meta, own: true } }));
    ioc.figures?.mounted();
  }

  function adopt(text) {  // another moment of the same page
    const frame = JSON.parse(text);
    hear(frame);
    Object.assign(page, { address: frame.meta.address, number: 0, href: location.href, behind: null });
    for (const [key, all] of page.tiles) {
      for (const { texts } of all) if (texts.trend && !frame.trends?.[key]) ioc.trend(texts.trend, []);
    }
    show(frame);
    dispatchEvent(new CustomEvent("ioc-shown", { detail: { meta: frame.meta, own: false } }));
  }

  function show(frame) {
    page.number = frame.number;
    page.meta = frame.meta;
    const first = frame.whole;
    for (const [key, record] of Object.entries(frame.tiles || {})) {
      for (const found of page.tiles.get(key) || []) fill(found, record, first);
    }
    for (const [key, line] of Object.entries(frame.trends || {})) {
      for (const { texts } of page.tiles.get(key) || []) if (texts.trend) ioc.trend(texts.trend, line);
    }
    for (const [id, children] of Object.entries(frame.panels || {})) ioc.part(id, children);
    for (const [id, change] of Object.entries(frame.figures || {})) ioc.figures.change(id, change);
    ioc.announce?.(first);
    state();
    tick();
    if (frame.meta.skeleton !== page.skeleton) {
      page.skeleton = frame.meta.skeleton;
      dash_clientside.set_props("again", { data: frame.number });
    }
  }

  function put(element, text) {
    if (!element) return;
    if (element.firstChild) { if (element.firstChild.nodeValue !== text) element.firstChild.nodeValue = text; }
    else if (text) element.append(text);
  }

  function fill({ tile, texts }, record, first) {
    const data = tile.dataset, value = String(record.value);
    if (!first && data.value !== value) {
      tile.classList.remove("changed");
      requestAnimationFrame(() => tile.classList.add("changed"));
    }
    data.value = value;
    data.level = record.level;
    data.freshness = record.freshness;
    data.observedAt = record.observed;
    put(texts.number, record.number);
    put(texts.word, record.word);
    put(texts.beside, record.beside);
    put(texts.sources, record.sensor || record.sources);
    if (texts.sources) {
      texts.sources.title = record.sources;
      spell(texts.sources, record.sensor ? texts.sources.dataset.own : "");
    }
  }

  const spell = (element, lang) => { lang ? element.setAttribute("lang", lang) : element.removeAttribute("lang"); };

  // ---- state, clocks, ages

  function state() {
    const element = byId("city-state"), meta = page.meta;
    if (!element || !meta.address) return;
    const first = byId("first"), silent = !first && performance.now() - time.heard > PATIENCE_MS;
    const old = silent || first || time.lost || behind() > LATE_MS;
    const connection = meta.connection === "live" && old ? "reconnecting" : meta.connection;
    const data = element.dataset;
    data.version = meta.version;
    data.at = meta.at;
    if (data.connection !== connection) data.connection = connection;
    put(byId("connection"), words()[first && meta.connection === "live" ? "connecting" : connection]);
    put(byId("demo"), meta.demo);
    banner(silent, meta);
    document.body.dataset.lost = connection === "reconnecting" && !first ? "yes" : "";
  }

  function banner(silent, meta) {
    const say = words(), told = [];
    if (silent && time.full) told.push(say.full);
    else if (silent) told.push(say.server.replace("{time}", clock(Date.now() - (performance.now() - time.heard), false)));
    else if (time.lost || meta.lost) told.push(time.lost || meta.lost);
    if (meta.storing) told.push(meta.storing);
    if (meta.past) told.push(meta.past);
    if (meta.stopped) told.push(meta.stopped);
    if (meta.clocks) told.push(meta.clocks);
    const drift = time.server === null ? 0 : Date.now() - (performance.now() - time.heard) - time.server;
    if (Math.abs(drift) > DRIFT_MS) told.push(say.drift.replace("{minutes}", Math.round(Math.abs(drift) / 60000)));
    put(byId("banner"), told.join(" · "));
    const shown = byId("banner");
    const trouble = silent || time.lost || meta.lost || meta.storing;
    if (shown) shown.className = !told.length ? "" : trouble ? "trouble" : "notice";
  }

  function cityNow() {
    if (time.city === null) return null;
    return time.city + (performance.now() - time.heard) * time.speed;
  }

  function clock(at, seconds) {
    const zone = byId("city-state")?.dataset.zone;
    const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
    if (seconds) shape.second = "2-digit";
    return ioc.formats.moment(page.meta.lang, shape).format(at);
  }

  function age(ms) {
    const s = Math.max(0, ms / 1000);
    const [n, unit] = s < 90 ? [s, "second"] : s < 5400 ? [s / 60, "minute"] : s < 172800 ? [s / 3600, "hour"] : [s / 86400, "day"];
    return ioc.formats.number(page.meta.lang, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 }).format(Math.floor(n));
  }

  function tick() {
    const now = cityNow();
    if (now === null || !page.meta.address) return;
    for (const found of page.tiles.values()) {
      for (const { tile, texts } of found) {
        const at = tile.dataset.observedAt;
        put(texts.age, at ? age(now - Date.parse(at)) : "");
      }
    }
    for (const element of document.querySelectorAll("[data-age]")) {
      put(element, element.dataset.age ? age(now - Date.parse(element.dataset.age)) : "");
    }
    const zone = byId("city-state")?.dataset.zone;
    put(byId("clock"), clock(now, true));
    const day = { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: zone };
    put(byId("date"), ioc.formats.moment(page.meta.lang, day).format(now));
    const frozen = page.meta.connection === "frozen";
    put(byId("data-age"), frozen ? "" : (words().age || "").replace("{age}", age(now - Date.parse(page.meta.at))));
  }

  // ---- healing: the worker reconnects by itself; a reload is the last resort, and never into a dead server or a page that it can't paint

  const behind = () => (page.behind ? performance.now() - page.behind.since : 0);

  function ask() {  // the page that the address means, once more: Dash asks for it once, whatever becomes of the answer
    if (!page.behind || performance.now() - page.behind.asked < ASK_AGAIN_MS) return;
    page.behind.asked = performance.now();
    dash_clientside.set_props("again", { data: Date.now() });
  }

  async function heal() {
    state();
    ask();
    if (byId("first") && performance.now() > FIRST_LATE_MS) return reload();
    const silent = performance.now() - time.heard;
    if (silent < PATIENCE_MS) return;
    try {
      const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(3000) });
      if (!answer.ok) throw new Error(answer.status);
      time.healthy ??= performance.now();
      if (!time.full && performance.now() - time.healthy > RELOAD_AFTER_MS) reload();
    } catch { time.healthy = null; }
  }

  async function reload() {
    const last = Number(sessionStorage.getItem("reloaded") || 0);
    if (Date.now() - last < RELOADS_APART_MS) return;
    sessionStorage.setItem("reloaded", Date.now());
    await new Promise((done) => setTimeout(done, Math.random() * 3000));
    try {  // an old picture that says so is better than none
      const asked = { cache: "no-store", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10000) };
      if ((await fetch(location.href, asked)).ok) location.reload();
    } catch { /* gone again: healing goes on */ }
  }

  // ---- where frames arrive

  function look(records) {
    for (const { target, addedNodes } of records) {
      if (target.dataset?.frame && (target.id === "frame" || target.id === "page-frame")) arrive(target);
      for (const node of addedNodes) {
        const own = node.id === "page-frame" ? node : node.querySelector?.("#page-frame");
        if (own?.dataset.frame) arrive(own);
        if (node.dataset?.age || node.querySelector?.("[data-age]")) later();
      }
    }
  }

  function later() {  // lists drawn anew have no ages yet
    if (!time.later) time.later = requestAnimationFrame(() => { time.later = 0; tick(); });
  }

  function arrive(element) {
    const own = element.id === "page-frame";
    if (own && element.dataset.frame === page.own) return;
    if (own) page.own = element.dataset.frame;
    if (own) replace(element);
    take(element.dataset.frame, own);
  }

  function replace(element) {  // what a person did on the first page holds on the next
    const first = byId("first"), held = document.activeElement, words = first?.querySelector("#search")?.value;
    if (!first || first.contains(element)) return;
    first.remove();
    const same = held?.id ? byId(held.id) : [...document.links].find((a) => held?.href && a.href === held.href);
    same?.focus({ preventScroll: true });
    const search = words && document.querySelector("#search");
    if (search) search.value = words;
  }

  // Our worker hands frames straight to us: in Dash's store each would make every component look for changes.
  // Phones without shared workers get one of their own.
  const Shared = window.SharedWorker || class {
    constructor(url) {
      this.port = new Worker(url);
      Object.assign(this.port, { start: () => {}, close: () => this.port.terminate() });
    }
  };
  window.SharedWorker = class extends Shared {
    constructor(...words) {
      super(...words);
      addEventListener("pagehide", () => this.port.postMessage({ type: "gone" }));
      this.port.addEventListener("message", ({ data }) => {
        if (data.type === "frame") take(data.frame, false);
        else if (data.type === "full") { time.full = true; state(); }
      });
    }
  };

  new MutationObserver(look).observe(document.documentElement, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-frame"],
  });
  setInterval(tick, 1000);
  setInterval(heal, HEAL_MS * (0.8 + 0.4 * Math.random()));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { tick(); heal(); } });
  return { page, state, adopt, age };
})();
