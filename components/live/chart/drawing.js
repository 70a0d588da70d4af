// @ts-check
// How a new figure comes onto the screen: painted over the heatmaps at once where only values have
// changed, and drawn by Plotly once nothing has come or moved for a while.

import { showPending } from "../pending.js";
import { hideCanvases, paintValues } from "./canvases.js";
import { skeletonOf } from "./layout.js";
import { outline } from "./outlines.js";
import { axesOf } from "./plotly_private.js";
import { listenToPointer } from "./pointer.js";
import { layoutFor } from "./theme.js";

/** @import { Chart } from "./types" */

const SETTLE_MS = 220; // Plotly itself redraws once nothing has come or moved for this long
const CONFIG = { displaylogo: false, responsive: false, displayModeBar: false, doubleClick: "reset" };

/** @type {Promise<any> | null} */
let plotlyScript = null;

/**
 * @param {string} url
 * @returns {Promise<any>}
 */
function loadPlotly(url) {
  const page = /** @type {any} */ (window);
  if (page.Plotly) return Promise.resolve(page.Plotly);
  plotlyScript ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(page.Plotly);
    script.onerror = () => reject(new Error("The chart library could not be loaded."));
    document.head.appendChild(script);
  });
  return plotlyScript;
}

/** @param {Chart} chart */
async function draw(chart) {
  const Plotly = await loadPlotly(chart.content.plotly);
  if (chart.closed) return;
  const layout = layoutFor(chart);
  const content = chart.content;
  const skeleton = skeletonOf(content.figure); // before Plotly writes its own keys into the layout
  chart.plot.style.height = `${layout.height}px`;
  await Plotly.react(chart.plot, content.figure.data, layout, CONFIG);
  if (chart.closed) return;
  chart.skeleton = skeleton;
  if (!chart.listening) listen(chart);
  if (!chart.playing && content === chart.content) hideCanvases(chart);
  outline(chart);
  announce(chart);
}

/** @param {Chart} chart */
function listen(chart) {
  chart.listening = true;
  listenToPointer(chart);
  chart.watcher = new ResizeObserver(() => {
    const width = chart.stage.clientWidth;
    if (width && width !== chart.width) { chart.width = width; redraw(chart); }
  });
  chart.width = chart.stage.clientWidth;
  chart.watcher.observe(chart.stage);
}

/** @param {Chart} chart */
function showCaption(chart) {
  const [text, note] = chart.content.figure.layout.meta?.caption || [];
  if (text === undefined) return;
  const small = document.createElement("small");
  small.textContent = note ?? "";
  chart.caption.replaceChildren(`${text} `, small);
}

/**
 * Tell the page (and the tests) which message is on the screen, and how many have been.
 * @param {Chart} chart
 */
function announce(chart) {
  showCaption(chart);
  const { readouts } = chart.content;
  if (readouts) window.dispatchEvent(new CustomEvent("live-chart-readouts", { detail: readouts }));
  chart.root.dataset.drawn = chart.digest;
  chart.root.dataset.draws = String(Number(chart.root.dataset.draws || 0) + 1);
}

/** @param {Chart} chart */
function isZoomed(chart) {
  return chart.content.figure.data.some((trace) => {
    const { x, y } = axesOf(chart.plot, trace);
    const [rows, columns] = [trace.z.length, trace.z[0].length];
    return Math.abs(Math.abs(x.range[1] - x.range[0]) - columns) > 0.01
      || Math.abs(Math.abs(y.range[1] - y.range[0]) - rows) > 0.01;
  });
}

/**
 * Show the chart's figure. Plotly takes 40 to 70 ms for a ladder of heatmaps, canvases take 3: where
 * values alone have changed, they are painted over Plotly's, which follows when nothing more comes.
 * @param {Chart} chart
 */
export function show(chart) {
  clearTimeout(chart.settling);
  chart.settling = 0;
  showPending(chart.root, "rest", false);
  const { figure } = chart.content;
  const onlyValues = chart.listening && !chart.playing && chart.skeleton && chart.skeleton === skeletonOf(figure);
  if (!onlyValues || isZoomed(chart)) return redraw(chart);
  figure.data.forEach((_, index) => paintValues(chart, index));
  chart.stage.classList.add("live-chart-painted");
  outline(chart);
  announce(chart);
  settle(chart);
  return Promise.resolve();
}

/** @param {Chart} chart */
function settle(chart) {
  clearTimeout(chart.settling);
  showPending(chart.root, "rest", true);
  chart.settling = setTimeout(() => {
    showPending(chart.root, "rest", false);
    chart.settling = 0;
    redraw(chart);
  }, SETTLE_MS);
}

/**
 * Let Plotly wait: what is on the canvases stays right while a slider moves, and what comes of the
 * move is painted sooner.
 * @param {Chart} chart
 */
export function postpone(chart) {
  if (chart.settling) settle(chart);
}

/**
 * One drawing at a time; of those that arrive meanwhile only the newest is drawn.
 * @param {Chart} chart
 */
async function redraw(chart) {
  chart.stale = true;
  showPending(chart.root, "redraw", true);
  if (chart.drawing) return;
  chart.drawing = true;
  try {
    while (chart.stale && !chart.closed) {
      chart.stale = false;
      await draw(chart);
    }
  } catch (error) {
    chart.plot.textContent = /** @type {Error} */ (error).message;
  } finally {
    chart.drawing = false;
    showPending(chart.root, "figure", false);
    showPending(chart.root, "redraw", false);
  }
}
