import assert from "node:assert/strict";
import { test } from "node:test";

import { advanced } from "../../../components/live/chart/player.js";

test("the player goes to the last frame and back again", () => {
  let [frame, direction] = [0, 1];
  const frames = [frame];
  for (let step = 0; step < 8; step += 1) {
    [frame, direction] = advanced(frame, direction, 4);
    frames.push(frame);
  }
  assert.deepEqual(frames, [0, 1, 2, 3, 2, 1, 0, 1, 2]);
});

test("from the last frame the player turns at once", () => {
  assert.deepEqual(advanced(3, 1, 4), [2, -1]);
});
