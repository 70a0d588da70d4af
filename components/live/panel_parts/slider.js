// A labelled range input that sends while it moves, with a box to type into. It tells its value as
// not final while the thumb moves, and as final once it has come to rest.

const SETTLE_MS = 250; // a pause this long ends a move, so that one drag is one entry in the history
const LOG_STEPS = 400;

function scaleOf(data) {
  if (!data.log) {
    const digits = (String(data.step).split(".")[1] || "").length;
    const round = (value) => Number(value.toFixed(digits));
    return {
      low: data.low, high: data.high, step: data.step,
      toValue: (position) => round(position), toPosition: (value) => value,
    };
  }
  const octaves = Math.log2(data.high / data.low);
  return {
    low: 0, high: LOG_STEPS, step: 1,
    toValue: (position) => {
      const raw = data.low * 2 ** ((octaves * position) / LOG_STEPS);
      return Math.min(data.high, Math.max(data.low, Number(raw.toPrecision(3))));
    },
    toPosition: (value) => (LOG_STEPS * Math.log2(value / data.low)) / octaves,
  };
}

function shown(value) {
  return String(Number(Number(value).toPrecision(6)));
}

function withUnit(data, value) {
  return data.unit ? `${shown(value)} ${data.unit}` : shown(value);
}

function buildSlider(self) {
  const find = (name) => self.root.querySelector(`.live-slider-${name}`);
  Object.assign(self, {
    box: find("box"), unit: find("unit"), range: find("range"), low: find("low"), high: find("high"),
  });
  self.range.addEventListener("input", () => {
    moved(self, self.scale.toValue(Number(self.range.value)));
  });
  self.range.addEventListener("change", () => settleSoon(self));
  self.box.addEventListener("change", () => typed(self));
  self.box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") refuse(self, "");
  });
}

function paint(self) {
  const { range, box, data, value } = self;
  const share = (Number(range.value) - self.scale.low) / (self.scale.high - self.scale.low);
  range.style.setProperty("--live-share", `${100 * share}%`);
  range.setAttribute("aria-valuetext", withUnit(data, value));
  if (self.root.getRootNode().activeElement !== box) box.value = shown(value);
}

function send(self, final) {
  self.lastSent = self.value;
  tell(self, self.value, final);
}

// At most one message per painted frame: a mouse reports more moves than a screen can show.
function moved(self, value) {
  if (value === self.value) return;
  self.value = value;
  refuse(self, null);
  paint(self);
  settleSoon(self);
  if (self.frame) return;
  send(self, false);
  self.frame = requestAnimationFrame(() => {
    self.frame = 0;
    if (self.value !== self.lastSent) send(self, false);
  });
}

function settleSoon(self) {
  clearTimeout(self.timer);
  self.timer = setTimeout(() => send(self, true), SETTLE_MS);
}

function refuse(self, sentence) {
  say(self, sentence || "");
  self.box.setAttribute("aria-invalid", sentence ? "true" : "false");
  if (sentence === "") self.box.value = shown(self.value);
}

function typed(self) {
  const { low, high, whole } = self.data;
  const given = self.box.value.trim().replace(",", ".");
  const value = Number(given);
  const good = given !== "" && value >= low && value <= high && (!whole || Number.isInteger(value));
  if (!good) {
    const kind = whole ? "a whole number" : "a number";
    refuse(self, `'${given.slice(0, 20)}' is not allowed; give ${kind} from ${withUnit(self.data, low)}`
      + ` to ${withUnit(self.data, high)}.`);
    return;
  }
  refuse(self, null);
  clearTimeout(self.timer);
  self.value = value;
  self.range.value = self.scale.toPosition(value);
  paint(self);
  send(self, true);
}

function updateSlider(self, data) {
  self.scale = scaleOf(data);
  if (self.value !== data.value) clearTimeout(self.timer); // else the person's own move comes back
  self.value = data.value;
  const { range, box } = self;
  Object.assign(range, {
    min: self.scale.low, max: self.scale.high, step: self.scale.step, disabled: data.disabled,
  });
  range.value = self.scale.toPosition(data.value);
  box.value = shown(data.value); // also where the box still has the focus
  box.disabled = range.disabled;
  range.setAttribute("aria-label", data.label);
  box.setAttribute("aria-label", `${data.label}, typed value`);
  box.setAttribute("aria-invalid", "false");
  self.unit.textContent = data.unit;
  self.low.textContent = shown(data.low);
  self.high.textContent = shown(data.high);
  paint(self);
}
