// Canvases over the heatmaps, for new values at once and for the frames of the player.

const STEPS = 256;

// Of a scale of colours as #rrggbb or #rrggbbaa.
function colourOf(scale, at) {
  const above = Math.max(1, scale.findIndex(([place]) => place >= at));
  const [[low, from], [high, to]] = [scale[above - 1], scale[above]];
  const share = high > low ? (at - low) / (high - low) : 1;
  const channel = (colour, index) => parseInt(colour.slice(1 + 2 * index, 3 + 2 * index) || "ff", 16);
  return [0, 1, 2, 3].map((index) => Math.round(
    channel(from, index) + share * (channel(to, index) - channel(from, index))));
}

// The colours of a trace's colour axis, as 256 words that go straight into an image.
function palette(self, trace) {
  const { colorscale } = self.content.figure.layout[trace.coloraxis];
  const key = JSON.stringify(colorscale);
  self.palettes[key] ??= Uint32Array.from({ length: STEPS }, (_, step) => {
    const [red, green, blue, opacity] = colourOf(colorscale, step / (STEPS - 1));
    return ((opacity << 24) | (blue << 16) | (green << 8) | red) >>> 0;
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

// Where value * scale + shift is no number, nothing is painted.
function paintSteps(self, trace, index, rows, scale = 1, shift = 0) {
  const [height, width] = [rows.length, rows[0].length];
  const context = canvasOver(self, trace, index, width, height).getContext("2d");
  const image = context.createImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  const colours = palette(self, trace);
  for (let row = 0, at = 0; row < height; row += 1) {
    const line = rows[row];
    for (let column = 0; column < width; column += 1, at += 1) {
      const step = line[column] * scale + shift;
      if (step === step) words[at] = colours[step <= 0 ? 0 : step >= STEPS - 1 ? STEPS - 1 : (step + 0.5) | 0];
    }
  }
  context.putImageData(image, 0, 0);
}

function paintValues(self, trace, index) {
  const { cmin, cmax } = self.content.figure.layout[trace.coloraxis];
  const scale = (STEPS - 1) / (cmax - cmin);
  paintSteps(self, trace, index, trace.z, scale, -cmin * scale);
}

function hideCanvases(self) {
  for (const canvas of Object.values(self.canvases)) canvas.remove();
  self.stage.classList.remove("live-chart-painted");
}
