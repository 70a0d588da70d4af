// @ts-check
// A cell in words: its value, its place and what it sees.

import { receptiveField, tileAt } from "./receptive_field.js";

/** @import { Cell, FeatureMap, Span } from "./types" */

/** @param {number} value */
function number(value) {
  return Math.abs(value) >= 0.0005 || value === 0 ? String(Number(value.toFixed(3))) : value.toExponential(1);
}

/** @param {Span} span */
function range([low, high]) {
  return high - low === 1 ? `${low}` : `${low} to ${high - 1}`;
}

/**
 * @param {FeatureMap} map
 * @param {[number, number]} cell
 * @param {[number, number]} input
 */
function field(map, cell, input) {
  const corner = map.within || [0, 0]; // counted from the corner of the map's own picture
  const [rows, columns] = receptiveField(map, cell, input)
    .map(([low, high], axis) => range([low - corner[axis], high - corner[axis]]));
  return `\nsees rows ${rows}, columns ${columns} of the input`;
}

/**
 * @param {FeatureMap} map
 * @param {[number, number]} cell
 * @param {number} value
 */
function values(map, [row, column], value) {
  if (!map.layers?.length) return `: ${number(value)}`;
  return map.layers.map((layer) => `\n${layer.label}: ${number(layer.values[row][column])}`).join("");
}

/**
 * Describe a cell of one of the maps, the first of which is the input; "" between a mosaic's maps.
 * @param {FeatureMap[]} maps
 * @param {Cell} cell
 * @param {number} value
 * @param {[number, number]} input the input's rows and columns
 */
export function describe(maps, [index, row, column], value, input) {
  const tile = tileAt(maps[index], row, column);
  if (!tile) return "";
  const { map, cell } = tile;
  const sees = index > 0 || map.tiles ? field(map, cell, input) : "";
  return `${map.label}${values(map, cell, value)}\n`
    + `(channel ${map.channel}, row ${cell[0]}, column ${cell[1]})${sees}`;
}
