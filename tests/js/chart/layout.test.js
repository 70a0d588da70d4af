import assert from "node:assert/strict";
import { test } from "node:test";

import { fitted, merged, skeletonOf, themed, withOutlines } from "../../../components/live/chart/layout.js";

test("changes are merged down to the leaves, without touching the base", () => {
  const base = { font: { size: 12, color: "red" }, list: [1, 2], height: 4 };
  assert.deepEqual(merged(base, { font: { size: 10 }, list: [3], width: 5 }),
    { font: { size: 10, color: "red" }, list: [3], height: 4, width: 5 });
  assert.deepEqual(base.font, { size: 12, color: "red" });
  assert.deepEqual(merged({ a: 1 }, { a: { b: 2 } }), { a: { b: 2 } });
});

test("the height follows the width that the figure was drawn for, up to a limit", () => {
  const layout = { height: 600, meta: { width: 1000 } };
  assert.equal(fitted(layout, 800).height, 480);
  assert.equal(fitted(layout, 5000).height, 780);
  assert.equal(layout.height, 600);
  assert.equal(fitted({ height: 300 }, 800).height, 300);
});

test("a narrow chart takes its own changes and is not zoomed by a finger", () => {
  const layout = { height: 600, xaxis: { title: "size", tickvals: [1, 2] }, meta: { narrow: { xaxis: { title: "" } } } };
  assert.deepEqual(fitted(layout, 559).xaxis, { title: "", tickvals: [1, 2] });
  assert.equal(fitted(layout, 559).dragmode, false);
  assert.equal(fitted(layout, 560).dragmode, undefined);
  assert.equal(fitted({ height: 1, meta: { narrow_below: 900 } }, 800).dragmode, false);
});

test("the theme goes into a template, so that a figure's own settings win", () => {
  const theme = { ink: "#111", paper: "#fff", line: "#ccc", font: "sans", accent: "#00f" };
  const layout = themed({ height: 1, xaxis: { gridcolor: "red" } }, theme);
  assert.equal(layout.xaxis.gridcolor, "red");
  assert.equal(layout.template.layout.font.color, "#111");
});

test("outlines become shapes on their own axes, after the figure's", () => {
  const box = [1, 2, 3, 4];
  const layout = { height: 1, shapes: [{ type: "line" }], meta: { boxes: [
    { trace: 1, box, color: "red", label: "" }, { trace: 0, box, color: "blue", label: "", round: true }] } };
  const { shapes } = withOutlines(layout, [{ xaxis: "x", yaxis: "y" }, { xaxis: "x2", yaxis: "y2" }]);
  assert.deepEqual(shapes.map(({ type, xref }) => [type, xref]), [["line", undefined], ["rect", "x2"], ["circle", "x"]]);
  assert.deepEqual([shapes[1].y0, shapes[1].x0, shapes[1].y1, shapes[1].x1], box);
});

function figure(values, meta = {}, type = "heatmap") {
  return { data: [{ type, z: values, coloraxis: "coloraxis" }], layout: { height: 3, meta } };
}

test("the skeleton stays where values and captions alone change", () => {
  const before = skeletonOf(figure([[1, 2]], { caption: ["a", ""], boxes: [1] }));
  assert.equal(skeletonOf(figure([[5, 6]], { caption: ["b", ""], boxes: [2] })), before);
});

test("the skeleton changes with a shape, a layout, a name; other traces have none", () => {
  const before = skeletonOf(figure([[1, 2]]));
  assert.notEqual(skeletonOf(figure([[1, 2, 3]])), before);
  assert.notEqual(skeletonOf(figure([[1, 2]], { width: 7 })), before);
  assert.equal(skeletonOf(figure([[1, 2]], {}, "scatter")), null);
});
