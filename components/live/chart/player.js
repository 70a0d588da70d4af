// @ts-check
// The player: frames that came in one message, drawn without asking the server.

import { showPending } from "../pending.js";
import { paintRows } from "./canvases.js";
import { drawOutlines } from "./outlines.js";

/** @import { Chart, Frames } from "./types" */

const FRAME_MS = 1000 / 30;
const EARLY_MS = 4; // a screen's own frames do not fall on ours exactly

/**
 * Paint the present frame; there must be frames.
 * @param {Chart} chart
 */
export function paintFrame(chart) {
  const frames = /** @type {Frames} */ (chart.frames);
  frames.parts.forEach((part) => paintRows(chart, part.trace, part.steps[chart.frame]));
  chart.overlay.replaceChildren();
  drawOutlines(chart, frames.boxes[chart.frame]);
  chart.scrubber.value = String(chart.frame);
  chart.frameLabel.textContent = frames.labels[chart.frame];
  chart.scrubber.setAttribute("aria-valuetext", frames.labels[chart.frame]);
  chart.root.dataset.painted = String(Number(chart.root.dataset.painted || 0) + 1);
}

/**
 * The frame and the direction after these: near to far and back again, 0 1 2 ... n-1 n-2 ... 1 0 1.
 * @param {number} frame
 * @param {1 | -1} direction
 * @param {number} count
 * @returns {[number, 1 | -1]}
 */
export function advanced(frame, direction, count) {
  const turned = frame <= 0 ? 1 : frame >= count - 1 ? -1 : direction;
  return [frame + turned, turned];
}

/**
 * @param {Chart} chart
 * @param {number} now
 */
function step(chart, now) {
  if (!chart.playing || !chart.frames) return;
  if (now - chart.shownAt >= FRAME_MS - EARLY_MS) {
    chart.shownAt = now;
    [chart.frame, chart.direction] = advanced(chart.frame, chart.direction, chart.frames.labels.length);
    paintFrame(chart);
  }
  requestAnimationFrame((next) => step(chart, next));
}

/**
 * Show the player as the figure describes it, or hide it.
 * @param {Chart} chart
 */
export function showPlayer(chart) {
  const player = chart.content.figure.layout.meta?.player;
  chart.player.hidden = !player;
  if (!player) return;
  if (chart.frames && chart.frames.key !== player.key) dropFrames(chart);
  chart.play.textContent = chart.playing ? "Pause" : player.label;
  chart.play.setAttribute("aria-pressed", String(chart.playing));
  chart.scrubber.setAttribute("aria-label", player.label);
  if (chart.playing || chart.scrubbing) return;
  chart.frameLabel.textContent = player.now;
  chart.scrubber.max = String(player.count - 1);
  chart.scrubber.value = String(player.at);
}

/** @param {Chart} chart */
function dropFrames(chart) {
  chart.playing = false;
  chart.frames = null;
}

/**
 * Take over frames that Python sent.
 * @param {Chart} chart
 * @param {Frames} frames
 */
export function takeFrames(chart, frames) {
  showPending(chart.root, "frames", false);
  const first = chart.content.figure.layout.meta?.player?.at ?? 0;
  chart.frames = frames;
  chart.frame = chart.scrubbing ? Number(chart.scrubber.value) : first;
  chart.direction = 1;
}

/** @param {Chart} chart */
function askForFrames(chart) {
  showPending(chart.root, "frames", true);
  chart.emit("play", { asked: performance.now() });
}

/**
 * Play, or ask for the frames that it takes.
 * @param {Chart} chart
 */
export function play(chart) {
  chart.playWanted = !chart.frames;
  if (!chart.frames) {
    askForFrames(chart);
    return;
  }
  chart.playing = true;
  chart.shownAt = 0;
  chart.hovered = null;
  chart.tip.hidden = true;
  showPlayer(chart);
  requestAnimationFrame((now) => step(chart, now));
}

/** @param {Chart} chart */
function pause(chart) {
  const wasPlaying = chart.playing;
  chart.playing = false;
  if (wasPlaying) showPlayer(chart);
  return wasPlaying;
}

/** @param {Chart} chart */
function scrub(chart) {
  pause(chart);
  const first = !chart.scrubbing;
  chart.scrubbing = true;
  chart.frame = Number(chart.scrubber.value);
  if (chart.frames) paintFrame(chart);
  else if (first) askForFrames(chart);
}

/**
 * Follow the player's button and scrubber.
 * @param {Chart} chart
 */
export function listenToPlayer(chart) {
  chart.play.addEventListener("click", () => {
    if (!chart.playing) play(chart);
    else if (pause(chart)) chart.emit("frame", { index: chart.frame });
  });
  chart.scrubber.addEventListener("input", () => scrub(chart));
  chart.scrubber.addEventListener("change", () => {
    chart.scrubbing = false;
    chart.emit("frame", { index: Number(chart.scrubber.value) });
  });
}
