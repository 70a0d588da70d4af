// A title that opens and closes what Streamlit draws below it. Python sends {title, open}; a press
// sends "open", what it shall be.

const folds = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const button = parentElement.querySelector("button");
  const show = (open) => button.setAttribute("aria-expanded", String(open));
  const written = JSON.stringify(data);
  if (folds.get(button) !== written) { // a press shows at once, and what runs meanwhile leaves it so
    folds.set(button, written);
    button.textContent = data.title;
    show(data.open);
  }
  button.onclick = () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    show(open);
    setTriggerValue("open", open);
  };
}
