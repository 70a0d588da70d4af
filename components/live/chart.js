// The live chart: keeps one Plotly chart and hands it every new figure in place.
// Messages come as in wire.py; what a figure may say of itself is told in chart.py.

const SETTLE_MS = 220; // Plotly itself redraws once nothing has come or moved for this long
const THEME_MS = 300; // so long after the last turn of the script, the theme is looked at again

let plotlyScript = null;

function loadPlotly(url) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  plotlyScript ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("The chart library could not be loaded."));
    document.head.appendChild(script);
  });
  return plotlyScript;
}

function merged(base, change) {
  const both = { ...base };
  for (const [key, value] of Object.entries(change || {})) {
    const deep = value && typeof value === "object" && !Array.isArray(value) && typeof base[key] === "object";
    both[key] = deep && !Array.isArray(base[key]) ? merged(base[key], value) : value;
  }
  return both;
}

function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    ink: read("--st-text-color", "#31333f"),
    paper: read("--st-background-color", "#ffffff"),
    line: read("--st-border-color", "#d5d6d9"),
    font: read("--st-font", "sans-serif"),
    accent: read("--st-primary-color", "#ff4b4b"),
  };
}

function themed(layout, theme) {
  const axis = { gridcolor: theme.line, linecolor: theme.line, zerolinecolor: theme.line, tickcolor: theme.line };
  const template = {
    layout: {
      font: { color: theme.ink, family: theme.font, size: 13 },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: axis, yaxis: axis, autosize: true,
      legend: { bgcolor: "rgba(0,0,0,0)" },
      hoverlabel: { font: { family: theme.font } },
    },
  };
  return { ...layout, template, autosize: true };
}

function layoutFor(self) {
  const layout = self.content.figure.layout;
  const meta = layout.meta || {};
  const narrow = self.stage.clientWidth < (meta.narrow_below || 560);
  const fitted = narrow && meta.narrow ? merged(layout, meta.narrow) : { ...layout };
  const width = fitted.meta?.width; // drawn for this width: the height follows the real one
  if (width) fitted.height = Math.round(fitted.height * Math.min(1.3, self.stage.clientWidth / width));
  if (narrow) fitted.dragmode = false; // a finger scrolls the page; it must not draw a zoom box
  return themed(fitted, themeOf(self.root));
}

const CONFIG = { displaylogo: false, responsive: false, displayModeBar: false, doubleClick: "reset" };

async function draw(self) {
  const Plotly = await loadPlotly(self.content.plotly);
  if (self.gone) return;
  const layout = layoutFor(self);
  const content = self.content;
  const skeleton = skeletonOf(content.figure); // before Plotly writes its own keys into the layout
  self.plot.style.height = `${layout.height}px`;
  await Plotly.react(self.plot, content.figure.data, layout, CONFIG);
  if (self.gone) return;
  self.skeleton = skeleton;
  if (!self.wired) wire(self);
  if (!self.playing && content === self.content) hideCanvases(self);
  outline(self);
  painted(self);
}

function caption(self) {
  const [text, remark] = self.content.figure.layout.meta?.caption || [];
  if (text === undefined) return;
  const small = document.createElement("small");
  small.textContent = remark;
  self.caption.replaceChildren(`${text} `, small);
}

// Tells the page (and the tests) which message is on the screen, and how many have been.
function painted(self) {
  caption(self);
  const { readouts } = self.content;
  if (readouts) window.dispatchEvent(new CustomEvent("live-chart-readouts", { detail: readouts }));
  self.root.dataset.drawn = self.digest;
  self.root.dataset.draws = String(Number(self.root.dataset.draws || 0) + 1);
}

// Plotly takes 40 to 70 ms to redraw a ladder of heatmaps, canvases take 3. So where only the cells'
// values have changed, they are painted over Plotly's, which follows when nothing more has come.
function skeletonOf({ data, layout }) {
  if (data.some((trace) => trace.type !== "heatmap")) return null;
  const traces = data.map(({ z, ...rest }) => [rest, z.length, z[0].length]);
  return JSON.stringify([traces, { ...layout, meta: { ...layout.meta, ...CHANGES_FREELY } }]);
}

const CHANGES_FREELY = { boxes: null, caption: null, player: null, alt: null, narrow: null, maps: null };

function isZoomed(self) {
  return self.content.figure.data.some((trace) => {
    const { x, y } = axesOf(self, trace);
    const [rows, columns] = [trace.z.length, trace.z[0].length];
    return Math.abs(Math.abs(x.range[1] - x.range[0]) - columns) > 0.01
      || Math.abs(Math.abs(y.range[1] - y.range[0]) - rows) > 0.01;
  });
}

function show(self) {
  clearTimeout(self.settling);
  self.settling = 0;
  const { figure } = self.content;
  const light = self.wired && !self.playing && self.skeleton && self.skeleton === skeletonOf(figure);
  if (!light || isZoomed(self)) return redraw(self);
  figure.data.forEach((trace, index) => paintValues(self, trace, index));
  self.stage.classList.add("live-chart-painted");
  outline(self);
  painted(self);
  settle(self);
  return Promise.resolve();
}

function settle(self) {
  clearTimeout(self.settling);
  self.settling = setTimeout(() => {
    self.settling = 0;
    redraw(self);
  }, SETTLE_MS);
}

// One drawing at a time; of those that arrive meanwhile only the newest is drawn.
async function redraw(self) {
  self.stale = true;
  if (self.drawing) return;
  self.drawing = true;
  try {
    while (self.stale && !self.gone) {
      self.stale = false;
      await draw(self);
    }
  } catch (error) {
    self.plot.textContent = error.message;
  } finally {
    self.drawing = false;
  }
}

function build(root) {
  const find = (name) => root.querySelector(`.live-chart-${name}`);
  const self = {
    root: root.querySelector(".live-chart"), stage: find("stage"), plot: find("plot"), caption: find("caption"), player: find("player"),
    play: find("play"), scrubber: find("scrubber"), frameLabel: find("frame"), canvases: {}, palettes: {},
  };
  self.overlay = document.createElement("div");
  self.overlay.className = "live-chart-overlay";
  self.tip = document.createElement("div");
  self.tip.className = "live-chart-tip";
  self.tip.hidden = true;
  self.stage.append(self.overlay, self.tip);
  find("tools").addEventListener("click", (event) => {
    const { format } = event.target.dataset;
    if (format) download(self, format);
  });
  wirePlayer(self);
  self.onMove = (event) => {
    postpone(self);
    carry(self, event);
  };
  window.addEventListener("live-panel-move", self.onMove);
  return self;
}

// What is on the canvases stays right while a slider moves; what comes of the move is painted sooner.
function postpone(self) {
  if (self.settling) settle(self);
}

// Streamlit runs the part of the page that a message comes from. The panel stands in none, so what
// it sends makes the script start twice, and everything on the page is rendered anew each time.
function carry(self, event) {
  if (!event.cancelable || !self.content?.hears.includes("move")) return;
  event.preventDefault();
  self.emit("move", event.detail);
}

function close(self) {
  self.gone = true;
  self.playing = false;
  clearTimeout(self.hoverTimer);
  clearTimeout(self.settling);
  clearTimeout(self.theming);
  self.watcher?.disconnect();
  document.removeEventListener("keydown", self.onKey);
  window.removeEventListener("live-panel-move", self.onMove);
  if (window.Plotly) window.Plotly.purge(self.plot);
}

function receive(self, { digest, content }) {
  Object.assign(self, { digest, content, ink: themeOf(self.root).ink });
  self.plot.setAttribute("role", "img");
  self.plot.setAttribute("aria-label", content.figure.layout.meta?.alt || "");
  if (content.frames) take(self, content.frames);
  showPlayer(self);
  refresh(self);
}

function refresh(self) {
  show(self).then(() => {
    if (self.frames && self.scrubbing) paintFrame(self);
    if (self.frames && self.wanted) start(self);
  });
}

// Streamlit calls a component again at every turn of the script and when the theme changes. Asking
// for a colour makes the browser settle all styles, so that waits until the turns are over.
function followTheme(self) {
  clearTimeout(self.theming);
  self.theming = setTimeout(() => {
    const { ink } = themeOf(self.root);
    if (ink === self.ink) return;
    self.ink = ink;
    refresh(self);
  }, THEME_MS);
}

const instances = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let self = instances.get(parentElement);
  if (!self) {
    self = build(parentElement);
    instances.set(parentElement, self);
  }
  self.emit = setTriggerValue;
  if (digestOf(data) === self.digest) followTheme(self);
  else receive(self, unpack(data));
  return () => { close(self); instances.delete(parentElement); };
}
