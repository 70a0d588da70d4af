// Title, question, buttons that Python answers ("press" is the text of one), and one that copies the page's address.
// Where the browser has no clipboard (plain http from another machine), it shows the address,
// selected, to copy by hand.

async function copyAddress(button, box) {
  try {
    await navigator.clipboard.writeText(window.location.href);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy link"; }, 1500);
  } catch {
    box.hidden = false;
    box.value = window.location.href;
    box.select();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (selector) => parentElement.querySelector(selector);
  find("h1").textContent = data.title;
  find("p").textContent = data.question;
  const place = find(".live-header-buttons");
  const written = JSON.stringify(data.buttons);
  if (place.dataset.written !== written) {
    place.dataset.written = written;
    place.replaceChildren(...data.buttons.map((text) =>
      Object.assign(document.createElement("button"), { type: "button", textContent: text })));
  }
  place.onclick = ({ target }) => {
    if (target.tagName === "BUTTON") setTriggerValue("press", target.textContent);
  };
  const [copy, box] = [".live-header-copy", "input"].map(find);
  copy.onclick = () => copyAddress(copy, box);
}
