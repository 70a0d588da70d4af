import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, moved, oppositeCorner, rounded, spanned, stretched } from "../../../components/live/box/rectangle.js";

const RECTANGLE = [10, 20, 40, 60];

test("a rectangle moves as far as the picture goes and keeps its size", () => {
  assert.deepEqual(moved(RECTANGLE, [5, -5]), [15, 15, 45, 55]);
  assert.deepEqual(moved(RECTANGLE, [-50, 90]), [0, 60, 30, 100]);
});

test("the lower right corner can be moved, down to the smallest rectangle", () => {
  assert.deepEqual(stretched(RECTANGLE, [1, 1]), [10, 20, 41, 61]);
  assert.deepEqual(stretched(RECTANGLE, [-90, 90]), [10, 20, 12, 100]);
});

test("a corner that is dragged past the opposite one changes sides", () => {
  assert.deepEqual(spanned([40, 60], [10, 20]), RECTANGLE);
  assert.deepEqual(spanned([40, 60], [70, 80]), [40, 60, 70, 80]);
  assert.deepEqual(spanned([40, 60], [170, -80]), [40, 0, 100, 60]);
});

test("no side becomes shorter than two percent, also at the picture's edges", () => {
  assert.deepEqual(spanned([50, 50], [50.5, 49.5]), [50, 48, 52, 50]);
  assert.deepEqual(spanned([100, 0], [100, 0]), [98, 0, 100, 2]);
});

test("corners are counted row by row, and the opposite one stays", () => {
  const opposite = [0, 1, 2, 3].map((corner) => oppositeCorner(RECTANGLE, corner));
  assert.deepEqual(opposite, [[40, 60], [40, 20], [10, 60], [10, 20]]);
});

test("a rectangle is told and sent to a tenth of a percent", () => {
  assert.deepEqual(rounded([1.23, 2.06, 3, 4.96]), [1.2, 2.1, 3, 5]);
  assert.equal(describe([1.23, 2, 30, 40]), "rows 1.2 to 30 %, columns 2 to 40 %");
});
