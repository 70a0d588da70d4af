// @ts-check
// Title, question, buttons that Python answers ("press" is the text of one), and one that copies
// the page's address. Where the browser has no clipboard (plain http from another machine), it shows
// the address, selected, to copy by hand.

/**
 * @typedef {object} Component
 * @property {{ title: string, question: string, buttons: string[] }} data
 * @property {ParentNode} parentElement
 * @property {(event: string, value: unknown) => void} setTriggerValue
 */

const CONFIRMED_MS = 1500;

/**
 * @param {HTMLElement} button
 * @param {HTMLInputElement} box
 */
async function copyAddress(button, box) {
  try {
    await navigator.clipboard.writeText(window.location.href);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy link"; }, CONFIRMED_MS);
  } catch {
    box.hidden = false;
    box.value = window.location.href;
    box.select();
  }
}

/**
 * @param {HTMLElement} bar
 * @param {string[]} texts
 */
function showButtons(bar, texts) {
  const written = JSON.stringify(texts);
  if (bar.dataset.written === written) return;
  bar.dataset.written = written;
  bar.replaceChildren(...texts.map((text) =>
    Object.assign(document.createElement("button"), { type: "button", textContent: text })));
}

/** @param {Component} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (parentElement.querySelector(selector));
  find("h1").textContent = data.title;
  find("p").textContent = data.question;
  const bar = find(".live-header-buttons");
  showButtons(bar, data.buttons);
  bar.onclick = (/** @type {MouseEvent} */ event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.tagName === "BUTTON") setTriggerValue("press", target.textContent);
  };
  const copy = find(".live-header-copy");
  copy.onclick = () => copyAddress(copy, find("input"));
}
