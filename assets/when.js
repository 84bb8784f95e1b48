/* A moment as text in the page's own order of day, month and year, read and written in the city's time. What the
   browser's own field shows follows the browser's language, not the page's. ISO 8601 is understood as well. */
"use strict";

ioc.when = (() => {
  const two = (n) => String(n).padStart(2, "0");
  const parts = (lang) => ioc.formats.moment(lang, { year: "numeric", month: "2-digit", day: "2-digit", timeZone: "UTC" }).formatToParts(0);
  const order = (lang) => parts(lang).map((p) => p.type).filter((type) => type !== "literal");

  // "2026-11-23T19:05" as the language writes it, and back; null for what is no moment.
  function written(there, lang) {
    const [year, month, day, hour, minute] = there.match(/\d+/g);
    const found = { year, month, day };
    return `${parts(lang).map((p) => found[p.type] ?? p.value).join("")} ${hour}:${minute}`;
  }

  function understood(text, lang, otherwise) {
    const iso = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2}))?/.exec(text);
    const found = iso ? iso.slice(1).filter(Boolean) : text.match(/\d+/g) || [];
    const names = iso ? ["year", "month", "day"] : order(lang);
    const compact = found.length === 4 && found[3].length === 4 ? [...found.slice(0, 3), found[3].slice(0, 2), found[3].slice(2)] : found;
    if (compact.length !== 3 && compact.length !== 5) return null;
    const day = Object.fromEntries(names.map((name, i) => [name, Number(compact[i])]));
    const year = day.year < 100 ? day.year + 2000 : day.year;
    const [hour, minute] = compact.length === 5 ? compact.slice(3).map(Number) : otherwise.slice(11, 16).split(":").map(Number);
    const there = `${String(year).padStart(4, "0")}-${two(day.month)}-${two(day.day)}T${two(hour)}:${two(minute)}`;
    const real = new Date(`${there}Z`);
    return !Number.isNaN(real.getTime()) && real.toISOString().slice(0, 16) === there ? there : null;
  }

  // So many units more, where the clocks of a year without changes show them.
  function moved(there, unit, n) {
    const at = new Date(`${there}Z`);
    const UTC = { year: "FullYear", month: "Month", day: "Date", hour: "Hours", minute: "Minutes" }[unit];
    at[`setUTC${UTC}`](at[`getUTC${UTC}`]() + n);
    return at.toISOString().slice(0, 16);
  }

  function pattern(say, lang) {
    const [day, month, year, hour, minute] = say.letters.split(" "), letters = { day, month, year };
    return `${parts(lang).map((p) => letters[p.type] ?? p.value).join("")} ${hour}:${minute}`;
  }

  /* `go(there)` is told a moment that was entered. The arrows change the number at the caret. */
  function field(h, say, lang, go) {
    let shown = "";
    const input = h("input", { type: "text", class: "time-moment", autocomplete: "off", spellcheck: "false", size: "16", "aria-label": say.moment, title: `${say.moment}: ${pattern(say, lang)}`, placeholder: pattern(say, lang), onkeydown: pressed, onchange: enter, oninput: () => input.removeAttribute("aria-invalid") });

    function enter() {
      const there = understood(input.value, lang, shown || "T00:00");
      input.toggleAttribute("aria-invalid", !there);
      if (!there) return input.setAttribute("aria-invalid", "true");
      input.value = written(there, lang);
      if (there !== shown) go(there);
    }

    function pressed(event) {
      if (event.key === "Enter") return enter();
      if (event.key === "Escape") { show(shown); return input.removeAttribute("aria-invalid"); }
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key], there = understood(input.value, lang, shown || "T00:00");
      if (!by || event.altKey || !there) return;
      event.preventDefault();
      const caret = input.selectionStart, unit = [...order(lang), "hour", "minute"][(input.value.slice(0, caret).match(/\D+/g) || []).length];
      input.value = written(moved(there, unit, by), lang);
      input.setSelectionRange(caret, caret);
    }

    function show(there) {
      shown = there;
      input.value = there ? written(there, lang) : "";
    }

    return { input, show, get shown() { return shown; } };
  }

  return { field, written, understood, moved };
})();
