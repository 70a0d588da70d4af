// Watches when what a page draws has really changed. Installed as window.bench before the page's
// own scripts. Three kinds of pages: "live" (our chart), "plotly" (any other Plotly chart) and
// "image". The clock starts at the key press and stops one animation frame after the change.

(() => {
  const QUIET_MS = 500; // so long without a change, and a press is over
  const PATIENCE_MS = 20000;
  const MAPS = 9;

  const cellsOf = (root) => [...root.querySelectorAll(".heatmaplayer image")];
  const hrefOf = (image) => image.getAttribute("href")
    || image.getAttributeNS("http://www.w3.org/1999/xlink", "href") || "";

  // A text that differs whenever the picture differs; null while there is no whole picture.
  const signatures = {
    live: () => document.querySelector(".live-chart[data-drawn]")?.dataset.drawn ?? null,
    plotly: () => {
      const hrefs = cellsOf(document).map(hrefOf).filter(Boolean);
      return hrefs.length === MAPS ? hrefs.join("\n") : null;
    },
    image: () => {
      const image = document.querySelector(".image-container img, .image-frame img");
      return image?.complete && image.naturalWidth ? image.currentSrc : null;
    },
  };

  // The colors that a live chart shows now: its canvases, else what Plotly has drawn.
  const paintedNow = (kind) => {
    if (kind !== "live") return signatures[kind]();
    const canvases = [...document.querySelectorAll(".live-chart canvas")];
    return (canvases.length ? canvases.map((canvas) => canvas.toDataURL())
      : cellsOf(document).map(hrefOf)).join("\n");
  };

  function arm(kind, keep) {
    const state = { kind, before: signatures[kind](), seen: [], pressed: null, touched: 0 };
    state.last = state.before;
    const note = () => {
      const now = signatures[kind]();
      if (now === null || now === state.last || state.pressed === null) return;
      state.last = now;
      const entry = { signature: now, painted: keep ? paintedNow(kind) : "" };
      state.seen.push(entry);
      state.touched = performance.now();
      requestAnimationFrame(() => { entry.at = performance.now(); });
    };
    state.observer = new MutationObserver(note);
    state.observer.observe(document, {
      subtree: true, childList: true, attributes: true,
      attributeFilter: ["href", "xlink:href", "src", "data-drawn"],
    });
    state.loaded = note;
    document.addEventListener("load", note, true);
    window.addEventListener("keydown", () => { state.pressed = performance.now(); },
      { capture: true, once: true });
    window.bench.state = state;
  }

  function stop(state) {
    state.observer.disconnect();
    document.removeEventListener("load", state.loaded, true);
  }

  // Milliseconds from the key press to the first frame of the picture that stayed.
  async function settled() {
    const { state } = window.bench;
    const started = performance.now();
    for (;;) {
      await new Promise((next) => setTimeout(next, 50));
      const now = performance.now();
      if (state.seen.length && now - state.touched > QUIET_MS) break;
      if (now - started > PATIENCE_MS) { stop(state); return { error: "nothing was repainted" }; }
    }
    stop(state);
    const found = state.seen.find((entry) => entry.signature === state.last);
    if (state.last === state.before) return { error: "the same picture came back" };
    return { ms: found.at - state.pressed, painted: found.painted };
  }

  // Times of the frames in which one attribute of our chart had changed, and of press and release.
  function record(attribute) {
    const chart = document.querySelector(".live-chart");
    const state = { times: [], pressed: null, released: null };
    let [last, lastFrame] = [chart.getAttribute(attribute), null];
    state.observer = new MutationObserver(() => {
      const now = chart.getAttribute(attribute);
      if (now === last) return;
      last = now;
      requestAnimationFrame((frame) => {
        if (frame !== lastFrame) state.times.push(performance.now());
        lastFrame = frame;
      });
    });
    state.observer.observe(chart, { attributes: true });
    const once = { capture: true, once: true };
    window.addEventListener("pointerdown", () => { state.pressed = performance.now(); }, once);
    window.addEventListener("pointerup", () => { state.released = performance.now(); }, once);
    window.bench.recording = state;
  }

  function recorded() {
    const { times, pressed, released, observer } = window.bench.recording;
    observer.disconnect();
    return { times, pressed, released };
  }

  // Where the second map stands: {x, y, width, height}; the whole picture of an image.
  function place(kind) {
    const target = kind === "image" ? document.querySelector(".image-container img, .image-frame img")
      : cellsOf(document)[1];
    const { x, y, width, height } = target.getBoundingClientRect();
    return { x, y, width, height };
  }

  window.bench = { arm, settled, record, recorded, place };
})();
