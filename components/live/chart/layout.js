// @ts-check
// A figure's layout, fitted to the width and the theme of the page.

/** @import { Figure, Layout, Theme, Trace } from "./types" */

const NARROW_BELOW_PX = 560;
const MAX_ENLARGEMENT = 1.3;

/** @param {any} value */
function isObject(value) {
  return Boolean(value) && typeof value === "object" && !Array.isArray(value);
}

/**
 * A copy of ``base`` with the changes, down to the leaves; arrays are replaced as a whole.
 * @param {Record<string, any>} base
 * @param {Record<string, any> | undefined} changes
 * @returns {Record<string, any>}
 */
export function merged(base, changes) {
  const both = { ...base };
  for (const [key, value] of Object.entries(changes || {})) {
    both[key] = isObject(value) && isObject(base[key]) ? merged(base[key], value) : value;
  }
  return both;
}

/**
 * The layout for a width in CSS pixels.
 * @param {Layout} layout
 * @param {number} widthPx
 * @returns {Layout}
 */
export function fitted(layout, widthPx) {
  const narrow = widthPx < (layout.meta?.narrow_below || NARROW_BELOW_PX);
  const changes = narrow ? layout.meta?.narrow : undefined;
  const result = /** @type {Layout} */ (merged(layout, changes));
  const width = result.meta?.width; // drawn for this width: the height follows the real one
  if (width) result.height = Math.round(result.height * Math.min(MAX_ENLARGEMENT, widthPx / width));
  if (narrow) result.dragmode = false; // a finger scrolls the page; it must not draw a zoom box
  return result;
}

/**
 * @param {Layout} layout
 * @param {Theme} theme
 * @returns {Layout}
 */
export function themed(layout, theme) {
  const axis = { gridcolor: theme.line, linecolor: theme.line, zerolinecolor: theme.line, tickcolor: theme.line };
  const template = {
    layout: {
      font: { color: theme.ink, family: theme.font, size: 13 },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: axis, yaxis: axis, autosize: true,
      legend: { bgcolor: "rgba(0,0,0,0)" },
      hoverlabel: { font: { family: theme.font } },
    },
  };
  return { ...layout, template, autosize: true };
}

/**
 * The layout with the outlines as Plotly's own shapes, for a file.
 * @param {Layout} layout
 * @param {Trace[]} traces
 * @returns {Layout}
 */
export function withOutlines(layout, traces) {
  const shapes = (layout.meta?.boxes || []).map(({ trace, box: [top, left, bottom, right], color, round }) => ({
    type: round ? "circle" : "rect", xref: traces[trace].xaxis, yref: traces[trace].yaxis,
    x0: left, x1: right, y0: top, y1: bottom, line: { color, width: 1.5 },
  }));
  return { ...layout, shapes: [...(layout.shapes || []), ...shapes] };
}

const CHANGES_FREELY = { boxes: null, caption: null, player: null, alt: null, narrow: null, maps: null };

/**
 * All of a figure of heatmaps but their values, as text; null for other figures. Where it stays the
 * same, the values can be painted over the heatmaps without a word to Plotly.
 * @param {Figure} figure
 */
export function skeletonOf({ data, layout }) {
  if (data.some((trace) => trace.type !== "heatmap")) return null;
  const traces = data.map(({ z, ...rest }) => [rest, z.length, z[0].length]);
  return JSON.stringify([traces, { ...layout, meta: { ...layout.meta, ...CHANGES_FREELY } }]);
}
