// @ts-check
// Hovering and clicking cells, and the small text at the pointer.

import { showPending } from "../pending.js";
import { describe } from "./description.js";
import { mapsOf, outline, shapeOf } from "./outlines.js";

/** @import { Cell, Chart } from "./types" */

const HOVER_MS = 90; // the pointer rests so long before Python is told; the outlines do not wait
const TIP_DISTANCE_PX = 14;

/**
 * @param {Chart} chart
 * @param {Cell} cell
 */
function textOf(chart, cell) {
  const maps = mapsOf(chart);
  const [index, row, column] = cell;
  const value = chart.content.figure.data[maps[index].trace].z[row][column];
  return describe(maps, cell, value, shapeOf(chart, maps[0]));
}

/**
 * @param {Chart} chart
 * @param {MouseEvent} event
 */
function showTip(chart, event) {
  const { tip, hovered } = chart;
  tip.textContent = hovered ? textOf(chart, hovered) : "";
  tip.hidden = !tip.textContent;
  if (tip.hidden) return;
  const stage = chart.stage.getBoundingClientRect();
  const [x, y] = [event.clientX - stage.left, event.clientY - stage.top];
  const reach = TIP_DISTANCE_PX + tip.offsetWidth;
  tip.style.left = `${Math.max(0, x + reach > stage.width ? x - reach : x + TIP_DISTANCE_PX)}px`;
  tip.style.top = `${y + TIP_DISTANCE_PX}px`;
}

/**
 * @param {Chart} chart
 * @param {any} event Plotly's
 * @returns {Cell | null}
 */
function cellOf(chart, event) {
  const point = event.points?.[0];
  const index = mapsOf(chart).findIndex((map) => map.trace === point?.curveNumber);
  return index < 0 ? null : [index, Math.round(point.y), Math.round(point.x)];
}

/**
 * @param {Chart} chart
 * @param {"click" | "hover"} event
 * @param {Cell | null} cell
 */
function send(chart, event, cell) {
  if (chart.content.events.includes(event)) chart.emit(event, { cell });
}

/**
 * @param {Chart} chart
 * @param {Cell | null} cell
 * @param {MouseEvent} event
 */
function hover(chart, cell, event) {
  if (JSON.stringify(cell) !== JSON.stringify(chart.hovered)) {
    chart.hovered = cell;
    chart.root.dataset.hovered = cell ? cell.join() : "";
    outline(chart);
    clearTimeout(chart.hoverTimer);
    showPending(chart.root, "hover", true);
    chart.hoverTimer = setTimeout(() => {
      showPending(chart.root, "hover", false);
      send(chart, "hover", cell);
    }, HOVER_MS);
  }
  showTip(chart, event);
}

/** @param {Chart} chart */
function unpin(chart) {
  if (chart.content.pinned) send(chart, "click", null);
}

/** @param {Chart} chart */
function listenToPlotly(chart) {
  const plot = /** @type {any} */ (chart.plot);
  plot.on("plotly_hover", (/** @type {any} */ event) => {
    const cell = cellOf(chart, event);
    if (cell && !chart.playing) hover(chart, cell, event.event);
  });
  plot.on("plotly_unhover", (/** @type {any} */ event) => hover(chart, null, event.event));
  plot.on("plotly_click", (/** @type {any} */ event) => {
    const cell = cellOf(chart, event);
    chart.clicked = true;
    if (cell && !chart.playing) send(chart, "click", cell);
  });
  plot.on("plotly_relayout", () => outline(chart));
}

/**
 * Follow the pointer and Escape, once Plotly has drawn the chart for the first time.
 * @param {Chart} chart
 */
export function listenToPointer(chart) {
  listenToPlotly(chart);
  chart.stage.addEventListener("click", () => {
    if (!chart.clicked) unpin(chart);
    chart.clicked = false;
  });
  chart.onKey = (event) => { if (event.key === "Escape") unpin(chart); };
  document.addEventListener("keydown", chart.onKey);
}
