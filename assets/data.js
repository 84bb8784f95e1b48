/* The table behind a map, made of the figure that is drawn when somebody opens it; and the same as CSV. */
"use strict";

ioc.data = (() => {
  const text = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;
  const lines = (words) => words.split("<br>").map((line) => text(line).trim());
  const plot = (details) => document.getElementById(details.dataset.of)?.querySelector(".js-plotly-plot");
  const make = (tag, words, more = {}) => Object.assign(document.createElement(tag), { textContent: words, ...more });

  // Each trace once: rings and cores, shapes and markers tell the same.
  function tables(gd) {
    const told = new Set();
    return gd.data.filter((t) => Array.isArray(t.text) && t.text.length).flatMap((t) => {
      const fresh = t.text.filter((words) => !told.has(words));
      t.text.forEach((words) => told.add(words));
      return fresh.length ? [{ name: t.name, rows: fresh.map(lines) }] : [];
    });
  }

  // A column whose cells all begin with the same words has them as its head.
  function columns(rows) {
    const wide = Math.max(...rows.map((r) => r.length));
    return Array.from({ length: wide - 1 }, (_, i) => {
      const heads = rows.map((r) => r[i + 1]).filter(Boolean).map((cell) => (cell.includes(": ") ? cell.slice(0, cell.lastIndexOf(": ")) : ""));
      return heads.length && heads[0] && heads.every((head) => head === heads[0]) ? heads[0] : "";
    });
  }

  function cells(row, heads) {
    return heads.map((head, i) => { const cell = row[i + 1] || ""; return head ? cell.slice(head.length + 2) : cell; });
  }

  function table({ name, rows }, words) {
    const heads = columns(rows), made = make("table", "", { className: "chart plain" });
    made.append(make("caption", words[name] || name));
    const top = made.createTHead().insertRow();
    [words.name, ...heads.map((head) => head || words.details)].forEach((head) => top.append(make("th", head, { scope: "col" })));
    const body = made.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      line.append(make("th", row[0], { scope: "row" }), ...cells(row, heads).map((cell) => make("td", cell)));
    }
    return made;
  }

  function csv(gd, words) {
    const quoted = (cell) => `"${(/^[=+\-@\t]/.test(cell) && Number.isNaN(Number(cell)) ? `'${cell}` : cell).replaceAll('"', '""')}"`;
    const rows = tables(gd).flatMap(({ name, rows }) => {
      const heads = columns(rows);
      return [[words[name] || name, ...heads.map((head) => head || words.details)], ...rows.map((row) => [row[0], ...cells(row, heads)])];
    });
    return `\ufeff${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
  }

  function show(details) {
    const gd = plot(details), body = details.querySelector(".data-body");
    if (!gd?.data) return;
    const words = JSON.parse(details.dataset.words), made = tables(gd);
    const save = make("button", words.csv, { type: "button", className: "data-save" });
    const old = body.scrollTop, focused = body.contains(document.activeElement);
    body.replaceChildren(make("p", gd.data[0]?.meta?.told || ""), save, ...made.map((t) => table(t, words)));
    body.scrollTop = old;
    if (focused) save.focus({ preventScroll: true });
  }

  function save(details) {
    const url = URL.createObjectURL(new Blob([csv(plot(details), JSON.parse(details.dataset.words))], { type: "text/csv" }));
    make("a", "", { href: url, download: `${details.dataset.of}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  document.addEventListener("toggle", ({ target }) => { if (target.open && target.matches?.("details.data")) show(target); }, true);
  document.addEventListener("click", ({ target }) => { if (target.closest?.(".data-save")) save(target.closest("details.data")); });
  document.addEventListener("keydown", ({ key, target }) => {
    const open = key === "Escape" && target.closest?.("details.data[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  // Called after each drawing: the label of the map, and the table if it is open.
  function drawn(gd) {
    const told = gd.data[0]?.meta?.told, canvas = gd.querySelector(".maplibregl-canvas");
    if (told && canvas) { canvas.setAttribute("role", "img"); canvas.setAttribute("aria-label", told); }
    const id = gd.closest(".dash-graph")?.id, details = document.querySelector(`details.data[open][data-of="${id}"]`);
    if (details) show(details);
  }
  return { drawn };
})();
