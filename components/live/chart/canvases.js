// @ts-check
// Canvases over the heatmaps, for new values at once and for the frames of the player.

import { fillWords, packedColors, STEPS } from "./colors.js";
import { axesOf } from "./plotly_private.js";

/** @import { Chart, Row, Trace } from "./types" */

const AS_STEPS = { scale: 1, shift: 0 };

/**
 * @param {Chart} chart
 * @param {Trace} trace
 */
function palette(chart, trace) {
  const { colorscale } = chart.content.figure.layout[trace.coloraxis];
  const key = JSON.stringify(colorscale);
  chart.palettes[key] ??= packedColors(colorscale);
  return chart.palettes[key];
}

/**
 * @param {Chart} chart
 * @param {number} index the trace's
 * @param {Row[]} rows
 */
function canvasOver(chart, index, rows) {
  chart.canvases[index] ??= document.createElement("canvas");
  const canvas = chart.canvases[index];
  const [height, width] = [rows.length, rows[0].length];
  const { x, y } = axesOf(chart.plot, chart.content.figure.data[index]);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.className = "live-chart-canvas";
  Object.assign(canvas.style, {
    left: `${x.start}px`, top: `${y.start}px`, width: `${x.length}px`, height: `${y.length}px`,
  });
  if (!canvas.isConnected) chart.stage.appendChild(canvas);
  return canvas;
}

/**
 * Paint rows over a heatmap, in the heatmap's colors.
 * @param {Chart} chart
 * @param {number} index the trace's
 * @param {Row[]} rows
 * @param {{ scale: number, shift: number }} steps from a value to its color's index
 */
export function paintRows(chart, index, rows, steps = AS_STEPS) {
  const canvas = canvasOver(chart, index, rows);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(canvas.width, canvas.height);
  const colors = palette(chart, chart.content.figure.data[index]);
  fillWords(new Uint32Array(image.data.buffer), rows, colors, steps);
  context.putImageData(image, 0, 0);
}

/**
 * Paint the figure's own values over a heatmap.
 * @param {Chart} chart
 * @param {number} index the trace's
 */
export function paintValues(chart, index) {
  const { data, layout } = chart.content.figure;
  const { cmin, cmax } = layout[data[index].coloraxis];
  const scale = (STEPS - 1) / (cmax - cmin);
  paintRows(chart, index, data[index].z, { scale, shift: -cmin * scale });
}

/** @param {Chart} chart */
export function hideCanvases(chart) {
  for (const canvas of Object.values(chart.canvases)) canvas.remove();
  chart.stage.classList.remove("live-chart-painted");
}
