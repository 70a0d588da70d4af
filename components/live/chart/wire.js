// @ts-check
// A message: a JSON header and the raw arrays behind it, as described in wire.py.

/** @import { Row } from "./types" */

const ARRAYS = { f4: Float32Array, u1: Uint8Array, i4: Int32Array };

// The digest stands first in the header, so that a repeated message need not be parsed.
const DIGEST_START = 4 + '{"digest":"'.length;
const DIGEST_LENGTH = 16;

/**
 * Split a flat array into rows along its first axes, without copying.
 * @param {Row} flat
 * @param {number[]} shape
 * @returns {any}
 */
function nested(flat, shape) {
  if (shape.length < 2) return flat;
  const size = flat.length / shape[0];
  return Array.from({ length: shape[0] },
    (_, index) => nested(flat.subarray(index * size, (index + 1) * size), shape.slice(1)));
}

/**
 * Put the arrays in their places, in place. A reviver of JSON.parse would be called for every number.
 * @param {any} value
 * @param {ArrayBuffer} body
 * @returns {any}
 */
function filled(value, body) {
  if (value.$array) {
    const [kind, shape, offset] = value.$array;
    const count = shape.reduce((/** @type {number} */ product, /** @type {number} */ side) => product * side, 1);
    return nested(new ARRAYS[/** @type {keyof typeof ARRAYS} */ (kind)](body, offset, count), shape);
  }
  for (const name of Object.keys(value)) {
    const held = value[name];
    if (held && typeof held === "object") value[name] = filled(held, body);
  }
  return value;
}

/**
 * Read the digest of a message: 16 characters that are the same for the same content.
 * @param {Uint8Array} bytes
 */
export function digestOf(bytes) {
  return String.fromCharCode(...bytes.subarray(DIGEST_START, DIGEST_START + DIGEST_LENGTH));
}

/**
 * Read a message.
 * @param {Uint8Array} bytes
 * @returns {{ digest: string, content: any }}
 */
export function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  return filled(JSON.parse(text), /** @type {ArrayBuffer} */ (bytes.slice(4 + length).buffer));
}
