// @ts-check
// All that this project reads of Plotly's unpublished fields; checked against Plotly 7.1.0 by
// tests/components/live/test_plotly_private.py, which fails when the version changes. (The class
// name "heatmaplayer" in chart.css is the one other such thing; the same test looks for it.)

/** @import { Trace } from "./types" */

/**
 * An axis as drawn: where it starts in the chart and how long it is, in CSS pixels, its range in
 * cells, and the place of a coordinate in the chart.
 * @typedef {{ start: number, length: number, range: [number, number], pixelOf: (value: number) => number }} Axis
 */

/**
 * @param {any} plot
 * @param {string} name x, x2, y, ...
 * @returns {Axis}
 */
function axisOf(plot, name) {
  const axis = plot._fullLayout[`${name[0]}axis${name.slice(1)}`];
  return {
    start: axis._offset,
    length: axis._length,
    range: axis.range,
    pixelOf: (value) => axis._offset + axis.d2p(value),
  };
}

/**
 * The axes that a trace is drawn on.
 * @param {HTMLElement} plot
 * @param {Trace} trace
 */
export function axesOf(plot, { xaxis = "x", yaxis = "y" }) {
  return { x: axisOf(plot, xaxis), y: axisOf(plot, yaxis) };
}
