// The message: a JSON header and raw arrays, as told in wire.py.

const ARRAYS = { f4: Float32Array, u1: Uint8Array, i4: Int32Array };

function nested(flat, shape) {
  if (shape.length < 2) return flat;
  const size = flat.length / shape[0];
  return Array.from({ length: shape[0] },
    (_, index) => nested(flat.subarray(index * size, (index + 1) * size), shape.slice(1)));
}

// The digest stands first in the header, so that a message seen before need not be read.
const DIGEST_AT = 4 + '{"digest":"'.length;
const DIGEST_LENGTH = 16;

function digestOf(bytes) {
  return String.fromCharCode(...bytes.subarray(DIGEST_AT, DIGEST_AT + DIGEST_LENGTH));
}

function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  return filled(JSON.parse(text), bytes.slice(4 + length).buffer);
}

// Puts the arrays in their places. JSON.parse could do so itself, but would ask for every number.
function filled(value, body) {
  if (value.$array) {
    const [kind, shape, offset] = value.$array;
    const count = shape.reduce((product, side) => product * side, 1);
    return nested(new ARRAYS[kind](body, offset, count), shape);
  }
  for (const name of Object.keys(value)) {
    const held = value[name];
    if (held && typeof held === "object") value[name] = filled(held, body);
  }
  return value;
}
