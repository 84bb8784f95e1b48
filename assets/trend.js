/* Trend lines of tiles: a path in an SVG, broken where a value is unknown. */
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg", WIDE = 100, HIGH = 30;

  ioc.trend = (box, line) => {
    const known = line.filter((v) => v !== null);
    if (known.length < 2) return box.replaceChildren();
    const low = Math.min(...known), span = Math.max(...known) - low || 1;
    const x = (i) => (i * WIDE) / (line.length - 1), y = (v) => HIGH - 3 - ((v - low) / span) * (HIGH - 6);
    let path = "", pen = false;
    line.forEach((v, i) => {
      if (v === null) { pen = false; return; }
      path += `${pen ? "L" : "M"}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
      pen = true;
    });
    let svg = box.firstChild;
    if (!svg) {
      svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
      svg.setAttribute("preserveAspectRatio", "none");
      svg.setAttribute("aria-hidden", "true");
      svg.append(document.createElementNS(SVG, "path"));
      box.append(svg);
    }
    svg.firstChild.setAttribute("d", path);
  };
})();
