/* On a phone the rows of wide tables are cards (assets/cards.css). A cell is told the name of its column, and since a
   table whose parts are no longer drawn as such may not be read as one, its parts say what they are. */
"use strict";

(() => {
  const narrow = matchMedia("(max-width: 600px)");
  const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

  function say(element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  function card(table) {
    const names = [...(table.tHead?.rows[0]?.cells || [])].map((c) => c.textContent);
    for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td")]) say(part, "role", ROLES[part.tagName]);
    for (const th of table.querySelectorAll("th")) say(th, "role", th.scope === "row" ? "rowheader" : "columnheader");
    for (const row of table.tBodies[0]?.rows || []) {
      [...row.cells].forEach((cell, i) => { if (names[i]) say(cell, "data-label", names[i]); });
    }
  }

  ioc.cards = (root) => { if (narrow.matches) root.querySelectorAll("table.chart").forEach(card); };
  narrow.addEventListener("change", () => ioc.cards(document));
})();
