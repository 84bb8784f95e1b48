/* Maps and charts: only what changed is redrawn, nobody's zoom jumps, a lost WebGL context heals by itself. */
"use strict";

ioc.figures = (() => {
  const LOST_MS = 1500, STYLE_MS = 20000, HANGS_MS = 60000;
  const waiting = new Map();  // changes of figures by id
  const plot = (id) => document.getElementById(id)?.querySelector(".js-plotly-plot");
  const drawn = (gd) => gd && window.Plotly && gd._fullLayout && gd.data;
  const ground = (gd) => gd._fullLayout?.map?._subplot?.map;
  const styles = (gd) => ground(gd)?.style && ground(gd).isStyleLoaded();  // with its context a map loses its style, too
  // a map that is drawn to before its style stands throws
  const ready = (gd) => drawn(gd) && !ioc.plots.busy(gd) && (!gd._fullLayout.map || (!dead(gd) && styles(gd)));

  function styled(layout) {
    if (!layout?.map) return layout;
    const theme = document.documentElement.dataset.bsTheme;
    const style = `${String(layout.map.style).replace(/theme=\w+/, `theme=${theme}`).replace(/&size=.*/, "")}&size=${ioc.size()}`;
    return { ...layout, map: { ...layout.map, style } };
  }

  function sized(trace) {
    const k = trace.type === "scattermap" ? ioc.size() : 1, size = trace.marker?.size, font = trace.textfont;
    if (k === 1) return trace;
    const marker = size === undefined ? {} : { marker: { ...trace.marker, size: Array.isArray(size) ? size.map((s) => s * k) : size * k } };
    return { ...trace, ...marker, ...(font ? { textfont: { ...font, size: font.size * k } } : {}) };
  }

  function change(id, wanted) {
    waiting.set(id, merged(waiting.get(id), wanted));
    if (ready(plot(id))) draw(id, plot(id));
  }

  function draw(id, gd) {
    const wanted = waiting.get(id);
    if (!waiting.delete(id)) return;
    if (wanted.whole) {
      const { data, layout } = wanted.whole;
      Plotly.react(gd, data.map(sized), styled({ ...layout, map: { ...layout.map, center: gd.layout.map?.center || layout.map.center,
        zoom: gd.layout.map?.zoom ?? layout.map.zoom } }), gd._context).then(ioc.data.drawn);
      return;
    }
    const data = gd.data.map((trace, i) => placed(wanted.traces[i] ? { ...trace, ...sized({ type: trace.type, ...wanted.traces[i] }) } : trace, wanted.entries?.[i]));
    Plotly.react(gd, data, gd.layout, gd._context).then(ioc.data.drawn);
  }

  // A trace whose long lists have some entries changed: `entries` are [indices, values] by the list's name.
  function placed(trace, entries) {
    const out = { ...trace };
    for (const [name, [where, what]] of Object.entries(entries || {})) {
      out[name] = [...trace[name]];
      where.forEach((at, k) => { out[name][at] = what[k]; });
    }
    return entries ? out : trace;
  }

  // What was sent whole since goes before entries of it; entries of what waits whole are put into it.
  function merged(old, wanted) {
    if (!old || wanted.whole) return wanted;
    if (old.whole) {
      const data = old.whole.data.map((trace, i) => placed({ ...trace, ...wanted.traces[i] }, wanted.entries?.[i]));
      return { whole: { ...old.whole, data } };
    }
    const traces = { ...old.traces }, entries = {};
    for (const [i, attributes] of Object.entries(wanted.traces)) traces[i] = { ...traces[i], ...attributes };
    for (const i of new Set([...Object.keys(old.entries || {}), ...Object.keys(wanted.entries || {})])) {
      const before = Object.entries(old.entries?.[i] || {}).filter(([name]) => !(name in (wanted.traces[i] || {})));
      entries[i] = Object.fromEntries(before);
      for (const [name, [where, what]] of Object.entries(wanted.entries?.[i] || {})) {
        if (name in (traces[i] || {})) traces[i] = placed(traces[i], { [name]: [where, what] });
        else {
          const [first, then] = entries[i][name] || [[], []];
          entries[i][name] = [[...first, ...where], [...then, ...what]];
        }
      }
    }
    return { traces, entries };
  }

  // Called often and cheap: binds what Plotly forgets when a plot is made anew, and draws what had to wait.
  function mounted() {
    for (const gd of document.querySelectorAll(".js-plotly-plot")) {
      // Dash answers each zoom, fit and change of theme by drawing what it was given when the page was opened
      gd.removeAllListeners?.("plotly_relayout");
      if (!ready(gd)) continue;
      if (!gd.iocBound) bind(gd);
      else if (!alter(gd, { ...fit(gd), ...theme(gd) })) draw(gd.closest(".dash-graph")?.id, gd);
    }
  }

  function bind(gd) {
    gd.iocBound = true;
    gd.on("plotly_click", (event) => {
      const point = event.points?.[0], code = point?.location ?? point?.customdata;
      if (code) ioc.go(`/place/${encodeURIComponent(code)}`, { show: null });
    });
    alter(gd, { ...fit(gd), ...theme(gd) });
    ioc.data.drawn(gd);
  }

  // Opens where the layout's meta says: a box of [west, south, east, north] that must be in view, or a zoom
  // for a panel of 820 by 640 pixels, which a larger screen may exceed. And again when the panel's size
  // changes, until somebody moves the map.
  function fit(gd) {
    const map = ground(gd), meta = gd.layout.meta, last = gd.iocFit;
    if (!map || !meta || (last && moved(gd.layout.map, last))) return {};
    const { clientWidth: wide, clientHeight: high } = map.getContainer(), size = `${wide} ${high}`;
    if (!wide || !high || last?.size === size) return {};
    gd.iocOpens ??= gd.layout.map;
    let { center, zoom } = gd.iocOpens;
    if (meta.box) {
      const camera = map.cameraForBounds(meta.box, { padding: Math.min(wide, high) * 0.12 });
      if (camera) [center, zoom] = [{ lon: camera.center.lng, lat: camera.center.lat }, Math.min(camera.zoom, 13)];
    } else zoom += Math.log2(Math.min(wide / 820, high / 640));
    gd.iocFit = { size, center, zoom };
    return { "map.center": center, "map.zoom": zoom };
  }

  const moved = (now, { center, zoom }) => Math.abs(now.zoom - zoom) > 1e-3
    || Math.abs(now.center.lon - center.lon) > 1e-4 || Math.abs(now.center.lat - center.lat) > 1e-4;

  function theme(gd) {
    const wanted = styled(gd.layout);
    return gd.layout?.map && wanted.map.style !== gd.layout.map.style ? { "map.style": wanted.map.style } : {};
  }

  // at once: two changes of a map at a time break its style
  const alter = (gd, layout) => Object.keys(layout).length > 0 && Plotly.relayout(gd, layout);

  // A map whose context is lost for good, or whose style never came, draws nothing ever again: it is made anew, where
  // it was. What the browser says of it (webglcontextlost) may come to nobody, so the canvas itself is asked.
  function dead(gd) {
    const canvas = gd.querySelector(".maplibregl-canvas");
    return !canvas || canvas.getContext("webgl2")?.isContextLost() !== false;
  }

  // From the moment it is being made: a context may be lost before the map was ever ready.
  function watch() {
    const now = performance.now();
    for (const gd of ioc.plots.all()) {
      if (document.hidden || !gd.isConnected || !(gd._fullLayout?.map || gd.iocKept)) continue;
      const gone = dead(gd), busy = ioc.plots.busy(gd), hangs = busy > HANGS_MS;
      if (!gone && !hangs && (busy || styles(gd))) gd.iocIll = 0;
      else if (!gd.iocIll) gd.iocIll = now;
      else if (hangs || now - gd.iocIll > (gone ? LOST_MS : STYLE_MS)) anew(gd);
    }
  }

  async function anew(gd) {
    if (drawn(gd)) gd.iocKept = { data: gd.data, layout: { ...gd.layout, map: { ...gd.layout.map } }, config: gd._context };
    const { data, layout, config } = gd.iocKept;
    Object.assign(gd, { iocBound: false, iocIll: 0 });
    try { await ioc.plots.anew(gd, data, layout, config); } catch (error) { console.warn("map not made anew yet", error); }
    mounted();
  }

  setInterval(watch, 500);
  setInterval(mounted, 500);
  return { change, mounted, themed: mounted, forget: () => waiting.clear() };
})();
