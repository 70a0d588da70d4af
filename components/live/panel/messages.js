// @ts-check
// What a control sends to Python ("move", {name, value, final, count}) and says to the person.
// While a slider moves, a live chart may carry the message instead (chart.js).

/** @import { Control, Panel } from "./types" */

/**
 * A chart's message waits until the script has come to rest; the panel's interrupts it. So a chart
 * carries a move where nothing runs, or where what runs is the picture of the move before.
 * @param {Panel} panel
 */
function mayWait(panel) {
  return panel.carried || document.querySelector("[data-test-script-state='notRunning']") !== null;
}

/**
 * Offer a move to all charts; whether one carries it, which then prevents the default.
 * @param {object} move
 * @param {boolean} cancelable whether one may
 */
function offer(move, cancelable) {
  return !window.dispatchEvent(new CustomEvent("live-panel-move", { detail: move, cancelable }));
}

/**
 * Send a control's value; ``final``: it has come to rest.
 * @param {Control} control
 * @param {string | number} value
 * @param {boolean} final
 */
export function send({ panel, data }, value, final) {
  panel.count += 1;
  const move = { name: data.name, value, final, count: panel.count };
  panel.carried = !final && offer(move, mayWait(panel));
  if (!panel.carried) panel.emit("move", move);
}

/**
 * Show a sentence below a control; "" takes it away.
 * @param {Control} control
 * @param {string} sentence
 */
export function showNote(control, sentence) {
  control.note.textContent = sentence;
}
