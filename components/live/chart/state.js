// @ts-check
// What a chart knows of itself, from its elements on.

/** @import { Chart, Content } from "./types" */

/** @type {Content} */
const NOTHING = {
  figure: { data: [], layout: { height: 0 } },
  readouts: null, pinned: null, frames: null, events: [], plotly: "",
};

const STILL = {
  digest: "", ink: "", skeleton: null, stale: false, drawing: false, closed: false, settling: 0, theming: 0,
  hovered: null, hoverTimer: 0, clicked: false, listening: false, width: 0, watcher: null,
  frames: null, frame: 0, playing: false, scrubbing: false, playWanted: false, shownAt: 0,
};

const ignore = () => {};

/** @param {ParentNode} parent */
function elementsOf(parent) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (parent.querySelector(selector));
  return {
    root: find(".live-chart"), stage: find(".live-chart-stage"), plot: find(".live-chart-plot"),
    caption: find(".live-chart-caption"), player: find(".live-chart-player"), play: find(".live-chart-play"),
    scrubber: find(".live-chart-scrubber"), frameLabel: find(".live-chart-frame"),
    overlay: document.createElement("div"), tip: document.createElement("div"),
  };
}

/**
 * A chart in the elements of chart.html, with nothing drawn yet.
 * @param {ParentNode} parent
 * @returns {Chart}
 */
export function createChart(parent) {
  const elements = elementsOf(parent);
  elements.overlay.className = "live-chart-overlay";
  elements.tip.className = "live-chart-tip";
  elements.tip.hidden = true;
  elements.stage.append(elements.overlay, elements.tip);
  return {
    ...elements, .../** @type {any} */ (STILL), direction: 1, content: NOTHING, canvases: {}, palettes: {},
    emit: ignore, onKey: ignore, onMove: ignore,
  };
}
