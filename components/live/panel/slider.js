// @ts-check
// A labeled range input that sends while it moves, with a box to type into. Its value is not final
// while the thumb moves, and final once it has come to rest.

import { showPending } from "../pending.js";
import { send, showNote } from "./messages.js";
import { read, scaleOf, withUnit, written } from "./numbers.js";

/** @import { SliderControl, SliderData } from "./types" */

const SETTLE_MS = 250; // a pause this long ends a move, so that one drag is one entry in the history

/** @param {SliderControl} slider */
export function buildSlider(slider) {
  const find = (/** @type {string} */ name) => slider.root.querySelector(`.live-slider-${name}`);
  Object.assign(slider, {
    box: find("box"), unit: find("unit"), range: find("range"), low: find("low"), high: find("high"),
  });
  slider.range.addEventListener("input", () => move(slider, slider.scale.toValue(Number(slider.range.value))));
  slider.range.addEventListener("change", () => settleSoon(slider));
  slider.box.addEventListener("change", () => takeTyped(slider));
  slider.box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    showFault(slider, "");
    slider.box.value = written(slider.value);
  });
}

/** @param {SliderControl} slider */
function paint(slider) {
  const { range, box, data, value, scale } = slider;
  const share = (Number(range.value) - scale.low) / (scale.high - scale.low);
  range.style.setProperty("--live-share", `${100 * share}%`);
  range.setAttribute("aria-valuetext", withUnit(data, value));
  const root = /** @type {ShadowRoot} */ (slider.root.getRootNode());
  if (root.activeElement !== box) box.value = written(value);
}

/**
 * @param {SliderControl} slider
 * @param {boolean} final
 */
function sendValue(slider, final) {
  slider.lastSent = slider.value;
  send(slider, slider.value, final);
}

/**
 * Follow the thumb, with at most one message per painted frame: a mouse reports more moves than a
 * screen can show.
 * @param {SliderControl} slider
 * @param {number} value
 */
function move(slider, value) {
  if (value === slider.value) return;
  slider.value = value;
  showFault(slider, "");
  paint(slider);
  settleSoon(slider);
  if (slider.frame) return;
  sendValue(slider, false);
  slider.frame = requestAnimationFrame(() => {
    slider.frame = 0;
    if (slider.value !== slider.lastSent) sendValue(slider, false);
  });
}

/** @param {SliderControl} slider */
function settleSoon(slider) {
  clearTimeout(slider.timer);
  showPending(slider.root, "final", true);
  slider.timer = setTimeout(() => {
    showPending(slider.root, "final", false);
    sendValue(slider, true);
  }, SETTLE_MS);
}

/** @param {SliderControl} slider */
function stopSettling(slider) {
  clearTimeout(slider.timer);
  showPending(slider.root, "final", false);
}

/**
 * @param {SliderControl} slider
 * @param {string} sentence
 */
function showFault(slider, sentence) {
  showNote(slider, sentence);
  slider.box.setAttribute("aria-invalid", String(sentence !== ""));
}

/** @param {SliderControl} slider */
function takeTyped(slider) {
  const { value, fault } = read(slider.box.value, slider.data);
  showFault(slider, fault);
  if (value === null) return;
  stopSettling(slider);
  slider.value = value;
  slider.range.value = String(slider.scale.toPosition(value));
  paint(slider);
  sendValue(slider, true);
}

/**
 * @param {SliderControl} slider
 * @param {SliderData} data
 */
export function updateSlider(slider, data) {
  slider.scale = scaleOf(data);
  if (slider.value !== data.value) stopSettling(slider); // else the person's own move comes back
  slider.value = data.value;
  showEnds(slider, data);
  slider.range.value = String(slider.scale.toPosition(data.value));
  slider.box.value = written(data.value); // also where the box still has the focus
  slider.box.setAttribute("aria-invalid", "false");
  paint(slider);
}

/**
 * @param {SliderControl} slider
 * @param {SliderData} data
 */
function showEnds({ scale, range, box, unit, low, high }, data) {
  Object.assign(range, { min: scale.low, max: scale.high, step: scale.step, disabled: data.disabled });
  box.disabled = data.disabled;
  range.setAttribute("aria-label", data.label);
  box.setAttribute("aria-label", `${data.label}, typed value`);
  unit.textContent = data.unit;
  low.textContent = written(data.low);
  high.textContent = written(data.high);
}
