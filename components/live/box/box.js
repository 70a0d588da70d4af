// @ts-check
// A rectangle on a photograph: dragged, resized at its corners, drawn anew beside it, moved by keys.

import { showPending } from "../pending.js";
import { describe, moved, oppositeCorner, rounded, spanned, stretched } from "./rectangle.js";

/** @import { Point, Rectangle } from "./rectangle.js" */

/**
 * @typedef {object} Box
 * @property {HTMLElement} stage
 * @property {HTMLImageElement} picture
 * @property {HTMLElement} frame
 * @property {HTMLElement} text
 * @property {string} label
 * @property {Rectangle} rectangle
 * @property {Rectangle | null} sent
 * @property {string} given the rectangle from Python, as text
 * @property {((pointer: Point) => Rectangle) | null} follow
 * @property {[number, number]} start of a drag, in CSS pixels
 * @property {boolean} dragging
 * @property {ReturnType<typeof setTimeout> | undefined} timer
 * @property {(event: string, value: unknown) => void} emit
 */

const REST_MS = 400; // after the last key
const CLICK_PX = 3; // a shorter drag is a click, which moves nothing

/** @type {Record<string, Point>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {Box} box */
function paint(box) {
  const [top, left, bottom, right] = box.rectangle;
  const place = { top, left, height: bottom - top, width: right - left };
  for (const [name, value] of Object.entries(place)) box.frame.style.setProperty(name, `${value}%`);
  const text = describe(box.rectangle);
  box.frame.setAttribute("aria-label", `${box.label}: ${text}`);
  box.text.textContent = text;
}

/** @param {Box} box */
function send(box) {
  clearTimeout(box.timer);
  showPending(box.stage, "rectangle", false);
  const rectangle = rounded(box.rectangle);
  if (JSON.stringify(rectangle) === JSON.stringify(box.sent)) return;
  box.sent = rectangle;
  box.emit("box", rectangle);
}

/**
 * @param {Box} box
 * @param {PointerEvent} event
 * @returns {Point}
 */
function pointOf(box, event) {
  const area = box.stage.getBoundingClientRect();
  return [(100 * (event.clientY - area.top)) / area.height, (100 * (event.clientX - area.left)) / area.width];
}

/**
 * What a drag does that begins at a point: resize at a corner, move inside, else draw anew.
 * @param {Box} box
 * @param {HTMLElement} target
 * @param {Point} point
 * @returns {(pointer: Point) => Rectangle}
 */
function dragFrom(box, target, point) {
  const { corner } = target.dataset;
  const before = box.rectangle;
  if (corner !== undefined) {
    const opposite = oppositeCorner(before, Number(corner));
    return (pointer) => spanned(opposite, pointer);
  }
  if (target !== box.frame) return (pointer) => spanned(point, pointer);
  return (pointer) => moved(before, [pointer[0] - point[0], pointer[1] - point[1]]);
}

/**
 * @param {Box} box
 * @param {PointerEvent} event
 */
function startDrag(box, event) {
  box.follow = dragFrom(box, /** @type {HTMLElement} */ (event.target), pointOf(box, event));
  box.start = [event.clientX, event.clientY];
  box.stage.setPointerCapture(event.pointerId);
  box.frame.focus({ preventScroll: true });
  event.preventDefault();
}

/**
 * @param {Box} box
 * @param {PointerEvent} event
 */
function drag(box, event) {
  if (!box.follow) return;
  const distance = Math.hypot(event.clientX - box.start[0], event.clientY - box.start[1]);
  if (!box.dragging && distance < CLICK_PX) return;
  box.dragging = true;
  box.rectangle = box.follow(pointOf(box, event));
  paint(box);
}

/** @param {Box} box */
function endDrag(box) {
  if (box.dragging) send(box);
  box.follow = null;
  box.dragging = false;
}

/**
 * @param {Box} box
 * @param {KeyboardEvent} event
 */
function press(box, event) {
  const step = ARROWS[event.key];
  if (!step) return;
  event.preventDefault();
  box.rectangle = event.shiftKey ? stretched(box.rectangle, step) : moved(box.rectangle, step);
  paint(box);
  clearTimeout(box.timer);
  showPending(box.stage, "rectangle", true);
  box.timer = setTimeout(() => send(box), REST_MS);
}

/**
 * @param {ParentNode} parent
 * @returns {Box}
 */
function open(parent) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (parent.querySelector(selector));
  /** @type {Box} */
  const box = {
    stage: find(".live-box"), picture: find(".live-box-picture"), frame: find(".live-box-frame"),
    text: find(".live-box-said"), label: "", rectangle: [0, 0, 100, 100], sent: null, given: "",
    follow: null, start: [0, 0], dragging: false, timer: undefined, emit: () => {},
  };
  box.stage.addEventListener("pointerdown", (event) => startDrag(box, event));
  box.stage.addEventListener("pointermove", (event) => drag(box, event));
  for (const end of ["pointerup", "pointercancel"]) box.stage.addEventListener(end, () => endDrag(box));
  box.frame.addEventListener("keydown", (event) => press(box, event));
  return box;
}

/** @type {WeakMap<ParentNode, Box>} */
const boxes = new WeakMap();

/**
 * @typedef {object} Component
 * @property {{ picture: string, box: Rectangle, label: string }} data
 * @property {ParentNode} parentElement
 * @property {Box["emit"]} setTriggerValue
 */

/** @param {Component} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const box = boxes.get(parentElement) ?? open(parentElement);
  boxes.set(parentElement, box);
  box.emit = setTriggerValue;
  box.label = data.label;
  if (box.picture.src !== data.picture) box.picture.src = data.picture;
  const given = JSON.stringify(data.box);
  if (given !== box.given && !box.dragging) { // else the person's own rectangle stays
    Object.assign(box, { given, rectangle: data.box, sent: rounded(data.box) });
  }
  paint(box);
  return () => { clearTimeout(box.timer); boxes.delete(parentElement); };
}
