// The live chart: keeps one Plotly chart and hands it every new figure in place.
// Messages come as in wire.py; what a figure may say of itself is told in chart.py.

const HOVER_MS = 90; // how long the pointer rests before Python is told; the outlines do not wait
const FRAME_MS = 1000 / 30;
const SETTLE_MS = 220; // Plotly itself redraws once nothing has come for this long

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

// ---------------------------------------------------------------- the message

const ARRAYS = { f4: Float32Array, u1: Uint8Array, i4: Int32Array };

function nested(flat, shape) {
  if (shape.length < 2) return flat;
  const size = flat.length / shape[0];
  return Array.from({ length: shape[0] },
    (_, index) => nested(flat.subarray(index * size, (index + 1) * size), shape.slice(1)));
}

function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const body = bytes.slice(4 + length).buffer;
  return JSON.parse(text, (_, value) => {
    if (!value || !value.$array) return value;
    const [kind, shape, offset] = value.$array;
    const count = shape.reduce((product, side) => product * side, 1);
    return nested(new ARRAYS[kind](body, offset, count), shape);
  });
}

// ---------------------------------------------------------------- the figure

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

// Tells the page (and the tests) which message is on the screen, and how many have been.
function painted(self) {
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

const CHANGES_FREELY = { boxes: null, player: null, alt: null, narrow: null, maps: null };

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
  const { figure } = self.content;
  const light = self.wired && !self.playing && self.skeleton && self.skeleton === skeletonOf(figure);
  if (!light || isZoomed(self)) return redraw(self);
  figure.data.forEach((trace, index) => paintValues(self, trace, index));
  outline(self);
  painted(self);
  self.settling = setTimeout(() => redraw(self), SETTLE_MS);
  return Promise.resolve();
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

// ---------------------------------------------------------------- linked cells

function maps(self) {
  return self.content.figure.layout.meta?.maps || [];
}

function axesOf(self, { xaxis = "x", yaxis = "y" }) {
  const axis = (name) => self.plot._fullLayout[`${name[0]}axis${name.slice(1)}`];
  return { x: axis(xaxis), y: axis(yaxis) };
}

function shapeOf(self, map) {
  const rows = self.content.figure.data[map.trace].z;
  return [rows.length, rows[0].length];
}

// The input pixels that one cell sees, clipped to the input: [first, past the last] per axis.
function seen(self, map, cell) {
  const whole = shapeOf(self, maps(self)[0]);
  return [0, 1].map((axis) => {
    const first = map.start[axis] + cell[axis] * map.stride[axis];
    return [Math.max(0, first), Math.min(whole[axis], first + map.size[axis])];
  });
}

// On a shallower map: the cells inside what was seen. On a deeper one: the cells that see all of it.
function linked(self, map, span, deeper) {
  const shape = shapeOf(self, map);
  const ranges = [0, 1].map((axis) => {
    const [low, high] = span[axis];
    const at = (cell) => map.start[axis] + cell * map.stride[axis];
    const whole = shapeOf(self, maps(self)[0])[axis];
    const inside = (cell) => {
      const first = Math.max(0, at(cell));
      const last = Math.min(whole, at(cell) + map.size[axis]);
      return deeper ? first <= low && last >= high : first >= low && last <= high && last > first;
    };
    const cells = [];
    for (let cell = 0; cell < shape[axis]; cell += 1) if (inside(cell)) cells.push(cell);
    return cells.length ? [cells[0], cells[cells.length - 1] + 1] : null;
  });
  return ranges[0] && ranges[1] ? ranges : null;
}

// Where cells lie along an axis, in CSS pixels of the stage, cut off at the map's edges.
function extent(axis, [from, to]) {
  const ends = [from, to].map((cell) => axis._offset + axis.d2p(cell - 0.5));
  const low = Math.max(axis._offset, Math.min(...ends));
  return [low, Math.min(axis._offset + axis._length, Math.max(...ends)) - low];
}

function box(self, trace, rows, columns, kind) {
  const axes = axesOf(self, self.content.figure.data[trace]);
  const [[left, width], [top, height]] = [extent(axes.x, columns), extent(axes.y, rows)];
  if (width <= 0 || height <= 0) return null;
  const element = document.createElement("div");
  element.className = `live-chart-box live-chart-${kind}`;
  const place = { left, top, width, height };
  for (const [name, value] of Object.entries(place)) element.style[name] = `${value}px`;
  self.overlay.appendChild(element);
  return element;
}

const LABEL_PX = 15;

function rowsOf(self, trace) {
  return self.content.figure.data[trace].z.length;
}

// How many cells of a map are as high as so many CSS pixels.
function cellsFor(self, trace, pixels) {
  const { y } = axesOf(self, self.content.figure.data[trace]);
  return (pixels * Math.abs(y.range[1] - y.range[0])) / y._length;
}

// The outlines that belong to the figure: {trace, box: [top, left, bottom, right], colour, label}.
function outlineBoxes(self, boxes) {
  for (const { trace, box: [top, left, bottom, right], colour, label } of boxes || []) {
    const element = box(self, trace, [top + 0.5, bottom + 0.5], [left + 0.5, right + 0.5], "object");
    if (!element) continue;
    element.style.outlineColor = colour;
    if (label) {
      const text = document.createElement("span");
      text.textContent = label;
      text.style.color = colour;
      const room = cellsFor(self, trace, LABEL_PX);
      if (top < room) text.className = bottom > rowsOf(self, trace) - room ? "inside" : "below";
      element.append(text);
    }
  }
}

function outlineCell(self, [index, row, column], kind) {
  const all = maps(self);
  const map = all[index];
  if (!map) return;
  const span = seen(self, map, [row, column]);
  all.forEach((other, at) => {
    if (at === index) {
      box(self, map.trace, [row, row + 1], [column, column + 1], `${kind}-cell`);
    } else if (at === 0) {
      box(self, other.trace, span[0], span[1], `${kind}-seen`);
    } else {
      const cells = linked(self, other, span, at > index);
      if (cells) box(self, other.trace, cells[0], cells[1], `${kind}-linked`);
    }
  });
}

function outline(self) {
  if (self.playing || self.scrubbing) return;
  self.overlay.replaceChildren();
  outlineBoxes(self, self.content.figure.layout.meta?.boxes);
  if (self.content.pinned) outlineCell(self, self.content.pinned, "pinned");
  if (self.hovered) outlineCell(self, self.hovered, "hovered");
}

function number(value) {
  return Math.abs(value) >= 0.0005 || value === 0 ? String(Number(value.toFixed(3))) : value.toExponential(1);
}

function describe(self, [index, row, column]) {
  const map = maps(self)[index];
  const value = self.content.figure.data[map.trace].z[row][column];
  const [rows, columns] = seen(self, map, [row, column]);
  const span = ([low, high]) => (high - low === 1 ? `${low}` : `${low} to ${high - 1}`);
  const where = index === 0 ? "" : `\nsees rows ${span(rows)}, columns ${span(columns)} of the input`;
  const values = map.layers?.length
    ? map.layers.map((layer) => `\n${layer.label}: ${number(layer.values[row][column])}`).join("")
    : `: ${number(value)}`;
  return `${map.label}${values}\n(channel ${map.channel}, row ${row}, column ${column})${where}`;
}

function tip(self, event) {
  self.tip.hidden = !self.hovered;
  if (!self.hovered) return;
  self.tip.textContent = describe(self, self.hovered);
  const stage = self.stage.getBoundingClientRect();
  const [x, y] = [event.clientX - stage.left, event.clientY - stage.top];
  const width = self.tip.offsetWidth;
  self.tip.style.left = `${Math.max(0, x + 14 + width > stage.width ? x - width - 14 : x + 14)}px`;
  self.tip.style.top = `${y + 14}px`;
}

function cellOf(self, event) {
  const point = event.points?.[0];
  const index = maps(self).findIndex((map) => map.trace === point?.curveNumber);
  return index < 0 ? null : [index, Math.round(point.y), Math.round(point.x)];
}

function tell(self, event, cell) {
  if (self.content.hears.includes(event)) self.emit(event, { cell });
}

function hover(self, cell, event) {
  if (JSON.stringify(cell) !== JSON.stringify(self.hovered)) {
    self.hovered = cell;
    outline(self);
    clearTimeout(self.hoverTimer);
    self.hoverTimer = setTimeout(() => tell(self, "hover", cell), HOVER_MS);
  }
  tip(self, event);
}

function letGo(self) {
  if (self.content.pinned) tell(self, "click", null);
}

function wire(self) {
  self.wired = true;
  self.plot.on("plotly_hover", (event) => {
    const cell = cellOf(self, event);
    if (cell && !self.playing) hover(self, cell, event.event);
  });
  self.plot.on("plotly_unhover", (event) => hover(self, null, event.event));
  self.plot.on("plotly_click", (event) => {
    const cell = cellOf(self, event);
    self.clicked = true;
    if (cell && !self.playing) tell(self, "click", cell);
  });
  self.plot.on("plotly_relayout", () => outline(self));
  self.stage.addEventListener("click", () => {
    if (!self.clicked) letGo(self);
    self.clicked = false;
  });
  self.onKey = (event) => { if (event.key === "Escape") letGo(self); };
  document.addEventListener("keydown", self.onKey);
  self.watcher = new ResizeObserver(() => {
    const width = self.stage.clientWidth;
    if (width && width !== self.width) { self.width = width; redraw(self); }
  });
  self.width = self.stage.clientWidth;
  self.watcher.observe(self.stage);
}

// ---------------------------------------------------------------- canvases over the heatmaps

const STEPS = 256;

function colourOf(scale, at) {
  const above = Math.max(1, scale.findIndex(([place]) => place >= at));
  const [[low, from], [high, to]] = [scale[above - 1], scale[above]];
  const share = high > low ? (at - low) / (high - low) : 1;
  const channel = (colour, index) => parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16);
  return [0, 1, 2].map((index) => Math.round(
    channel(from, index) + share * (channel(to, index) - channel(from, index))));
}

// The colours of a trace's colour axis, as 256 words that go straight into an image.
function palette(self, trace) {
  const { colorscale } = self.content.figure.layout[trace.coloraxis];
  const key = JSON.stringify(colorscale);
  self.palettes[key] ??= Uint32Array.from({ length: STEPS }, (_, step) => {
    const [red, green, blue] = colourOf(colorscale, step / (STEPS - 1));
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
  return self.palettes[key];
}

function canvasOver(self, trace, index, width, height) {
  self.canvases[index] ??= document.createElement("canvas");
  const canvas = self.canvases[index];
  const { x, y } = axesOf(self, trace);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.className = "live-chart-canvas";
  Object.assign(canvas.style, {
    left: `${x._offset}px`, top: `${y._offset}px`, width: `${x._length}px`, height: `${y._length}px`,
  });
  if (!canvas.isConnected) self.stage.appendChild(canvas);
  return canvas;
}

function paintSteps(self, trace, index, rows, stepOf) {
  const [height, width] = [rows.length, rows[0].length];
  const context = canvasOver(self, trace, index, width, height).getContext("2d");
  const image = context.createImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  const colours = palette(self, trace);
  for (let row = 0, at = 0; row < height; row += 1) {
    const line = rows[row];
    for (let column = 0; column < width; column += 1, at += 1) words[at] = colours[stepOf(line[column])];
  }
  context.putImageData(image, 0, 0);
}

function paintValues(self, trace, index) {
  const { cmin, cmax } = self.content.figure.layout[trace.coloraxis];
  const scale = (STEPS - 1) / (cmax - cmin);
  paintSteps(self, trace, index, trace.z,
    (value) => Math.min(STEPS - 1, Math.max(0, Math.round((value - cmin) * scale))));
}

function hideCanvases(self) {
  for (const canvas of Object.values(self.canvases)) canvas.remove();
}

// ---------------------------------------------------------------- the player

function paintFrame(self) {
  const frames = self.frames;
  frames.parts.forEach((part, index) => {
    const trace = self.content.figure.data[part.trace];
    paintSteps(self, trace, part.trace, part.steps[self.frame], (step) => step);
  });
  self.overlay.replaceChildren();
  outlineBoxes(self, frames.boxes[self.frame]);
  self.scrubber.value = self.frame;
  self.frameLabel.textContent = frames.labels[self.frame];
  self.scrubber.setAttribute("aria-valuetext", frames.labels[self.frame]);
  self.root.dataset.painted = String(Number(self.root.dataset.painted || 0) + 1);
}

// Near to far and back again: 0 1 2 ... n-1 n-2 ... 1 0 1 ...
function advance(self) {
  const last = self.frames.labels.length - 1;
  if (self.frame >= last) self.direction = -1;
  if (self.frame <= 0) self.direction = 1;
  self.frame += self.direction;
}

function step(self, now) {
  if (!self.playing) return;
  if (now - self.shownAt >= FRAME_MS - 4) {
    self.shownAt = now;
    advance(self);
    paintFrame(self);
  }
  requestAnimationFrame((next) => step(self, next));
}

function showPlayer(self) {
  const player = self.content.figure.layout.meta?.player;
  self.player.hidden = !player;
  if (!player) return;
  if (self.frames && self.frames.key !== player.key) stop(self, false);
  if (self.frames && self.frames.key !== player.key) self.frames = null;
  self.play.textContent = self.playing ? "Pause" : player.label;
  self.play.setAttribute("aria-pressed", String(Boolean(self.playing)));
  self.scrubber.disabled = !self.frames;
  self.scrubber.setAttribute("aria-label", player.label);
  if (!self.playing && !self.scrubbing) self.frameLabel.textContent = player.now;
}

function take(self, frames) {
  self.frames = frames;
  self.frame = frames.first;
  self.direction = 1;
  self.scrubber.max = frames.labels.length - 1;
}

function start(self) {
  if (!self.frames) {
    self.wanted = true;
    self.emit("play", { asked: performance.now() });
    return;
  }
  self.playing = true;
  self.shownAt = 0;
  self.hovered = null;
  self.tip.hidden = true;
  showPlayer(self);
  requestAnimationFrame((now) => step(self, now));
}

function stop(self, report) {
  const was = self.playing;
  self.playing = false;
  if (was) showPlayer(self);
  if (was && report) self.emit("frame", { index: self.frame });
}

function wirePlayer(self) {
  self.play.addEventListener("click", () => (self.playing ? stop(self, true) : start(self)));
  self.scrubber.addEventListener("input", () => {
    stop(self, false);
    self.scrubbing = true;
    self.frame = Number(self.scrubber.value);
    paintFrame(self);
  });
  self.scrubber.addEventListener("change", () => {
    self.scrubbing = false;
    self.emit("frame", { index: self.frame });
  });
}

// ---------------------------------------------------------------- downloads

function csvOf(self) {
  const lines = ["trace,row,column,value"];
  const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;
  self.content.figure.data.forEach((trace, index) => {
    const name = quoted(trace.name || `trace ${index}`);
    if (trace.z) {
      trace.z.forEach((row, r) => Array.from(row).forEach((value, c) => lines.push(`${name},${r},${c},${quoted(value)}`)));
    } else if (trace.x) {
      Array.from(trace.x).forEach((x, i) => lines.push(`${name},${i},${quoted(x)},${quoted(trace.y[i])}`));
    }
  });
  const points = self.content.figure.data.every((trace) => !trace.z);
  if (points) lines[0] = "trace,index,x,y";
  return lines.join("\n").replaceAll(/"(-?[\d.]+(?:e-?\d+)?)"/g, "$1") + "\n";
}

// In a file the outlines are Plotly's own shapes.
function withBoxes(layout, data) {
  const shapes = (layout.meta?.boxes || []).map(({ trace, box: [top, left, bottom, right], colour }) => ({
    type: "rect", xref: data[trace].xaxis, yref: data[trace].yaxis,
    x0: left, x1: right, y0: top, y1: bottom, line: { color: colour, width: 1.5 },
  }));
  return { ...layout, shapes: [...(layout.shapes || []), ...shapes] };
}

async function download(self, format) {
  const name = self.content.figure.layout.meta?.name || "figure";
  if (format === "csv") {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csvOf(self)], { type: "text/csv" }));
    link.download = `${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    return;
  }
  const layout = { ...withBoxes(layoutFor(self), self.content.figure.data), width: self.stage.clientWidth };
  layout.paper_bgcolor = themeOf(self.root).paper;
  await window.Plotly.downloadImage({ data: self.content.figure.data, layout },
    { format, filename: name, width: layout.width, height: layout.height, scale: format === "png" ? 2 : 1 });
}

// ---------------------------------------------------------------- the component

function build(root) {
  const find = (name) => root.querySelector(`.live-chart-${name}`);
  const self = {
    root: root.querySelector(".live-chart"), stage: find("stage"), plot: find("plot"), player: find("player"),
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
  return self;
}

function close(self) {
  self.gone = true;
  self.playing = false;
  clearTimeout(self.hoverTimer);
  clearTimeout(self.settling);
  self.watcher?.disconnect();
  document.removeEventListener("keydown", self.onKey);
  if (window.Plotly) window.Plotly.purge(self.plot);
}

const instances = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let self = instances.get(parentElement);
  if (!self) {
    self = build(parentElement);
    instances.set(parentElement, self);
  }
  self.emit = setTriggerValue;
  const message = unpack(data);
  const ink = themeOf(self.root).ink;
  if (message.digest !== self.digest || ink !== self.ink) {
    Object.assign(self, { digest: message.digest, content: message.content, ink });
    self.root.querySelector(".live-chart-plot").setAttribute("role", "img");
    self.plot.setAttribute("aria-label", self.content.figure.layout.meta?.alt || "");
    if (self.content.frames) take(self, self.content.frames);
    showPlayer(self);
    show(self).then(() => {
      if (self.wanted && self.frames) { self.wanted = false; start(self); }
    });
  }
  return () => { close(self); instances.delete(parentElement); };
}
