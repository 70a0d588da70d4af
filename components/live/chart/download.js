// @ts-check
// Downloads: PNG and SVG by Plotly, CSV from the same arrays.

import { csvOf } from "./csv.js";
import { withOutlines } from "./layout.js";
import { layoutFor, themeOf } from "./theme.js";

/** @import { Chart } from "./types" */

const REVOKE_MS = 1000; // the browser needs the address for a moment after the click

/**
 * @param {string} text
 * @param {string} filename
 */
function saveText(text, filename) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_MS);
}

/**
 * Save the figure as a file.
 * @param {Chart} chart
 * @param {string} format png, svg or csv
 */
export async function download(chart, format) {
  const { data, layout: { meta } } = chart.content.figure;
  const filename = meta?.name || "figure";
  if (format === "csv") {
    saveText(csvOf(data), `${filename}.csv`);
    return;
  }
  const width = chart.stage.clientWidth;
  const layout = { ...withOutlines(layoutFor(chart), data), width, paper_bgcolor: themeOf(chart.root).paper };
  const scale = format === "png" ? 2 : 1;
  const { Plotly } = /** @type {any} */ (window);
  await Plotly.downloadImage({ data, layout }, { format, filename, width, height: layout.height, scale });
}
