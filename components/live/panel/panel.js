// @ts-check
// The panel beside the picture: links to the pages, a small table, and the controls of a spec.
// Python sends {links, readouts, controls, more} as described in panel.py; messages.js answers.

import { showPending } from "../pending.js";
import { showLinks } from "./links.js";
import { showNote } from "./messages.js";
import { buildSlider, updateSlider } from "./slider.js";
import { buildTextField, updateTextField } from "./text_field.js";

/** @import { Control, ControlData, Panel, PanelData } from "./types" */

/** @type {Record<string, { build: (control: any) => void, update: (control: any, data: any) => void }>} */
const KINDS = {
  slider: { build: buildSlider, update: updateSlider },
  choice: { build: buildTextField, update: updateTextField },
  text: { build: buildTextField, update: updateTextField },
};

/**
 * @param {Control} control
 * @param {ControlData} data
 */
function update(control, data) {
  const written = JSON.stringify(data);
  if (written === control.written) return;
  Object.assign(control, { data, written });
  control.label.textContent = data.label;
  control.label.title = data.help;
  KINDS[data.kind].update(control, data);
  showNote(control, data.note);
  control.note.classList.toggle("live-control-reason", data.disabled);
}

/**
 * @param {Panel} panel
 * @param {ControlData} data
 * @returns {Control}
 */
function add(panel, data) {
  const template = panel.find(`template[data-kind="${data.kind}"]`);
  const root = template.content.firstElementChild.cloneNode(true);
  const [label, note] = ["label", "note"].map((part) => root.querySelector(`.live-control-${part}`));
  const control = { root, panel, label, note, data, written: "" };
  panel.controls[data.name] = control;
  KINDS[data.kind].build(control);
  return control;
}

/**
 * @param {Panel} panel
 * @param {string} name
 */
function remove(panel, name) {
  clearTimeout(panel.controls[name].timer);
  panel.controls[name].root.remove();
  delete panel.controls[name];
}

/**
 * @param {Panel} panel
 * @param {HTMLElement} parent
 * @param {ControlData[]} list
 */
function fill(panel, parent, list) {
  list.forEach((data, index) => {
    const control = panel.controls[data.name] ?? add(panel, data);
    const present = parent.children[index];
    if (present !== control.root) parent.insertBefore(control.root, present ?? null);
    update(control, data);
  });
}

/**
 * @param {Panel} panel
 * @param {PanelData} data
 */
function showControls(panel, { controls, more }) {
  const wanted = new Set([...controls, ...more].map(({ name }) => name));
  for (const name of Object.keys(panel.controls)) if (!wanted.has(name)) remove(panel, name);
  fill(panel, panel.find(".live-panel-controls"), controls);
  fill(panel, panel.find(".live-panel-rest"), more);
  panel.find(".live-panel-more").hidden = !more.length;
}

/** @param {string[]} texts */
function rowOf(texts) {
  const row = document.createElement("tr");
  row.append(...texts.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  return row;
}

/**
 * @param {Panel} panel
 * @param {string[][]} rows
 */
function showReadouts(panel, rows) {
  const table = panel.find(".live-panel-readouts");
  table.hidden = !rows.length;
  table.replaceChildren(...rows.map(rowOf));
}

/** @type {WeakMap<ParentNode, Panel>} */
const panels = new WeakMap();

/**
 * @param {ParentNode} parent
 * @returns {Panel}
 */
function open(parent) {
  /** @type {Panel} */
  const panel = {
    find: (selector) => parent.querySelector(selector), controls: {}, emit: () => {},
    count: 0, carried: false, follows: false, links: "",
    onReadouts: (event) => {
      if (panel.follows) showReadouts(panel, /** @type {CustomEvent} */ (event).detail);
    },
  };
  window.addEventListener("live-chart-readouts", panel.onReadouts);
  panels.set(parent, panel);
  return panel;
}

/** @param {{ data: PanelData, parentElement: ParentNode, setStateValue: Panel["emit"] }} component */
export default function ({ data, parentElement, setStateValue }) {
  const panel = panels.get(parentElement) ?? open(parentElement);
  panel.emit = setStateValue;
  panel.follows = data.readouts.length > 0;
  showLinks(panel, data.links);
  showReadouts(panel, data.readouts);
  showControls(panel, data);
  showPending(panel.find(".live-panel"), "controls", false);
  return () => {
    for (const { timer } of Object.values(panel.controls)) clearTimeout(timer);
    window.removeEventListener("live-chart-readouts", panel.onReadouts);
    panels.delete(parentElement);
  };
}
