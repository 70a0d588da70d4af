// Runs in every page that the browser tests open, before the app: knows whether the page has followed
// what a person did. It has when nothing waits to be sent, the server has come to rest and said so
// behind all its other answers (streamlit_server.py), and the browser has nothing left to draw.
(() => {
  const RESEND_MS = 2000; // Streamlit drops an answer that has not left when a new run begins
  const SHORT = 200; // no answer to a question is longer, in bytes
  let socket = null;
  let sent = 0;
  let questions = 0;
  let answered = () => {};
  let awaited = "";

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (socket !== this) {
      socket = this;
      this.addEventListener("message", ({ data: answer }) => {
        if (answer.byteLength > SHORT || !awaited) return;
        if (new TextDecoder("latin1").decode(answer).includes(awaited)) answered();
      });
    }
    sent += 1;
    send.call(this, data);
  };

  // A BackMsg with file_urls_request (16), which has a request_id (1).
  const question = (id) => {
    const text = new TextEncoder().encode(id);
    return new Uint8Array([0x82, 0x01, text.length + 2, 0x0a, text.length, ...text]);
  };

  const ask = () => new Promise((resolve) => {
    questions += 1;
    const id = `settled-${questions};`;
    const again = setInterval(() => send.call(socket, question(id)), RESEND_MS);
    awaited = id;
    answered = () => { clearInterval(again); awaited = ""; resolve(); };
    send.call(socket, question(id));
  });

  const idle = () => new Promise((resolve) => {
    requestAnimationFrame(() => requestIdleCallback(resolve));
  });

  const isPending = () => {
    const isolated = [...document.querySelectorAll("[data-testid='stBidiComponentIsolated']")];
    const roots = [document, ...isolated.map((host) => host.shadowRoot)];
    return roots.some((root) => root?.querySelector("[data-pending]"))
      || !document.querySelector("[data-testid='stApp'][data-test-script-state='notRunning']");
  };

  const hasSettled = async () => {
    await idle();
    if (!socket || isPending()) return false;
    const before = sent;
    await ask();
    await idle();
    await idle();
    return sent === before && !isPending();
  };

  window.settled = async () => {
    while (!await hasSettled());
    return true;
  };
})();
