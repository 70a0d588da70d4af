import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { digestOf, unpack } from "../../../components/live/chart/wire.js";

// Written by Python's pack(); tests/components/live/test_wire_message.py keeps the two alike.
const { base64, digest, shape, last } = JSON.parse(readFileSync(new URL("message.json", import.meta.url), "utf-8"));
const bytes = new Uint8Array(Buffer.from(base64, "base64"));

test("a message from Python is read with its arrays as typed rows", () => {
  const { content } = unpack(bytes);
  assert.equal(content.title, "Größe");
  assert.deepEqual([content.z.length, content.z[0].length], shape);
  assert.ok(content.z[0] instanceof Float32Array);
  assert.equal(content.z.at(-1).at(-1), last);
  assert.deepEqual([...content.nested.deep[0]], [1, 2, 255]);
  assert.ok(content.nested.deep[0] instanceof Uint8Array);
  assert.deepEqual(content.list, [null, true, "text", 3]);
  assert.deepEqual([...content.counts], [-7, 70000]);
});

test("the digest is read without parsing the message", () => {
  assert.equal(digestOf(bytes), digest);
  assert.equal(unpack(bytes).digest, digest);
});

test("a message is read wherever it lies in a larger buffer", () => {
  const padded = new Uint8Array(bytes.length + 3);
  padded.set(bytes, 3);
  assert.deepEqual(unpack(padded.subarray(3)), unpack(bytes));
});
