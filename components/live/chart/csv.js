// @ts-check
// The arrays of a figure as a CSV file.

/** @import { Trace } from "./types" */

/** @param {unknown} text */
function quoted(text) {
  return `"${String(text).replaceAll('"', '""')}"`;
}

/**
 * @param {Trace} trace
 * @param {string} name
 * @returns {string[]}
 */
function linesOf(trace, name) {
  if (trace.z) {
    return trace.z.flatMap((row, r) => Array.from(row, (value, c) => `${name},${r},${c},${quoted(value)}`));
  }
  const { x, y } = trace;
  return x && y ? Array.from(x, (value, i) => `${name},${i},${quoted(value)},${quoted(y[i])}`) : [];
}

/**
 * One line per cell of a heatmap or point of a line; numbers stand without quotes.
 * @param {Trace[]} traces
 */
export function csvOf(traces) {
  const heading = traces.every((trace) => !trace.z) ? "trace,index,x,y" : "trace,row,column,value";
  const lines = traces.flatMap((trace, index) => linesOf(trace, quoted(trace.name || `trace ${index}`)));
  return [heading, ...lines].join("\n").replaceAll(/"(-?[\d.]+(?:e-?\d+)?)"/g, "$1") + "\n";
}
