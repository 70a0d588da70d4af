import assert from "node:assert/strict";
import { test } from "node:test";

import { describe } from "../../../components/live/chart/description.js";

const input = { trace: 0, label: "Input", channel: 0, start: [0, 0], stride: [1, 1], offsets: [[0, 0], [0, 0]] };
const filtered = { ...input, trace: 1, label: "Corner", channel: 2, offsets: [[-1, 1], [-1, 1]] };
const maps = [input, filtered];

test("a cell of the input has a value and a place", () => {
  assert.equal(describe(maps, [0, 3, 4], 0.5, [16, 16]), "Input: 0.5\n(channel 0, row 3, column 4)");
});

test("a cell of a map also tells what it sees", () => {
  assert.equal(describe(maps, [1, 3, 0], 0.12345, [16, 16]),
    "Corner: 0.123\n(channel 2, row 3, column 0)\nsees rows 2 to 4, columns 0 to 1 of the input");
});

test("one row is named alone, and small values keep their digits", () => {
  const single = { ...filtered, offsets: [[0, 0], [0, 0]] };
  assert.equal(describe([input, single], [1, 3, 4], -0.00012, [16, 16]),
    "Corner: -1.2e-4\n(channel 2, row 3, column 4)\nsees rows 3, columns 4 of the input");
});

test("several layers over one map are all told", () => {
  const layered = { ...filtered, layers: [{ label: "red", values: [[1, 2]] }, { label: "blue", values: [[3, 4]] }] };
  assert.match(describe([input, layered], [1, 0, 1], 9, [16, 16]), /^Corner\nred: 2\nblue: 4\n\(channel 2/);
});

test("rows and columns are counted in the map's own picture", () => {
  const right = { ...filtered, start: [0, 8], within: [0, 8, 16, 16] };
  assert.match(describe([input, right], [1, 3, 2], 1, [16, 16]), /columns 1 to 3 of the input$/);
});
