/* The browser's own formats of numbers and moments, each made once: making one takes thirty times as long as using it,
   and a page of ages uses hundreds a second. A page knows a handful; what is over that goes, for a zone or a language may
   change. */
"use strict";

ioc.formats = (() => {
  const MOST = 50, kept = new Map();

  function one(Kind, lang, shape) {
    const name = `${Kind.name} ${lang} ${JSON.stringify(shape)}`;
    if (!kept.has(name)) {
      if (kept.size >= MOST) kept.clear();
      kept.set(name, new Kind(lang, shape));
    }
    return kept.get(name);
  }

  return { number: (lang, shape) => one(Intl.NumberFormat, lang, shape), moment: (lang, shape) => one(Intl.DateTimeFormat, lang, shape) };
})();
