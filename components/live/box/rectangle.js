// @ts-check
// A rectangle as [top, left, bottom, right] in percent of its picture, moved and resized.

/** @typedef {[number, number, number, number]} Rectangle */
/** @typedef {[number, number]} Point row, column, in percent */

const MIN_SIDE = 2;

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** @param {number} value */
function tenth(value) {
  return Math.round(value * 10) / 10;
}

/**
 * To a tenth of a percent, as it is sent.
 * @param {Rectangle} rectangle
 */
export function rounded(rectangle) {
  return /** @type {Rectangle} */ (rectangle.map(tenth));
}

/** @param {Rectangle} rectangle */
export function describe([top, left, bottom, right]) {
  return `rows ${tenth(top)} to ${tenth(bottom)} %, columns ${tenth(left)} to ${tenth(right)} %`;
}

/**
 * Moved as far as the picture goes.
 * @param {Rectangle} rectangle
 * @param {Point} by
 * @returns {Rectangle}
 */
export function moved([top, left, bottom, right], [rows, columns]) {
  const down = clamp(rows, -top, 100 - bottom);
  const across = clamp(columns, -left, 100 - right);
  return [top + down, left + across, bottom + down, right + across];
}

/**
 * With its lower right corner moved.
 * @param {Rectangle} rectangle
 * @param {Point} by
 * @returns {Rectangle}
 */
export function stretched([top, left, bottom, right], [rows, columns]) {
  return [top, left, clamp(bottom + rows, top + MIN_SIDE, 100), clamp(right + columns, left + MIN_SIDE, 100)];
}

/**
 * @param {number} fixed
 * @param {number} free
 */
function side(fixed, free) {
  const [low, high] = [Math.min(fixed, free), Math.max(fixed, free)];
  if (high - low >= MIN_SIDE) return [low, high];
  const start = clamp(free < fixed ? high - MIN_SIDE : low, 0, 100 - MIN_SIDE);
  return [start, start + MIN_SIDE];
}

/**
 * Between a corner that stays and one that follows the pointer; both may change sides.
 * @param {Point} fixed
 * @param {Point} free
 * @returns {Rectangle}
 */
export function spanned(fixed, free) {
  const [rows, columns] = [0, 1].map((axis) => side(clamp(fixed[axis], 0, 100), clamp(free[axis], 0, 100)));
  return [rows[0], columns[0], rows[1], columns[1]];
}

/**
 * The corner opposite to one of the four, which are counted row by row.
 * @param {Rectangle} rectangle
 * @param {number} corner
 * @returns {Point}
 */
export function oppositeCorner([top, left, bottom, right], corner) {
  return [corner < 2 ? bottom : top, corner % 2 === 0 ? right : left];
}
