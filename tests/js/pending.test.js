// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { showPending } from "../../components/live/pending.js";

test("work is listed by name while it is pending", () => {
  const element = /** @type {any} */ ({ dataset: {} });
  showPending(element, "hover", true);
  showPending(element, "redraw", true);
  showPending(element, "hover", true);
  assert.equal(element.dataset.pending, "hover redraw");
  showPending(element, "hover", false);
  assert.equal(element.dataset.pending, "redraw");
  showPending(element, "redraw", false);
  showPending(element, "redraw", false);
  assert.ok(!("pending" in element.dataset));
});
