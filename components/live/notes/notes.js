// @ts-check
// Text below a picture and how it is known, set anew where it differs, and a snippet to copy.

/**
 * @typedef {object} Component
 * @property {{ html: string, known: string, python: string }} data
 * @property {ParentNode} parentElement
 */

const CONFIRMED_MS = 1500;

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} code
 */
function copySnippet(button, code) {
  const confirm = (/** @type {string} */ text) => {
    button.textContent = text;
    setTimeout(() => { button.textContent = "Copy"; }, CONFIRMED_MS);
  };
  const select = () => { // no clipboard here: leave it selected, to copy by hand
    window.getSelection()?.selectAllChildren(code);
    confirm("Selected");
  };
  if (!navigator.clipboard) { select(); return; }
  navigator.clipboard.writeText(code.textContent ?? "").then(() => confirm("Copied"), select);
}

/** @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap();

/**
 * Show HTML that Python made: the one place where a text becomes elements. components/markup.py
 * has escaped all of it that is not markup.
 * @param {HTMLElement} element
 * @param {string} html
 */
function showHtml(element, html) {
  if (shown.get(element) === html) return;
  shown.set(element, html);
  element.innerHTML = html;
}

/** @param {Component} component */
export default function ({ data, parentElement }) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (parentElement.querySelector(selector));
  const [button, code] = [find("button"), find("code")];
  showHtml(find(".live-notes-words"), data.html);
  showHtml(find(".live-notes-known-words"), data.known);
  find(".live-notes-known").hidden = !data.known;
  code.textContent = data.python;
  button.onclick = () => copySnippet(button, code);
}
