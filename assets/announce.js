/* New alarms are told to who hears the page: politely, together, and never more often than every so many seconds. */
"use strict";

ioc.announce = (() => {
  const APART_MS = 20000, MOST = 3;
  let known = null, waiting = new Map(), last = 0, timer = 0;

  const key = (row) => `${row.dataset.attention}|${row.dataset.place}`;
  const text = (row) => [".attention-place", ".attention-what", ".attention-value"]
    .map((part) => row.querySelector(part)?.textContent.trim()).filter(Boolean).join(", ");

  // Called after each frame; `first` is a page's first, whose alarms are read where they stand.
  function look(first) {
    const rows = [...document.querySelectorAll('[data-attention][data-level="alarm"]')];
    const now = new Map(rows.map((row) => [key(row), row]));
    if (first || !known) { waiting = new Map(); known = new Set(now.keys()); return; }
    for (const [name, row] of now) if (!known.has(name)) waiting.set(name, text(row));
    for (const name of waiting.keys()) if (!now.has(name)) waiting.delete(name);
    known = new Set(now.keys());
    if (waiting.size && !timer) timer = setTimeout(tell, Math.max(0, last + APART_MS - performance.now()));
  }

  function tell() {
    timer = 0;
    const place = document.getElementById("alarms"), told = [...waiting.values()];
    if (!place || !told.length) return;
    const words = JSON.parse(document.getElementById("city-state").dataset.words);
    const more = told.length > MOST ? ` +${told.length - MOST}` : "";
    place.textContent = words.alarms.replace("{what}", told.slice(0, MOST).join("; ") + more);
    last = performance.now();
    waiting = new Map();
  }
  return look;
})();
