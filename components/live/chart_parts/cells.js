// Linked cells: what a cell sees, which cells see it, and how both are outlined and told.

const HOVER_MS = 90; // how long the pointer rests before Python is told; the outlines do not wait

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

// The input pixels that one cell sees along an axis, on the input or, where the input shows several
// pictures, on the map's own ("within"): [first, past the last].
function spanOf(map, axis, cell, whole) {
  const [low, high] = map.within ? [map.within[axis], map.within[axis + 2]] : [0, whole];
  const first = map.start[axis] + cell * map.stride[axis];
  const seen = map.offsets[axis].map((offset) => first + offset);
  if (seen.length <= 2) return [Math.max(low, seen[0]), Math.min(high, seen[seen.length - 1] + 1)];
  const inside = seen.filter((pixel) => pixel >= low && pixel < high);
  return [inside[0], inside[inside.length - 1] + 1];
}

function seen(self, map, cell) {
  const whole = shapeOf(self, maps(self)[0]);
  return [0, 1].map((axis) => spanOf(map, axis, cell[axis], whole[axis]));
}

// On a shallower map: the cells inside what was seen. On a deeper one: the cells that see all of it.
function linked(self, map, span, deeper) {
  const shape = shapeOf(self, map);
  const ranges = [0, 1].map((axis) => {
    const [low, high] = span[axis];
    const whole = shapeOf(self, maps(self)[0])[axis];
    const inside = (cell) => {
      const [first, last] = spanOf(map, axis, cell, whole);
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

// A circle keeps its shape where it leaves its map: it is cut off instead of squeezed.
function circle(self, trace, rows, columns) {
  const axes = axesOf(self, self.content.figure.data[trace]);
  const [[left, width, before, after], [top, height, above, below]] =
    [[axes.x, columns], [axes.y, rows]].map(([axis, [from, to]]) => {
      const [low, high] = [from, to].map((cell) => axis._offset + axis.d2p(cell - 0.5)).sort((a, b) => a - b);
      return [low, high - low, axis._offset - low, high - axis._offset - axis._length];
    });
  if (before > width || after > width || above > height || below > height) return null;
  const element = document.createElement("div");
  element.className = "live-chart-box live-chart-object live-chart-round";
  for (const [name, value] of Object.entries({ left, top, width, height })) element.style[name] = `${value}px`;
  const inset = [above, after, below, before].map((cut) => (cut > 0 ? `${cut}px` : "-12rem"));
  element.style.clipPath = `inset(${inset.join(" ")})`;
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

// The outlines that belong to the figure: {trace, box: [top, left, bottom, right], colour, label, round}.
function outlineBoxes(self, boxes) {
  for (const { trace, box: [top, left, bottom, right], colour, label, round } of boxes || []) {
    const [rows, columns] = [[top + 0.5, bottom + 0.5], [left + 0.5, right + 0.5]];
    const element = round ? circle(self, trace, rows, columns) : box(self, trace, rows, columns, "object");
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

// The map of a mosaic ("tiles") that holds a cell, and the cell's place in it; null in a gap.
function tileAt(map, row, column) {
  const { units, columns, step, tops, sizes, names, starts, sides } = map.tiles;
  const [line, along] = [Math.floor(row / step[0]), Math.floor(column / step[1])];
  const unit = units[line * columns + along];
  const [down, across] = [row - line * step[0], column - along * step[1]];
  const which = tops.findIndex((top, at) => down >= top && down < top + sizes[at][0]);
  if (unit === undefined || which < 0 || across >= sizes[which][1]) return null;
  const side = sides[which];
  return {
    cell: [down - tops[which], across],
    map: { ...map, label: `${map.label}, unit ${unit}, ${names[which]}`, channel: unit,
      start: starts[which], within: [0, 0, side, side] },
  };
}

function describe(self, [index, row, column]) {
  const map = maps(self)[index];
  const value = self.content.figure.data[map.trace].z[row][column];
  const tile = map.tiles ? tileAt(map, row, column) : { map, cell: [row, column] };
  return tile ? describeCell(self, tile.map, tile.cell, value, index > 0 || map.tiles) : "";
}

function describeCell(self, map, [row, column], value, sees) {
  const [top, left] = map.within || [0, 0]; // told from the corner of the map's own picture
  const [rows, columns] = seen(self, map, [row, column])
    .map((ends, axis) => ends.map((end) => end - [top, left][axis]));
  const span = ([low, high]) => (high - low === 1 ? `${low}` : `${low} to ${high - 1}`);
  const where = !sees ? "" : `\nsees rows ${span(rows)}, columns ${span(columns)} of the input`;
  const values = map.layers?.length
    ? map.layers.map((layer) => `\n${layer.label}: ${number(layer.values[row][column])}`).join("")
    : `: ${number(value)}`;
  return `${map.label}${values}\n(channel ${map.channel}, row ${row}, column ${column})${where}`;
}

function tip(self, event) {
  self.tip.textContent = self.hovered ? describe(self, self.hovered) : "";
  self.tip.hidden = !self.tip.textContent;
  if (self.tip.hidden) return;
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
