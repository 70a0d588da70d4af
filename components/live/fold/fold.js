// @ts-check
// A title that opens and closes what Streamlit draws below it. Python sends {title, open}; a press
// sends "open", what it shall be.

/**
 * @typedef {object} Component
 * @property {{ title: string, open: boolean }} data
 * @property {ParentNode} parentElement
 * @property {(event: string, value: unknown) => void} setTriggerValue
 */

/** @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap();

/**
 * @param {HTMLElement} button
 * @param {boolean} open
 */
function show(button, open) {
  button.setAttribute("aria-expanded", String(open));
}

/** @param {Component} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const button = /** @type {HTMLElement} */ (parentElement.querySelector("button"));
  const written = JSON.stringify(data);
  if (shown.get(button) !== written) { // a press shows at once, and what runs meanwhile leaves it so
    shown.set(button, written);
    button.textContent = data.title;
    show(button, data.open);
  }
  button.onclick = () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    show(button, open);
    setTriggerValue("open", open);
  };
}
