// Words below a picture, set anew where they differ, and a snippet that can be copied.

function copySnippet(button, code) {
  const said = (text) => {
    button.textContent = text;
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };
  const select = () => { // no clipboard here: leave it selected, to copy by hand
    window.getSelection().selectAllChildren(code);
    said("Selected");
  };
  if (!navigator.clipboard) { select(); return; }
  navigator.clipboard.writeText(code.textContent).then(() => said("Copied"), select);
}

export default function ({ data, parentElement }) {
  const [words, button, code] = [".live-notes-words", "button", "code"]
    .map((selector) => parentElement.querySelector(selector));
  if (words.written !== data.words) {
    words.written = data.words;
    words.innerHTML = data.words;
  }
  code.textContent = data.python;
  button.onclick = () => copySnippet(button, code);
}
