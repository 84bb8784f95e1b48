/* A month of days to choose from, those outside what is stored greyed: a grid by the ARIA practices, so that arrows,
   Page Up and Down, Home, End and Escape do what they do everywhere. Days are "2026-11-23", in the city's time. */
"use strict";

ioc.calendar = (() => {
  const DAY = 86400e3;
  const utc = (day) => new Date(`${day}T00:00Z`), iso = (date) => date.toISOString().slice(0, 10);
  const shift = (day, n) => iso(new Date(utc(day).getTime() + n * DAY));
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

  function months(day, n) {  // the same day of another month, or its last
    const [year, month, date] = day.split("-").map(Number);
    const last = new Date(Date.UTC(year, month + n, 0)).getUTCDate();
    return iso(new Date(Date.UTC(year, month - 1 + n, Math.min(date, last))));
  }

  function weekStart(lang) {
    const locale = new Intl.Locale(lang);
    return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
  }

  /* `chosen(day)` is told the day; `known()` gives what is shown: { day, first, last, marks: a Map of days to numbers }. */
  function calendar(h, say, lang, known, chosen) {
    let at = null;
    const told = (day, options) => ioc.formats.moment(lang, { timeZone: "UTC", ...options }).format(utc(day));
    const title = h("strong", { "aria-live": "polite" }), body = h("tbody", {});
    const turn = (name, n) => h("button", { type: "button", "aria-label": say[name], title: say[name], onclick: () => paint(months(at, n)) }, n < 0 ? "‹" : "›");
    const monday = Date.UTC(2024, 0, 1), first = weekStart(lang);
    const names = Array.from({ length: 7 }, (_, i) => iso(new Date(monday + ((first - 1 + i) % 7) * DAY)));
    const heads = names.map((day) => h("th", { scope: "col", abbr: told(day, { weekday: "long" }) }, told(day, { weekday: "narrow" })));
    const grid = h("table", { role: "grid" }, h("thead", {}, h("tr", {}, ...heads)), body);
    const box = h("div", { class: "time-days", role: "dialog", "aria-label": say.calendar, hidden: "", onkeydown: pressed }, h("div", { class: "time-month" }, turn("month-back", -1), title, turn("month-on", 1)), grid);
    const button = h("button", { type: "button", class: "time-calendar", "aria-label": say.calendar, title: say.calendar, "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => (box.hidden ? open() : close()) }, h("i", {}));
    document.addEventListener("pointerdown", (event) => { if (!box.hidden && !whole.contains(event.target)) close(false); });

    function paint(day, focus = false) {
      at = day;
      const { day: shown, first: from, last: to, marks } = known();
      title.textContent = told(day, { month: "long", year: "numeric" });
      const start = `${day.slice(0, 8)}01`, lead = (utc(start).getUTCDay() + 7 - (first % 7)) % 7;
      const rows = [];
      for (let d = shift(start, -lead); d < months(start, 1); d = shift(d, 7)) rows.push(Array.from({ length: 7 }, (_, i) => shift(d, i)));
      body.replaceChildren(...rows.map((row) => h("tr", {}, ...row.map((d) => cell(d, d.slice(0, 7) === day.slice(0, 7), shown, from, to, marks)))));
      if (focus) body.querySelector('[tabindex="0"]')?.focus();
    }

    function cell(day, inside, shown, from, to, marks) {
      if (!inside) return h("td", {});
      const outside = day < from || day > to, n = marks.get(day);
      const label = told(day, { dateStyle: "full" }) + (n ? `, ${say.marked.replace("{n}", n)}` : "");
      const choice = { type: "button", "data-day": day, tabindex: day === at ? "0" : "-1", "aria-label": label, "aria-disabled": outside ? "true" : null, class: n ? "marked" : null, onclick: () => { if (!outside) { close(); chosen(day); } } };
      return h("td", { "aria-selected": String(day === shown) }, h("button", choice, String(Number(day.slice(8)))));
    }

    function pressed(event) {
      if (event.key === "Escape") { event.stopPropagation(); return close(); }
      if (!event.target.dataset.day) return;
      const weekday = (utc(at).getUTCDay() + 7 - (first % 7)) % 7;
      const to = { PageUp: () => months(at, -1), PageDown: () => months(at, 1), Home: () => shift(at, -weekday), End: () => shift(at, 6 - weekday) }[event.key];
      const day = event.key in STEPS ? shift(at, STEPS[event.key]) : to?.();
      if (!day) return;
      event.preventDefault();
      paint(day, true);
    }

    function open() {
      box.hidden = false;
      button.setAttribute("aria-expanded", "true");
      paint(known().day, true);
    }

    function close(back = true) {
      box.hidden = true;
      button.setAttribute("aria-expanded", "false");
      if (back) button.focus();
    }

    const whole = h("div", { class: "time-pick" }, button, box);
    return { whole, open };
  }

  return { calendar };
})();
