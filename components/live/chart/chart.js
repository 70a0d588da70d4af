// @ts-check
// The live chart: keeps one Plotly chart and hands it every new figure in place. Messages come as in
// wire.py; what a figure may say of itself is described in chart.py.

import { showPending } from "../pending.js";
import { download } from "./download.js";
import { postpone, show } from "./drawing.js";
import { listenToPlayer, paintFrame, play, showPlayer, takeFrames } from "./player.js";
import { createChart } from "./state.js";
import { themeOf } from "./theme.js";
import { digestOf, unpack } from "./wire.js";

/** @import { Chart, Content } from "./types" */

const THEME_MS = 300; // so long after the last run of the script, the theme is looked at again

/**
 * @param {ParentNode} parent
 * @returns {Chart}
 */
function open(parent) {
  const chart = createChart(parent);
  parent.querySelector(".live-chart-tools")?.addEventListener("click", (event) => {
    const { format } = /** @type {HTMLElement} */ (event.target).dataset;
    if (format) download(chart, format);
  });
  listenToPlayer(chart);
  chart.onMove = (event) => {
    postpone(chart);
    carry(chart, /** @type {CustomEvent} */ (event));
  };
  window.addEventListener("live-panel-move", chart.onMove);
  return chart;
}

/**
 * Carry a slider's move. Streamlit runs the part of the page that a message comes from. The panel
 * stands in none, so what it sends makes the whole script start, and everything is rendered anew.
 * @param {Chart} chart
 * @param {CustomEvent} event
 */
function carry(chart, event) {
  if (!event.cancelable || !chart.content.events.includes("move")) return;
  event.preventDefault();
  chart.emit("move", event.detail);
}

/** @param {Chart} chart */
function close(chart) {
  chart.closed = true;
  chart.playing = false;
  for (const timer of [chart.hoverTimer, chart.settling, chart.theming]) clearTimeout(timer);
  chart.watcher?.disconnect();
  document.removeEventListener("keydown", chart.onKey);
  window.removeEventListener("live-panel-move", chart.onMove);
  const { Plotly } = /** @type {any} */ (window);
  if (Plotly) Plotly.purge(chart.plot);
}

/**
 * @param {Chart} chart
 * @param {{ digest: string, content: Content }} message
 */
function receive(chart, { digest, content }) {
  Object.assign(chart, { digest, content, ink: themeOf(chart.root).ink });
  chart.plot.setAttribute("role", "img");
  chart.plot.setAttribute("aria-label", content.figure.layout.meta?.alt || "");
  if (content.frames) takeFrames(chart, content.frames);
  showPlayer(chart);
  refresh(chart);
}

/** @param {Chart} chart */
function refresh(chart) {
  show(chart).then(() => {
    if (chart.frames && chart.scrubbing) paintFrame(chart);
    if (chart.frames && chart.playWanted) play(chart);
  });
}

/**
 * Streamlit calls a component again at every run of the script and when the theme changes. Asking
 * for a color makes the browser settle all styles, so that waits until the runs are over.
 * @param {Chart} chart
 */
function followTheme(chart) {
  clearTimeout(chart.theming);
  showPending(chart.root, "theme", true);
  chart.theming = setTimeout(() => {
    showPending(chart.root, "theme", false);
    const { ink } = themeOf(chart.root);
    if (ink === chart.ink) return;
    chart.ink = ink;
    refresh(chart);
  }, THEME_MS);
}

/** @type {WeakMap<ParentNode, Chart>} */
const charts = new WeakMap();

/** @param {{ data: Uint8Array, parentElement: ParentNode, setTriggerValue: Chart["emit"] }} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const chart = charts.get(parentElement) ?? open(parentElement);
  charts.set(parentElement, chart);
  chart.emit = setTriggerValue;
  if (digestOf(data) === chart.digest) followTheme(chart);
  else receive(chart, unpack(data));
  return () => { close(chart); charts.delete(parentElement); };
}
