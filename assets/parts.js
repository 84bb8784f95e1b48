/* Panels that change as a whole, such as the attention list, built from components as plain data. Dash would do it
   too, but then each of the page's thousand components looks through Dash's store whether it has changed: with them
   a commit takes the browser twenty times as long. Texts arrive as text, whatever is in them. */
"use strict";

(() => {
  const TAGS = { Link: "a" };
  const OURS = new Set(["open", "style", "role", "data-label"]);  // what a person opened stays open; styles are set one by one; the rest is of cards.js

  const attributes = ({ children, className, style, ...rest }, type) => {
    const found = { ...rest, ...(className ? { class: className } : {}), ...(type === "Link" ? { "data-inside": "" } : {}) };
    const known = Object.entries(found).filter(([, value]) => value !== null && value !== undefined && value !== false);
    return Object.fromEntries(known.map(([name, value]) => [name, value === true ? "" : String(value)]));
  };
  const flat = (what) => (what === null || what === undefined || what === false ? [] : Array.isArray(what) ? what.flatMap(flat) : [what]);

  // Nodes that stand already are kept, so that nobody's scrolling, focus or selection is lost.
  function fill(parent, drawn) {
    const wanted = flat(drawn);
    if (!wanted.length && parent.dataset.age !== undefined) return;  // its text is ours: an age that ticks
    wanted.forEach((what, i) => {
      const old = parent.childNodes[i], node = typeof what === "object" ? element(old, what) : text(old, String(what));
      if (node !== old) old ? parent.replaceChild(node, old) : parent.append(node);
    });
    while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
  }

  function text(old, words) {
    if (old?.nodeType !== Node.TEXT_NODE) return document.createTextNode(words);
    if (old.nodeValue !== words) old.nodeValue = words;
    return old;
  }

  function element(old, { type, props }) {
    const tag = TAGS[type] || type.toLowerCase(), wanted = attributes(props, type);
    const node = old?.localName === tag ? old : document.createElement(tag);
    for (const { name } of [...node.attributes]) if (!(name in wanted) && !OURS.has(name)) node.removeAttribute(name);
    for (const [name, value] of Object.entries(wanted)) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
    for (const [name, value] of Object.entries(props.style || {})) node.style.setProperty(name, value);
    fill(node, props.children);
    return node;
  }

  ioc.part = (id, drawn) => {
    const panel = document.getElementById(id);
    if (!panel) return;
    fill(panel, drawn);
    ioc.cards(panel);
    if (!panel.classList.contains("panel-body")) return;
    const quiet = [...panel.children].some((e) => e.className === "chart-none");
    panel.parentElement.toggleAttribute("data-quiet", quiet);  // a panel of one line takes no more room than that
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-inside]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState({}, "", link.href);
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    scrollTo(0, 0);
  });
})();
