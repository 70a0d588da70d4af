// A button that copies the page's address. Where the browser has no clipboard (plain http from
// another machine), it shows the address, selected, to copy by hand.

export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  const box = parentElement.querySelector("input");
  button.onclick = async () => {
    const address = window.location.href;
    try {
      await navigator.clipboard.writeText(address);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy link"; }, 1500);
    } catch {
      box.hidden = false;
      box.value = address;
      box.select();
    }
  };
}
