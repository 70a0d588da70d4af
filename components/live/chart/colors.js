// @ts-check
// Values to the pixels of an image, by a color scale.

/** @import { Row } from "./types" */

/** How many colors a palette has. */
export const STEPS = 256;

/**
 * The channel (0 red to 3 opacity) of a color written as #rrggbb or #rrggbbaa.
 * @param {string} color
 * @param {number} index
 */
function channel(color, index) {
  return parseInt(color.slice(1 + 2 * index, 3 + 2 * index) || "ff", 16);
}

/**
 * The color at a position from 0 to 1, as [red, green, blue, opacity].
 * @param {[number, string][]} scale Plotly's: positions that rise, and their colors
 * @param {number} position
 */
export function colorAt(scale, position) {
  const above = Math.max(1, scale.findIndex(([place]) => place >= position));
  const [[low, from], [high, to]] = [scale[above - 1], scale[above]];
  const share = high > low ? (position - low) / (high - low) : 1;
  return [0, 1, 2, 3].map((index) => Math.round(
    channel(from, index) + share * (channel(to, index) - channel(from, index))));
}

/**
 * A color scale as STEPS words that go straight into an image (red in the lowest byte).
 * @param {[number, string][]} scale
 */
export function packedColors(scale) {
  return Uint32Array.from({ length: STEPS }, (_, step) => {
    const [red, green, blue, opacity] = colorAt(scale, step / (STEPS - 1));
    return ((opacity << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

/**
 * Write the color of every value * scale + shift; where that is no number, nothing is written.
 * @param {Uint32Array} words one per pixel, row by row
 * @param {Row[]} rows
 * @param {Uint32Array} colors
 * @param {{ scale: number, shift: number }} steps from a value to its color's index
 */
export function fillWords(words, rows, colors, { scale, shift }) {
  const [height, width] = [rows.length, rows[0].length];
  for (let row = 0, index = 0; row < height; row += 1) {
    const line = rows[row];
    for (let column = 0; column < width; column += 1, index += 1) {
      const step = line[column] * scale + shift;
      if (step === step) words[index] = colors[step <= 0 ? 0 : step >= STEPS - 1 ? STEPS - 1 : (step + 0.5) | 0];
    }
  }
}
