import assert from "node:assert/strict";
import { test } from "node:test";

import { read, scaleOf, withUnit, written } from "../../../components/live/panel/numbers.js";

const METERS = { low: 0.5, high: 40, step: 0.1, unit: "m", whole: false, log: true };
const DEPTH = { low: 0, high: 6, step: 1, unit: "", whole: true, log: false };

test("a linear slider rounds to the digits of its step", () => {
  const scale = scaleOf({ low: 0, high: 1, step: 0.05, log: false });
  assert.equal(scale.toValue(0.15000000000000002), 0.15);
  assert.equal(scale.toPosition(0.3), 0.3);
});

test("a logarithmic slider has even octaves and reaches its ends exactly", () => {
  const scale = scaleOf(METERS);
  assert.equal(scale.toValue(scale.low), 0.5);
  assert.equal(scale.toValue(scale.high), 40);
  const octave = scale.toPosition(2) - scale.toPosition(1);
  assert.ok(Math.abs(scale.toPosition(8) - scale.toPosition(4) - octave) < 1e-9);
  for (const value of [0.5, 1, 3.3, 40]) {
    assert.ok(Math.abs(scale.toValue(Math.round(scale.toPosition(value))) / value - 1) < 0.01);
  }
});

test("numbers are written without noise", () => {
  assert.equal(written(0.1 + 0.2), "0.3");
  assert.equal(withUnit(METERS, 12), "12 m");
  assert.equal(withUnit(DEPTH, 3), "3");
});

test("a typed number is read with a point or a comma", () => {
  assert.deepEqual(read(" 2,5 ", METERS), { value: 2.5, fault: "" });
  assert.deepEqual(read("40", METERS), { value: 40, fault: "" });
});

test("what is no number, out of bounds or not whole is refused in one sentence", () => {
  for (const typed of ["", "two", "0.4", "41", "NaN", "Infinity"]) {
    const { value, fault } = read(typed, METERS);
    assert.equal(value, null);
    assert.equal(fault, `'${typed}' is not allowed; give a number from 0.5 m to 40 m.`);
  }
  assert.match(read("2.5", DEPTH).fault, /give a whole number from 0 to 6\.$/);
  assert.match(read("x".repeat(100), DEPTH).fault, /^'x{20}' is/);
});
