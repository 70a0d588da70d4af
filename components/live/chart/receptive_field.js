// @ts-check
// Which input pixels a cell sees, and which cells of another map belong to them.

/** @import { FeatureMap, Span } from "./types" */

/**
 * The input pixels that one cell sees along an axis. Where the input shows several pictures, they
 * are those of the map's own picture ("within").
 * @param {FeatureMap} map
 * @param {number} axis 0: rows, 1: columns
 * @param {number} cell
 * @param {number} size pixels of the input along the axis
 * @returns {Span}
 */
function spanOf(map, axis, cell, size) {
  const [low, high] = map.within ? [map.within[axis], map.within[axis + 2]] : [0, size];
  const first = map.start[axis] + cell * map.stride[axis];
  const pixels = map.offsets[axis].map((offset) => first + offset);
  if (pixels.length <= 2) return [Math.max(low, pixels[0]), Math.min(high, pixels[pixels.length - 1] + 1)];
  const inside = pixels.filter((pixel) => pixel >= low && pixel < high);
  return [inside[0], inside[inside.length - 1] + 1];
}

/**
 * The rows and the columns of the input that a cell sees.
 * @param {FeatureMap} map
 * @param {[number, number]} cell row, column
 * @param {[number, number]} input its rows and columns
 * @returns {[Span, Span]}
 */
export function receptiveField(map, [row, column], input) {
  return [spanOf(map, 0, row, input[0]), spanOf(map, 1, column, input[1])];
}

/**
 * @param {FeatureMap} map
 * @param {number} axis
 * @param {{ cells: number, size: number, field: Span, deeper: boolean }} about
 * @returns {Span | null}
 */
function linkedSpan(map, axis, { cells, size, field: [low, high], deeper }) {
  const belongs = (/** @type {number} */ cell) => {
    const [first, last] = spanOf(map, axis, cell, size);
    return deeper ? first <= low && last >= high : first >= low && last <= high && last > first;
  };
  const linked = Array.from({ length: cells }, (_, cell) => cell).filter(belongs);
  return linked.length ? [linked[0], linked[linked.length - 1] + 1] : null;
}

/**
 * The cells of a map that belong to a receptive field: on a shallower map those that see nothing
 * else, on a deeper one those that see all of it. Null where there are none.
 * @param {FeatureMap} map
 * @param {[Span, Span]} field
 * @param {{ shape: [number, number], input: [number, number], deeper: boolean }} about
 * @returns {[Span, Span] | null}
 */
export function linkedCells(map, field, { shape, input, deeper }) {
  const [rows, columns] = [0, 1].map((axis) =>
    linkedSpan(map, axis, { cells: shape[axis], size: input[axis], field: field[axis], deeper }));
  return rows && columns ? [rows, columns] : null;
}

/**
 * The map of a mosaic ("tiles") that holds a cell, and the cell's place in it; null in a gap.
 * @param {FeatureMap} map
 * @param {number} row
 * @param {number} column
 * @returns {{ map: FeatureMap, cell: [number, number] } | null}
 */
export function tileAt(map, row, column) {
  if (!map.tiles) return { map, cell: [row, column] };
  const { units, columns, step, tops, sizes, names, starts, sides } = map.tiles;
  const [line, along] = [Math.floor(row / step[0]), Math.floor(column / step[1])];
  const unit = units[line * columns + along];
  const [down, across] = [row - line * step[0], column - along * step[1]];
  const which = tops.findIndex((top, index) => down >= top && down < top + sizes[index][0]);
  if (unit === undefined || which < 0 || across >= sizes[which][1]) return null;
  const side = sides[which];
  return {
    cell: [down - tops[which], across],
    map: { ...map, label: `${map.label}, unit ${unit}, ${names[which]}`, channel: unit,
      start: starts[which], within: [0, 0, side, side] },
  };
}
