/* What a person does with the frame around the pages: theme, language, search, choices that live in the URL. */
"use strict";

(() => {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");

  // Maps know pixels only: on a wall of twice the size everything on them is drawn twice the size.
  ioc.size = () => {
    const k = Math.min(innerWidth / 1920, innerHeight / 1080);  // as letters grow in screens.css
    return [3, 2, 1.5].find((step) => k >= step * 0.9) || 1;
  };

  function theme(chosen) {
    const name = chosen || localStorage.getItem("theme") || (dark.matches ? "dark" : "light");
    root.dataset.bsTheme = name;
    document.cookie = `look=${name}-${ioc.size()};path=/;SameSite=Strict;max-age=31536000`;
    ioc.figures.themed();
  }

  ioc.go = (path, changed = {}) => {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changed)) value ? query.set(name, value) : query.delete(name);
    const words = query.toString();
    history.pushState({}, "", path + (words ? `?${words}` : ""));
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    scrollTo(0, 0);
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest("#theme")) return;
    const name = root.dataset.bsTheme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", name);
    theme(name);
  });
  document.addEventListener("change", (event) => {
    const query = event.target.dataset?.query;
    if (query) ioc.go(location.pathname, { [query]: event.target.value });
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "search") return;
    const found = [...document.querySelectorAll("#places option")].find((o) => o.value === event.target.value);
    if (found) ioc.go(found.dataset.href, { show: null });
  });
  addEventListener("ioc-shown", ({ detail: { own } }) => {  // where the pages' names slide, the one that is shown is seen
    const name = own && document.querySelector(".top .nav .active"), names = name && name.closest("nav");
    if (names && names.scrollWidth > names.clientWidth) names.scrollLeft = name.offsetLeft - names.offsetLeft - names.clientWidth / 3;
  });
  dark.addEventListener("change", () => { if (!localStorage.getItem("theme")) theme(); });
  theme();
})();
