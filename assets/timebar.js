/* The time bar at the foot of every page: what assets/time.js can do, for the mouse, the keyboard and a finger. */
"use strict";

(() => {
  const HOUR = 3600e3, DAY = 24 * HOUR;
  const bar = { lang: null, span: "all", from: 0, to: 1, parts: {}, held: false };
  const { it } = ioc.time;

  function h(tag, attributes, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== null) element.setAttribute(name, value);
    }
    element.append(...inside);
    return element;
  }

  const words = () => JSON.parse(document.getElementById("time-words")?.dataset.words || "null");
  const told = (ms, options) => ioc.formats.moment(bar.lang, { timeZone: ioc.time.zone(), hourCycle: "h23", ...options }).format(ms);
  const minute = (ms) => told(ms, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  const asked = (word) => new URLSearchParams(location.search).get(word);
  const { present } = ioc.time;

  // ---- what a person does

  function jump(ms) {
    if (ms >= ioc.time.now() - 60000) return back();
    ioc.time.go({ at: ioc.time.iso(ms), play: null });
  }

  const back = () => ioc.time.go({ at: null, known: null, play: null });
  const move = (hours) => jump(Math.floor((present() + hours * HOUR) / 60000) * 60000);

  function day(days) {  // the same time of day in the city, whatever the clocks did between
    const there = new Date(`${ioc.time.local(present()).slice(0, 16)}Z`);
    there.setUTCDate(there.getUTCDate() + days);
    if (present() + days * DAY >= ioc.time.now() - 60000) return back();
    ioc.time.go({ at: there.toISOString().slice(0, 16), play: null });
  }

  const typed = (there) => ioc.time.go({ at: there, play: null });
  const stands = () => ioc.time.local(present()).slice(0, 16);

  // The days to choose from: where an archive lies before what the slider covers they may be typed all the same.
  function days() {
    const day = (ms) => ioc.time.local(ms).slice(0, 10), last = ioc.time.now();
    const marks = new Map((it.stored?.marks || []).map(([at, n]) => [day(at + DAY / 2), n]));
    return { day: day(present()), first: day(it.stored?.first ?? last), last: day(last), marks };
  }

  // ---- the bar

  function build(say) {
    const step = (name, act) => h("button", { type: "button", class: "time-step", "aria-label": say[name], title: say[name], onclick: act }, name.replace("-", "−"));
    const p = bar.parts = {};
    p.play = h("button", { type: "button", class: "time-play", onclick: () => (ioc.time.playing() ? ioc.time.pause() : ioc.time.play()) }, h("i", {}));
    p.speed = h("select", { "aria-label": say.speed, title: say.speed, onchange: (e) => ioc.time.go({ speed: e.target.value }, true) },
      ...ioc.time.SPEEDS.map((x) => h("option", { value: x }, `${x}×`)));
    p.slider = h("input", { type: "range", "aria-label": say.slider, oninput: preview, onchange: () => { bar.held = false; jump(Number(p.slider.value)); } });
    p.marks = h("div", { class: "time-marks", title: say.marks, "aria-hidden": "true" });
    p.from = h("span", { class: "time-end" });
    p.to = h("span", { class: "time-end" });
    p.when = ioc.when.field(h, say, bar.lang, typed);
    p.calendar = ioc.calendar.calendar(h, say, bar.lang, days, (day) => typed(`${day}T${stands().slice(11)}`));
    p.when.input.addEventListener("keydown", (e) => { if (e.altKey && e.key === "ArrowDown") { e.preventDefault(); p.calendar.open(); } });
    p.span = h("select", { "aria-label": say.span, title: say.span, onchange: (e) => { bar.span = e.target.value; window_(true); paint(); } },
      ...["all", "30", "7", "1"].map((k) => h("option", { value: k }, say[k])));
    const choice = (k) => h("label", {}, h("input", { type: "radio", name: "known", value: k, onchange: () => ioc.time.go({ known: k === "then" ? "then" : null }) }), say[`known-${k}`]);
    p.known = h("fieldset", { class: "time-known" }, h("legend", {}, say.known), choice("now"), choice("then"));
    p.said = h("span", { class: "time-said", role: "status" });
    p.now = h("button", { type: "button", class: "time-now", onclick: back }, say.now);
    p.open = h("button", { type: "button", class: "time-open", "aria-expanded": "false", onclick: () => open(p.open.getAttribute("aria-expanded") !== "true") });
    p.more = h("div", { class: "time-more" }, step("-1d", () => day(-1)), step("-1h", () => move(-1)), p.from,
      h("div", { class: "time-slide" }, p.marks, p.slider), p.to, step("+1h", () => move(1)), step("+1d", () => day(1)), p.span, h("div", { class: "time-when" }, p.when.input, p.calendar.whole), p.known);
    document.getElementById("timebar").replaceChildren(h("section", { "aria-label": say.bar }, p.play, p.speed, p.open, p.said, p.more, p.now));
  }

  function open(wanted) {
    bar.parts.open.setAttribute("aria-expanded", wanted);
    document.getElementById("timebar").classList.toggle("opened", wanted);
  }

  function preview() {
    bar.held = true;
    bar.parts.slider.setAttribute("aria-valuetext", minute(Number(bar.parts.slider.value)));
    bar.parts.said.textContent = minute(Number(bar.parts.slider.value));
  }

  // The stretch that the slider covers stays while the moment is inside.
  function window_(anew) {
    const last = ioc.time.now(), first = Math.min(it.stored?.first ?? last - DAY, last - HOUR);
    if (bar.span === "all") { Object.assign(bar, { from: first, to: last }); return; }
    const long = Number(bar.span) * DAY, at = present();
    if (!anew && bar.from < at && at <= bar.to && bar.to - bar.from === long && (it.past || bar.to >= at - HOUR)) return;
    bar.to = Math.min(last, it.past ? at + long / 2 : at);
    bar.from = bar.to - long;
  }

  function paint() {
    const say = words(), p = bar.parts;
    if (!say || !Number.isFinite(present()) || !document.getElementById("timebar")) return;  // the page comes a moment later
    if (bar.lang !== document.documentElement.lang || !document.getElementById("timebar").firstChild) {
      bar.lang = document.documentElement.lang;
      build(say);
      return paint();
    }
    window_(false);
    const at = present(), playing = ioc.time.playing();
    p.play.classList.toggle("playing", playing);
    for (const name of ["aria-label", "title"]) p.play.setAttribute(name, playing ? say.pause : say.play);
    p.speed.value = ioc.time.speed();
    p.now.hidden = !it.past;
    p.known.disabled = !it.past;
    for (const radio of p.known.querySelectorAll("input")) radio.checked = radio.value === (asked("known") || "now");
    p.open.textContent = it.past ? `${say.past} · ${minute(at)}` : say.live;
    if (document.activeElement !== p.when.input || p.when.shown === "") p.when.show(stands());
    if (!bar.held) slide(at);
    p.said.textContent = bar.held ? p.said.textContent : status(say);
    p.said.classList.toggle("trouble", Boolean(it.problem));
  }

  function slide(at) {
    const p = bar.parts, step = bar.span === "all" ? HOUR : bar.span === "1" ? 60000 : 600000;
    Object.assign(p.slider, { min: bar.from, max: bar.to, step });
    p.slider.value = at;
    p.slider.setAttribute("aria-valuetext", minute(at));
    const ends = bar.span === "1" ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", ...(bar.span === "all" ? { year: "2-digit" } : {}) };
    p.from.textContent = told(bar.from, ends);
    p.to.textContent = told(bar.to, ends);
    const marks = (it.stored?.marks || []).filter(([day]) => day >= bar.from && day <= bar.to);
    const most = Math.max(1, ...marks.map(([, n]) => n)), scale = (day) => (100 * (day + DAY / 2 - bar.from)) / (bar.to - bar.from);
    const drawn = marks.map(([day, n]) => `<i style="left:${scale(day).toFixed(2)}%;height:${Math.round(30 + (70 * n) / most)}%"></i>`).join("");
    if (p.drawn !== drawn) { p.marks.innerHTML = drawn; p.drawn = drawn; }
  }

  function status(say) {
    const there = ioc.when.understood(asked("at") || "", bar.lang, "T00:00"), when = there ? ioc.when.written(there, bar.lang) : asked("at") || say.live;
    if (it.problem) return (say[it.problem] || say.unreadable).replace("{time}", when);
    if (it.busy && !ioc.time.playing()) return say.reading.replace("{time}", when);
    return it.stored && it.stored.first === null ? say.none : "";
  }

  addEventListener("ioc-time", paint);
  addEventListener("popstate", () => setTimeout(paint));
  setInterval(() => { if (!it.past) paint(); }, 30000);
  setInterval(() => { if (document.getElementById("timebar")?.firstChild === null) paint(); }, 500);
})();
