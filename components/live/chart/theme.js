// @ts-check
// The page's theme, and the layout that a chart has on the page.

import { fitted, themed } from "./layout.js";

/** @import { Chart, Theme } from "./types" */

/**
 * Streamlit's theme at an element.
 * @param {HTMLElement} element
 * @returns {Theme}
 */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (/** @type {string} */ name, /** @type {string} */ otherwise) =>
    style.getPropertyValue(name).trim() || otherwise;
  return {
    ink: read("--st-text-color", "#31333f"),
    paper: read("--st-background-color", "#ffffff"),
    line: read("--st-border-color", "#d5d6d9"),
    font: read("--st-font", "sans-serif"),
    accent: read("--st-primary-color", "#ff4b4b"),
  };
}

/**
 * The figure's layout for the chart's width and the page's theme.
 * @param {Chart} chart
 */
export function layoutFor(chart) {
  return themed(fitted(chart.content.figure.layout, chart.stage.clientWidth), themeOf(chart.root));
}
