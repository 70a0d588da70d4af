// The player: frames that came in one message, drawn without asking the server.

const FRAME_MS = 1000 / 30;

function paintFrame(self) {
  const frames = self.frames;
  frames.parts.forEach((part, index) => {
    const trace = self.content.figure.data[part.trace];
    paintSteps(self, trace, part.trace, part.steps[self.frame]);
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
  self.scrubber.setAttribute("aria-label", player.label);
  if (self.playing || self.scrubbing) return;
  self.frameLabel.textContent = player.now;
  self.scrubber.max = player.count - 1;
  self.scrubber.value = player.at;
}

function take(self, frames) {
  self.frames = frames;
  self.frame = self.scrubbing ? Number(self.scrubber.value) : self.content.figure.layout.meta.player.at;
  self.direction = 1;
}

function wantFrames(self) {
  if (!self.frames) self.emit("play", { asked: performance.now() });
  return Boolean(self.frames);
}

function start(self) {
  self.wanted = !self.frames;
  if (!wantFrames(self)) return;
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
    const first = !self.scrubbing;
    self.scrubbing = true;
    self.frame = Number(self.scrubber.value);
    if (self.frames) paintFrame(self);
    else if (first) wantFrames(self);
  });
  self.scrubber.addEventListener("change", () => {
    self.scrubbing = false;
    self.emit("frame", { index: Number(self.scrubber.value) });
  });
}
