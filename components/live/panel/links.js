// @ts-check
// Links to the pages.

/** @import { LinkData, Panel } from "./types" */

/**
 * Open a page. Streamlit answers Back and Forward by running the page that the address then names,
 * in the same session. A link does the same: one entry in the history, and no page is loaded anew.
 * @param {string} address
 */
function visit(address) {
  window.history.pushState({}, "", address);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}

/** @param {LinkData} page */
function linkTo({ title, address, here }) {
  const link = Object.assign(document.createElement("a"), { href: address, textContent: title });
  if (here) link.setAttribute("aria-current", "page");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // a new tab, say
    event.preventDefault();
    if (!here) visit(address);
  });
  return link;
}

/**
 * @param {Panel} panel
 * @param {LinkData[]} pages
 */
export function showLinks(panel, pages) {
  const written = JSON.stringify(pages);
  if (written === panel.links) return;
  panel.links = written;
  const nav = panel.find(".live-panel-links");
  nav.hidden = !pages.length;
  nav.replaceChildren(...pages.map(linkTo));
}
