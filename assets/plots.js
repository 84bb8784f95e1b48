/* What is asked of Plotly for one figure stands in line: Dash, the browser's resizing and we ask at any time, and Plotly,
   which makes a map over many steps, throws when one call begins before another has come to its end: so each waits for the
   one before. What leaves the page is purged at once, amid its making, too; the steps that were left of it then fail, and
   that concerns nobody. Nothing else is kept quiet. */
"use strict";

ioc.plots = (() => {
  const EVERY_MS = 500, REST_MS = 100;
  const SOURCE = "/_dash-component-suites/plotly/package_data/plotly.min.js";
  const MAKE = ["newPlot", "react"], CHANGE = ["relayout", "restyle", "update", "redraw"];
  const lines = new Map();  // by figure: what is under way since when, what waits, who waits for what was given up
  let theirs = null, ours, coming;

  const fresh = () => ({ now: null, since: 0, waiting: [], owed: [] });
  const found = (gd) => (typeof gd === "string" ? document.getElementById(gd) : gd);

  function ask(gd, act, more = {}) {
    if (!lines.has(gd)) lines.set(gd, fresh());
    const one = Object.assign(more, { act });
    one.promise = new Promise((done, failed) => Object.assign(one, { done, failed }));
    lines.get(gd).waiting.push(one);
    next(gd);
    return one.promise;
  }

  function next(gd) {
    const line = lines.get(gd);
    if (!line || line.now || !line.waiting.length) return;
    const mine = Object.assign(line, { now: line.waiting.shift(), since: performance.now() }).now;
    const over = (end) => (value) => {
      if (line.now !== mine) return;  // given up meanwhile: how it ended concerns nobody any more
      if (!gd.isConnected) return purge(gd);  // nor does it of what has left the page
      line.now = null;
      end(value);
      next(gd);
    };
    const failed = over(mine.failed);
    try { Promise.resolve(mine.act()).then(over(mine.done), failed); } catch (error) { failed(error); }
  }

  function purge(words) {
    const gd = found(words), line = lines.get(gd);
    if (line) Object.assign(line, { now: null, waiting: [] });
    lines.delete(gd);
    try { theirs.purge(gd); } catch (error) { console.info("purged half made", error); }
    return gd;
  }

  // A figure that will never come to its end: who waits for it, or stands behind it, waits for the new one.
  function anew(gd, data, layout, config) {
    const old = lines.get(gd) || fresh(), owed = [...old.owed, old.now, ...old.waiting].filter(Boolean);
    Object.assign(old, { now: null, waiting: [] });
    lines.set(gd, { ...fresh(), owed });
    theirs.purge(gd);
    const made = ask(gd, () => theirs.newPlot(gd, data, layout, still(config)));
    return made.then(() => owed.splice(0).forEach((one) => one.done(gd)));
  }

  // Once for all that ask before it begins; not at all for what has its size.
  function resize(words) {
    const gd = found(words), line = lines.get(gd);
    const soon = [line?.now, ...(line?.waiting || [])].find((one) => one?.soon);
    if (soon) return soon.promise;
    const one = { soon: true };
    return ask(gd, async () => {
      await new Promise((done) => { setTimeout(done, REST_MS); });
      one.soon = false;
      const full = gd._fullLayout, { clientWidth: wide, clientHeight: high } = gd;
      const same = !full || !wide || !high || (Math.abs(full.width - wide) <= 1 && Math.abs(full.height - high) <= 1);
      return same ? gd : theirs.relayout(gd, { autosize: true });
    }, one);
  }

  // Dash purges only what was ready before it left.
  function tend() {
    for (const gd of lines.keys()) if (!gd.isConnected) purge(gd);
  }

  // Plotly's own listener at the window would redraw past the line; Dash watches each figure's box itself.
  const still = (config) => ({ ...config, responsive: false });
  const stilled = (figure, layout, config) => (Array.isArray(figure) ? [figure, layout, still(config)] : [{ ...figure, config: still(figure.config) }]);

  // Reading Plotly takes a browser a second or two, which a page that waits for the server has: Dash, which else begins
  // when the first figure comes, waits for the promise that it finds in Plotly's place.
  function early() {
    if (ours || coming) return;
    coming = new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), { src: SOURCE, async: true });
      script.onload = done;
      script.onerror = () => { coming = undefined; script.remove(); failed(new Error("Plotly did not come")); };
      document.head.append(script);
    });
    coming.catch(() => {});  // who waits for it is told; where nobody does yet, Dash asks anew
  }

  Object.defineProperty(window, "Plotly", {
    configurable: true,
    get: () => ours || coming,
    set: (it) => {
      const made = (name) => (gd, ...words) => ask(found(gd), () => it[name](gd, ...stilled(...words)));
      const changed = (name) => (gd, ...words) => ask(found(gd), () => it[name](gd, ...words));
      const lined = [...MAKE.map((name) => [name, made(name)]), ...CHANGE.map((name) => [name, changed(name)])];
      theirs = it;
      ours = { ...it, ...Object.fromEntries(lined), purge, Plots: { ...it.Plots, resize } };
    },
  });
  setInterval(tend, EVERY_MS);
  // nothing is painted on a page that nobody sees, and what waits for that does not hang
  document.addEventListener("visibilitychange", () => { for (const line of lines.values()) line.since = performance.now(); });

  const busy = (gd) => (lines.get(gd)?.now ? performance.now() - lines.get(gd).since || 1 : 0);
  return { early, all: () => [...lines.keys()], anew, busy };
})();
