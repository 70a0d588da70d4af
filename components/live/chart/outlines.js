// @ts-check
// Outlines over the maps: the figure's own, and those of the hovered and the pinned cell.

import { axesOf } from "./plotly_private.js";
import { linkedCells, receptiveField } from "./receptive_field.js";

/** @import { Axis } from "./plotly_private.js" */
/** @import { Cell, Chart, FeatureMap, Outline, Span } from "./types" */

const LABEL_PX = 15;

/**
 * The figure's maps; the first is the input.
 * @param {Chart} chart
 * @returns {FeatureMap[]}
 */
export function mapsOf(chart) {
  return chart.content.figure.layout.meta?.maps || [];
}

/**
 * The rows and columns of a map.
 * @param {Chart} chart
 * @param {FeatureMap} map
 * @returns {[number, number]}
 */
export function shapeOf(chart, map) {
  const rows = chart.content.figure.data[map.trace].z;
  return [rows.length, rows[0].length];
}

/**
 * Where cells lie along an axis, in CSS pixels, lowest first.
 * @param {Axis} axis
 * @param {Span} cells
 */
function pixelsOf(axis, cells) {
  return cells.map((cell) => axis.pixelOf(cell - 0.5)).sort((a, b) => a - b);
}

/**
 * Where cells start along an axis and how far they go, in CSS pixels, cut off at the map's edges.
 * @param {Axis} axis
 * @param {Span} cells
 */
function extent(axis, cells) {
  const [low, high] = pixelsOf(axis, cells);
  const start = Math.max(axis.start, low);
  return [start, Math.min(axis.start + axis.length, high) - start];
}

/**
 * @param {Chart} chart
 * @param {string} kind
 * @param {Record<"left" | "top" | "width" | "height", number>} place in CSS pixels
 */
function addOutline(chart, kind, place) {
  const element = document.createElement("div");
  element.className = `live-chart-box live-chart-${kind}`;
  for (const [name, value] of Object.entries(place)) element.style.setProperty(name, `${value}px`);
  chart.overlay.appendChild(element);
  return element;
}

/**
 * Outline a rectangle of cells; null where none of it is in sight.
 * @param {Chart} chart
 * @param {number} trace
 * @param {[Span, Span]} cells rows, columns
 * @param {string} kind
 */
function addBox(chart, trace, [rows, columns], kind) {
  const { x, y } = axesOf(chart.plot, chart.content.figure.data[trace]);
  const [[left, width], [top, height]] = [extent(x, columns), extent(y, rows)];
  return width > 0 && height > 0 ? addOutline(chart, kind, { left, top, width, height }) : null;
}

/**
 * Outline the ellipse in a rectangle of cells. It keeps its shape where it leaves its map: it is cut
 * off instead of squeezed.
 * @param {Chart} chart
 * @param {number} trace
 * @param {[Span, Span]} cells rows, columns
 */
function addEllipse(chart, trace, [rows, columns]) {
  const { x, y } = axesOf(chart.plot, chart.content.figure.data[trace]);
  const [[left, width, before, after], [top, height, above, below]] =
    [pixelsOf(x, columns), pixelsOf(y, rows)].map(([low, high], index) => {
      const { start, length } = index ? y : x;
      return [low, high - low, start - low, high - start - length];
    });
  if (before > width || after > width || above > height || below > height) return null;
  const element = addOutline(chart, "object live-chart-round", { left, top, width, height });
  const inset = [above, after, below, before].map((cut) => (cut > 0 ? `${cut}px` : "-12rem"));
  element.style.clipPath = `inset(${inset.join(" ")})`;
  return element;
}

/**
 * Label an outline above it, or where there is no room, below or inside.
 * @param {Chart} chart
 * @param {HTMLElement} element
 * @param {Outline} outline
 */
function addLabel(chart, element, { trace, box: [top, , bottom], color, label }) {
  const text = document.createElement("span");
  text.textContent = label;
  text.style.color = color;
  const { z } = chart.content.figure.data[trace];
  const { y } = axesOf(chart.plot, chart.content.figure.data[trace]);
  const room = (LABEL_PX * Math.abs(y.range[1] - y.range[0])) / y.length; // in cells
  if (top < room) text.className = bottom > z.length - room ? "inside" : "below";
  element.append(text);
}

/**
 * Draw outlines that belong to a figure.
 * @param {Chart} chart
 * @param {Outline[] | undefined} outlines
 */
export function drawOutlines(chart, outlines) {
  for (const outline of outlines || []) {
    const { trace, box: [top, left, bottom, right], color, label, round } = outline;
    /** @type {[Span, Span]} */
    const cells = [[top + 0.5, bottom + 0.5], [left + 0.5, right + 0.5]];
    const element = round ? addEllipse(chart, trace, cells) : addBox(chart, trace, cells, "object");
    if (!element) continue;
    element.style.outlineColor = color;
    if (label) addLabel(chart, element, outline);
  }
}

/**
 * Outline a cell, what it sees of the input, and the cells of the other maps that belong to that.
 * @param {Chart} chart
 * @param {Cell} cell
 * @param {"hovered" | "pinned"} kind
 */
function outlineCell(chart, [index, row, column], kind) {
  const maps = mapsOf(chart);
  const map = maps[index];
  if (!map) return;
  const input = shapeOf(chart, maps[0]);
  const field = receptiveField(map, [row, column], input);
  addBox(chart, map.trace, [[row, row + 1], [column, column + 1]], `${kind}-cell`);
  maps.forEach((other, place) => {
    if (place === index) return;
    if (place === 0) {
      addBox(chart, other.trace, field, `${kind}-seen`);
      return;
    }
    const about = { shape: shapeOf(chart, other), input, deeper: place > index };
    const cells = linkedCells(other, field, about);
    if (cells) addBox(chart, other.trace, cells, `${kind}-linked`);
  });
}

/**
 * Draw all outlines anew; while the player has the picture, they are its own.
 * @param {Chart} chart
 */
export function outline(chart) {
  if (chart.playing || chart.scrubbing) return;
  chart.overlay.replaceChildren();
  drawOutlines(chart, chart.content.figure.layout.meta?.boxes);
  if (chart.content.pinned) outlineCell(chart, chart.content.pinned, "pinned");
  if (chart.hovered) outlineCell(chart, chart.hovered, "hovered");
}
