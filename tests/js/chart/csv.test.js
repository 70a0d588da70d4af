import assert from "node:assert/strict";
import { test } from "node:test";

import { csvOf } from "../../../components/live/chart/csv.js";

test("a heatmap has one line per cell", () => {
  const traces = [{ name: "near", z: [Float32Array.of(0.5, -2), Float32Array.of(1e-7, NaN)] }];
  assert.equal(csvOf(traces), [
    "trace,row,column,value", '"near",0,0,0.5', '"near",0,1,-2', `"near",1,0,${Math.fround(1e-7)}`,
    '"near",1,1,"NaN"', ""].join("\n"));
});

test("a line has one line per point, and names are quoted", () => {
  assert.equal(csvOf([{ name: 'the "far" one', x: [1, 2], y: [3, 4] }, { x: ["a"], y: [5] }]), [
    "trace,index,x,y", '"the ""far"" one",0,1,3', '"the ""far"" one",1,2,4', '"trace 1",0,"a",5', ""].join("\n"));
});
