// @ts-check
// A control whose value is a text: one of a list, or typed. Both send it once, when it is chosen.

import { send } from "./messages.js";

/** @import { ChoiceData, TextControl, TextData } from "./types" */

/** @param {TextControl} control */
export function buildTextField(control) {
  control.field = /** @type {HTMLInputElement | HTMLSelectElement} */ (control.root.querySelector("select, input"));
  control.field.addEventListener("change", () => send(control, control.field.value.trim(), true));
}

/**
 * @param {TextControl} control
 * @param {ChoiceData | TextData} data
 */
export function updateTextField({ field }, data) {
  if (data.kind === "choice") {
    field.replaceChildren(...data.options.map((option) => new Option(option, option)));
  } else {
    /** @type {HTMLInputElement} */ (field).placeholder = data.hint;
  }
  field.value = data.value;
  field.disabled = data.disabled;
  field.setAttribute("aria-label", data.label);
  field.setAttribute("aria-invalid", data.note && !data.disabled ? "true" : "false");
}
