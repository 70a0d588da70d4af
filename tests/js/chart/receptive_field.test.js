import assert from "node:assert/strict";
import { test } from "node:test";

import { linkedCells, receptiveField, tileAt } from "../../../components/live/chart/receptive_field.js";

const INPUT = [16, 20];
const input = { trace: 0, label: "input", channel: 0, start: [0, 0], stride: [1, 1], offsets: [[0, 0], [0, 0]] };
const filtered = { ...input, start: [0, 0], offsets: [[-1, 1], [-1, 1]] };
const pooled = { ...input, stride: [2, 2], offsets: [[-1, 2], [-1, 2]] };

test("a 3 x 3 filter sees its cell and one pixel around it, cut off at the edges", () => {
  assert.deepEqual(receptiveField(filtered, [5, 7], INPUT), [[4, 7], [6, 9]]);
  assert.deepEqual(receptiveField(filtered, [0, 19], INPUT), [[0, 2], [18, 20]]);
});

test("a stride moves the field by more than a pixel per cell", () => {
  assert.deepEqual(receptiveField(pooled, [3, 4], INPUT), [[5, 9], [7, 11]]);
});

test("more than two offsets are the pixels themselves, with gaps between", () => {
  const dilated = { ...input, offsets: [[-4, 0, 4], [-4, 0, 4]] };
  assert.deepEqual(receptiveField(dilated, [5, 5], INPUT), [[1, 10], [1, 10]]);
  assert.deepEqual(receptiveField(dilated, [2, 2], INPUT), [[2, 7], [2, 7]]);
});

test("a map's own picture bounds what it sees", () => {
  const right = { ...filtered, start: [0, 10], within: [0, 10, 16, 20] };
  assert.deepEqual(receptiveField(right, [0, 0], INPUT), [[0, 2], [10, 12]]);
});

test("on a deeper map the cells that see all of the field are linked", () => {
  const field = receptiveField(filtered, [5, 5], INPUT); // pixels 4 to 6
  const cells = linkedCells(pooled, field, { shape: [8, 10], input: INPUT, deeper: true });
  assert.deepEqual(cells, bruteForce(pooled, field, [8, 10], ([a, b], [low, high]) => a <= low && b >= high));
  assert.deepEqual(cells, [[2, 3], [2, 3]].map(([a]) => [a, cells[0][1]]));
});

test("on a shallower map the cells that see nothing else are linked", () => {
  const field = receptiveField(pooled, [3, 4], INPUT);
  const cells = linkedCells(filtered, field, { shape: INPUT, input: INPUT, deeper: false });
  assert.deepEqual(cells, bruteForce(filtered, field, INPUT, ([a, b], [low, high]) => a >= low && b <= high));
});

test("nothing is linked where no cell sees all of the field", () => {
  const about = { shape: INPUT, input: INPUT, deeper: true };
  assert.equal(linkedCells(input, [[0, 5], [0, 5]], about), null);
});

function bruteForce(map, field, shape, belongs) {
  return [0, 1].map((axis) => {
    const cells = [];
    for (let cell = 0; cell < shape[axis]; cell += 1) {
      const at = axis ? [0, cell] : [cell, 0];
      if (belongs(receptiveField(map, at, INPUT)[axis], field[axis])) cells.push(cell);
    }
    return [cells[0], cells.at(-1) + 1];
  });
}

const mosaic = {
  ...input, label: "layer3",
  tiles: { units: [8, 3, 5], columns: 2, step: [7, 4], tops: [0, 4], sizes: [[3, 3], [2, 2]],
    names: ["near", "far"], starts: [[0, 0], [8, 8]], sides: [16, 12] },
};

test("a cell of a mosaic belongs to the map of one unit", () => {
  const { cell, map } = tileAt(mosaic, 12, 1); // second line of units, in its lower map
  assert.deepEqual(cell, [1, 1]);
  assert.deepEqual([map.label, map.channel], ["layer3, unit 5, far", 5]);
  assert.deepEqual([map.start, map.within], [[8, 8], [0, 0, 12, 12]]);
});

test("a cell between a mosaic's maps belongs to none", () => {
  assert.equal(tileAt(mosaic, 3, 0), null); // between the two maps of a unit
  assert.equal(tileAt(mosaic, 0, 3), null); // between two units
  assert.equal(tileAt(mosaic, 8, 5), null); // beside the last unit
});
