// @ts-check
// A slider's numbers: where a value stands on the range, how it is written and how it is read.

/** @import { Scale, SliderData } from "./types" */

const LOG_STEPS = 400;
const SHOWN_DIGITS = 6;
const LOG_DIGITS = 3;
const QUOTED_LENGTH = 20;

/**
 * @param {Pick<SliderData, "low" | "high" | "step">} data
 * @returns {Scale}
 */
function linearScale({ low, high, step }) {
  const digits = (String(step).split(".")[1] || "").length;
  return {
    low, high, step,
    toValue: (position) => Number(position.toFixed(digits)),
    toPosition: (value) => value,
  };
}

/**
 * @param {Pick<SliderData, "low" | "high">} data
 * @returns {Scale}
 */
function logScale({ low, high }) {
  const octaves = Math.log2(high / low);
  return {
    low: 0, high: LOG_STEPS, step: 1,
    toValue: (position) => {
      const raw = low * 2 ** ((octaves * position) / LOG_STEPS);
      return Math.min(high, Math.max(low, Number(raw.toPrecision(LOG_DIGITS))));
    },
    toPosition: (value) => (LOG_STEPS * Math.log2(value / low)) / octaves,
  };
}

/**
 * The scale of a slider: even in its value, or in octaves of it.
 * @param {Pick<SliderData, "low" | "high" | "step" | "log">} data
 */
export function scaleOf(data) {
  return data.log ? logScale(data) : linearScale(data);
}

/** @param {number} value */
export function written(value) {
  return String(Number(Number(value).toPrecision(SHOWN_DIGITS)));
}

/**
 * @param {Pick<SliderData, "unit">} data
 * @param {number} value
 */
export function withUnit({ unit }, value) {
  return unit ? `${written(value)} ${unit}` : written(value);
}

/**
 * Read a typed number: its value, or a sentence on what is wrong with it.
 * @param {string} typed with a point or a comma
 * @param {Pick<SliderData, "low" | "high" | "whole" | "unit">} data
 * @returns {{ value: number, fault: "" } | { value: null, fault: string }}
 */
export function read(typed, data) {
  const { low, high, whole } = data;
  const text = typed.trim().replace(",", ".");
  const value = Number(text);
  if (text !== "" && value >= low && value <= high && (!whole || Number.isInteger(value))) {
    return { value, fault: "" };
  }
  const kind = whole ? "a whole number" : "a number";
  return {
    value: null,
    fault: `'${text.slice(0, QUOTED_LENGTH)}' is not allowed; give ${kind} from `
      + `${withUnit(data, low)} to ${withUnit(data, high)}.`,
  };
}
