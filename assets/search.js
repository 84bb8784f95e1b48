/* Finding a place by keyboard: Enter goes to the first name that fits, with or without its marks ("thuan hoa"). */
"use strict";

(() => {
  const plain = (text) => text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/\p{M}/gu, "").trim();

  // The name itself, else what begins with it, else what holds it.
  function found(text) {
    const wanted = plain(text), options = [...document.querySelectorAll("#places option")];
    if (!wanted) return null;
    const fits = [(name) => name === wanted, (name) => name.startsWith(wanted), (name) => name.includes(wanted)];
    for (const fit of fits) {
      const option = options.find((o) => fit(plain(o.value)));
      if (option) return option;
    }
    return null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "search" || event.key !== "Enter") return;
    const option = found(event.target.value);
    event.target.setAttribute("aria-invalid", String(!option));
    if (option) ioc.go(option.dataset.href, { show: null });
  });
})();
