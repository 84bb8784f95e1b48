/* The wall turns its pages by itself: only when the server has the next one ready, so that nothing goes dark. An alarm
   takes the screen for a while. At night the page loads itself anew, once the server has shown that it answers. */
"use strict";

ioc.wall = (() => {
  const BEAT_MS = 1000, ASK_MS = 5000, AGAIN_MS = 5000, LATE_MS = 3600000, REST_MS = 600000, SMALLEST = 0.85, LARGEST = 1.3, FEWEST = 4;
  const it = { plan: null, due: null, busy: false, known: null, taken: new Map(), alarm: null, asked: 0, night: null };
  const here = () => new URLSearchParams(location.search).get("screen") || "/";
  const on = () => location.pathname === "/wall";
  const answers = (url, headers = {}) => fetch(url, { cache: "no-store", headers, signal: AbortSignal.timeout(10000) });

  function at(path) {
    const words = new URLSearchParams(location.search);
    words.set("screen", path);
    return `/wall?${words}`;
  }

  // ---- turning

  // The page on screen stays until the next one is painted. False: the server can't paint it; null: not now.
  async function show(path) {
    if (it.busy) return null;
    it.busy = true;
    try {
      const answer = await answers(`/frame?href=${encodeURIComponent(at(path))}`);
      if (!answer.ok) return false;
      await answer.arrayBuffer();
      if (path !== here()) {
        history.replaceState({}, "", at(path));
        dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      }
      return true;
    } catch { return null; } finally { it.busy = false; }
  }

  async function turn() {
    const pages = it.plan.pages, now = pages.findIndex((p) => p.path === here());
    let next, shown = false;
    for (let n = 1; shown === false && n <= pages.length; n += 1) {  // one that can't be painted is passed over
      next = pages[(now + n) % pages.length];
      shown = await show(next.path);
    }
    it.due = performance.now() + (shown ? next.seconds * 1000 : AGAIN_MS);
  }

  // ---- alarms: what is new since the last look takes the screen

  async function ask() {
    it.asked = performance.now();
    if (ioc.time.it.past) return;
    let found;
    try { found = await (await answers(`/wall/alarms?lang=${document.documentElement.lang}`)).json(); } catch { return; }
    if (!Array.isArray(found)) return;  // somebody else's answer, such as a proxy's
    const key = (a) => `${a.code}|${a.at}`, now = performance.now(), before = it.known;
    it.known = new Set(found.map(key));
    if (!before) return;
    const fresh = found.filter((a) => !before.has(key(a)) && !(now - it.taken.get(key(a)) < REST_MS));
    if (!fresh.length) return;
    for (const a of fresh) it.taken.set(key(a), now);
    const all = it.alarm ? [...it.alarm.all, ...fresh] : fresh, pages = new Set(all.map((a) => a.page));
    it.alarm = { all, until: now + it.plan.alarm * 1000 };
    await show(pages.size === 1 ? all[0].page : "/");
    paint();
  }

  function paint() {
    const strip = document.getElementById("wall-alarm"), { alarm } = it, words = it.plan.words;
    strip.replaceChildren();
    document.body.dataset.alarm = alarm ? "yes" : "";
    if (!alarm) return;
    const say = (tag, text, name = "") => Object.assign(document.createElement(tag), { textContent: text, className: name });
    strip.append(say("b", words.alarm, "wall-alarm-word"));
    for (const a of alarm.all.slice(0, 3)) {
      const row = say("p", "");
      row.append(say("strong", a.place), say("span", a.title), say("em", a.value));
      strip.append(row);
    }
    if (alarm.all.length > 3) strip.append(say("small", words.more.replace("{n}", alarm.all.length - 3)));
    const codes = new Set(alarm.all.map((a) => a.code));
    for (const tile of document.querySelectorAll("[data-indicator]")) tile.classList.toggle("taken", codes.has(tile.dataset.indicator));
  }

  // ---- at night

  // Milliseconds since the city's clocks last showed a time of the day.
  function since(time) {
    const seconds = (clock) => clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    return ((seconds(ioc.time.local(ioc.time.now()).slice(11)) - seconds(time) + 86400) % 86400) * 1000;
  }

  async function night() {
    const late = since(it.plan.reload);
    // a wall that slept through the moment makes up for it; one that was opened after it has no need to
    if (it.night === null && late < LATE_MS && performance.now() > late) {
      it.night = performance.now() + 5000 + Math.random() * 15000;  // not every wall in the same second
    }
    if (it.night === null || performance.now() < it.night) return;
    it.night = performance.now() + AGAIN_MS;
    try {
      const [ready, page] = await Promise.all([answers("/readyz"), answers(location.href, { Accept: "text/html" })]);
      if (!ready.ok || !page.ok) return;
      location.reload();
    } catch { /* the last picture stays, and its age tells the rest; asked again in a moment */ }
  }

  // ---- as large as the page allows, and never cut

  function fit() {  // first by fewer rows, then by smaller letters
    for (let size = LARGEST; size >= SMALLEST - 0.001; size -= 0.05) {
      document.documentElement.style.setProperty("--wall", size.toFixed(2));
      for (const body of document.querySelectorAll(".panel-body")) trim(body);
      if (!cut()) return;
    }
  }

  function trim(body) {  // the list is the panel's own and drawn anew at any time: how many rows stands on the panel
    delete body.dataset.rows;
    const all = body.querySelectorAll("tbody tr, .attention > li").length;
    for (let rows = Math.min(all, 24); over(body) && rows > FEWEST; rows -= 1) body.dataset.rows = rows - 1;
  }

  const over = (e) => e.scrollHeight > e.clientHeight + 2 || [...e.querySelectorAll(".attention")].some((a) => a.scrollHeight > a.clientHeight + 2);

  function cut() {
    const boxes = [...document.querySelectorAll("main, .area-side, .area-main, .panel, .panel-body, .tile")];
    const high = boxes.some((e) => e.scrollHeight > e.clientHeight + 2);
    return high || [...boxes, ...document.querySelectorAll(".tile-number")].some((e) => e.scrollWidth > e.clientWidth + 2);
  }

  function mark() {
    const list = document.getElementById("wall-turn");
    if (!list) return;
    list.replaceChildren(...it.plan.pages.map((p) => Object.assign(document.createElement("li"), { className: p.path === here() ? "here" : "" })));
  }

  addEventListener("ioc-shown", ({ detail: { own } }) => {
    document.body.dataset.wall = on() ? "yes" : "";
    if (!own || !on()) return;
    it.plan = JSON.parse(document.getElementById("wall-plan")?.dataset.plan || "null") ?? it.plan;
    if (!it.plan) return;
    it.due ??= performance.now() + (it.plan.pages.find((p) => p.path === here())?.seconds ?? 0) * 1000;
    if (!document.getElementById("wall-alarm")) document.body.prepend(Object.assign(document.createElement("div"), { id: "wall-alarm", role: "alert" }));
    mark();
    paint();
    requestAnimationFrame(fit);
  });
  addEventListener("resize", () => { if (on() && it.plan) fit(); });

  async function look() {
    const now = performance.now();
    if (it.alarm && now > it.alarm.until) { it.alarm = null; it.due = now; paint(); }
    if (!it.alarm && now >= it.due && it.plan.pages.length && !it.busy) await turn();
    if (now - it.asked > ASK_MS) await ask();
    await night();
  }

  async function beat() {  // whatever becomes of one look, there is a next
    try { if (on() && it.plan) await look(); } finally { setTimeout(beat, BEAT_MS); }
  }
  beat();
  return { it };
})();
