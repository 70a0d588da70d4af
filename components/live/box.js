// A rectangle on a photograph: dragged, resized at its corners, drawn anew beside it, moved by keys.
// A box is [top, left, bottom, right] in percent of the photograph.

const LEAST = 2; // percent that a box keeps either way
const REST_MS = 400; // after the last key

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const tenth = (value) => Math.round(value * 10) / 10;

function said([top, left, bottom, right]) {
  return `rows ${tenth(top)} to ${tenth(bottom)} %, columns ${tenth(left)} to ${tenth(right)} %`;
}

function paint(self) {
  const [top, left, bottom, right] = self.box;
  const place = { top, left, height: bottom - top, width: right - left };
  for (const [name, value] of Object.entries(place)) self.frame.style[name] = `${value}%`;
  self.frame.setAttribute("aria-label", `${self.label}: ${said(self.box)}`);
  self.words.textContent = said(self.box);
}

function send(self) {
  clearTimeout(self.timer);
  const box = self.box.map(tenth);
  if (JSON.stringify(box) === JSON.stringify(self.sent)) return;
  self.sent = box;
  self.emit("box", box);
}

function moved([top, left, bottom, right], rows, columns) {
  const down = clamp(rows, -top, 100 - bottom);
  const across = clamp(columns, -left, 100 - right);
  return [top + down, left + across, bottom + down, right + across];
}

// One corner goes where the pointer is, the opposite one stays; both may change sides.
function spanned(fixed, row, column) {
  const ends = [[fixed[0], clamp(row, 0, 100)], [fixed[1], clamp(column, 0, 100)]];
  const [rows, columns] = ends.map(([from, to]) => {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    if (high - low >= LEAST) return [low, high];
    const start = clamp(to < from ? high - LEAST : low, 0, 100 - LEAST);
    return [start, start + LEAST];
  });
  return [rows[0], columns[0], rows[1], columns[1]];
}

function at(self, event) {
  const area = self.stage.getBoundingClientRect();
  return [(100 * (event.clientY - area.top)) / area.height, (100 * (event.clientX - area.left)) / area.width];
}

function began(self, event) {
  const [row, column] = at(self, event);
  const corner = event.target.dataset?.corner;
  const [top, left, bottom, right] = self.box;
  if (corner !== undefined) {
    const opposite = [corner < 2 ? bottom : top, corner % 2 === 0 ? right : left];
    self.follow = (r, c) => spanned(opposite, r, c);
  } else if (event.target === self.frame) {
    const before = self.box;
    self.follow = (r, c) => moved(before, r - row, c - column);
  } else {
    self.follow = (r, c) => spanned([clamp(row, 0, 100), clamp(column, 0, 100)], r, c);
  }
  self.start = [event.clientX, event.clientY];
  self.stage.setPointerCapture(event.pointerId);
  self.frame.focus({ preventScroll: true });
  event.preventDefault();
}

function dragged(self, event) {
  if (!self.follow) return;
  const far = Math.hypot(event.clientX - self.start[0], event.clientY - self.start[1]);
  if (!self.dragging && far < 3) return; // a click moves nothing
  self.dragging = true;
  self.box = self.follow(...at(self, event));
  paint(self);
}

function ended(self) {
  if (self.dragging) send(self);
  self.follow = null;
  self.dragging = false;
}

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function pressed(self, event) {
  const step = ARROWS[event.key];
  if (!step) return;
  event.preventDefault();
  const [top, left, bottom, right] = self.box;
  self.box = event.shiftKey
    ? [top, left, clamp(bottom + step[0], top + LEAST, 100), clamp(right + step[1], left + LEAST, 100)]
    : moved(self.box, ...step);
  paint(self);
  clearTimeout(self.timer);
  self.timer = setTimeout(() => send(self), REST_MS);
}

function build(root) {
  const find = (name) => root.querySelector(`.live-box${name}`);
  const self = { stage: find(""), picture: find("-picture"), frame: find("-frame"), words: find("-said") };
  self.stage.addEventListener("pointerdown", (event) => began(self, event));
  self.stage.addEventListener("pointermove", (event) => dragged(self, event));
  self.stage.addEventListener("pointerup", () => ended(self));
  self.stage.addEventListener("pointercancel", () => ended(self));
  self.frame.addEventListener("keydown", (event) => pressed(self, event));
  return self;
}

const instances = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let self = instances.get(parentElement);
  if (!self) {
    self = build(parentElement);
    instances.set(parentElement, self);
  }
  self.emit = setTriggerValue;
  self.label = data.label;
  if (self.picture.src !== data.picture) self.picture.src = data.picture;
  const given = JSON.stringify(data.box);
  if (given !== self.given && !self.dragging) { // else the person's own box stays
    self.given = given;
    self.box = data.box;
    self.sent = data.box.map(tenth);
  }
  paint(self);
  return () => { clearTimeout(self.timer); instances.delete(parentElement); };
}
