/* Panels that change as a whole, such as the attention list, built from components as plain data. Dash would do it
   too, but then each of the page's thousand components looks through Dash's store whether it has changed: with them
   a commit takes the browser twenty times as long. Texts arrive as text, whatever is in them. */
"use strict";

(() => {
  const TAGS = { Link: "a" };

  function built(what) {
    if (what === null || what === undefined || what === false) return [];
    if (Array.isArray(what)) return what.flatMap(built);
    if (typeof what !== "object") return [document.createTextNode(what)];
    const { children, className, ...rest } = what.props;
    const element = document.createElement(TAGS[what.type] || what.type.toLowerCase());
    if (className) element.className = className;
    if (what.type === "Link") element.dataset.inside = "";
    for (const [name, value] of Object.entries(rest)) {
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...built(children));
    return [element];
  }

  ioc.part = (id, drawn) => document.getElementById(id)?.replaceChildren(...built(drawn));

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-inside]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState({}, "", link.href);
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    scrollTo(0, 0);
  });
})();
