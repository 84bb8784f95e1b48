/* A map that is left while it is still being made goes on being made, off the page, and keeps its page and its graphics
   for ever. Whatever left the page is purged once more when it must have come to its end. */
"use strict";

(() => {
  const AFTER_MS = 10000, EVERY_MS = 1000;
  const left = new Map();  // plots, and since when they have been off the page (0: they are on it)

  function sweep() {
    const now = performance.now();
    for (const gd of document.querySelectorAll(".js-plotly-plot")) left.set(gd, 0);
    for (const [gd, since] of left) {
      if (gd.isConnected) continue;
      if (!since) left.set(gd, now);
      else if (now - since > AFTER_MS) {
        left.delete(gd);
        try { Plotly.purge(gd); } catch (error) { console.info("purged already", error); }
      }
    }
  }

  setInterval(sweep, EVERY_MS);
})();
