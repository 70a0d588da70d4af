import assert from "node:assert/strict";
import { test } from "node:test";

import { colorAt, fillWords, packedColors, STEPS } from "../../../components/live/chart/colors.js";

const GRAY = [[0, "#000000"], [1, "#ffffff"]];
const DIVERGING = [[0, "#ff0000"], [0.5, "#f7f7f7"], [1, "#0000ff80"]];

test("a color lies between those of its neighbors on the scale", () => {
  assert.deepEqual(colorAt(GRAY, 0.2), [51, 51, 51, 255]);
  assert.deepEqual(colorAt(DIVERGING, 0), [255, 0, 0, 255]);
  assert.deepEqual(colorAt(DIVERGING, 0.5), [247, 247, 247, 255]);
  assert.deepEqual(colorAt(DIVERGING, 1), [0, 0, 255, 128]);
});

test("a packed color has red in its lowest byte and opacity in its highest", () => {
  const words = packedColors(DIVERGING);
  assert.equal(words.length, STEPS);
  assert.deepEqual([...new Uint8Array(words.buffer, 0, 4)], [255, 0, 0, 255]);
  assert.deepEqual([...new Uint8Array(words.buffer, 4 * (STEPS - 1), 4)], [0, 0, 255, 128]);
});

test("values are clipped to the scale, and what is no number stays empty", () => {
  const colors = packedColors(GRAY);
  const words = new Uint32Array(6);
  const rows = [Float32Array.of(-5, 0, NaN), Float32Array.of(0.5, 1, 7)];
  fillWords(words, rows, colors, { scale: STEPS - 1, shift: 0 });
  assert.deepEqual([...words], [colors[0], colors[0], 0, colors[128], colors[255], colors[255]]);
});
