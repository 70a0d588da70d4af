"""Chunks of a PNG that no pixel depends on, and for which Pillow would refuse the picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_TEXT_BYTES = 2**20  # of a text when it is decompressed, as in Pillow

PIECE_BYTES = 2**20
_SAMPLES = {2: 3, 4: 2, 6: 4}  # color type -> samples of a pixel, else 1

Chunk = tuple[bytes, bytes, bytes]  # its name, its data, and all of its bytes
WRONG_CHECKSUM = "The optional part '{name}' of the PNG has a wrong checksum and was left out."
ROWS_LEFT_OUT = "The PNG ends early: its last {missing} of {count} rows are missing and left out."
LARGE_TEXT = (
    f"A text of more than {MAX_TEXT_BYTES // 2**20} MB in the PNG was left out; no pixel depends "
    "on it."
)


def without_faulty_options(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return a PNG without optional chunks that are damaged or texts that are large.

    With a sentence for each kind that was left out. What is not sound otherwise stays as it is.
    """
    kept, remarks = [SIGNATURE], dict[str, None]()
    for name, body, whole in _chunks(data):
        remark = _fault(name, body, whole) if name[:1].islower() else ""
        if remark:
            remarks[remark] = None
        else:
            kept.append(whole)
    return (b"".join(kept), tuple(remarks)) if remarks else (data, ())


def rows_there(data: bytes) -> tuple[int, int]:
    """Count the rows that a PNG's data hold, and those that it says it has.

    An interlaced one, whose rows come in seven passes, is taken to hold all.
    """
    width, rows, bits, color, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    row_bytes = 1 + (width * bits * _SAMPLES.get(color, 1) + 7) // 8
    if interlaced:
        return rows, rows
    unpacker, count = zlib.decompressobj(), 0
    packed = b"".join(body for name, body, _ in _chunks(data) if name == b"IDAT")
    while packed and not unpacker.eof and count < rows * row_bytes:
        count += len(unpacker.decompress(packed, PIECE_BYTES))
        packed = unpacker.unconsumed_tail
    return min(rows, count // row_bytes), rows


def _chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks in order; the last is whatever follows a chunk that the file does not hold."""
    position = len(SIGNATURE)
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        end = position + 12 + length
        if end > len(data):
            yield b"", b"", data[position:]
            return
        yield data[position + 4 : position + 8], data[position + 8 : end - 4], data[position:end]
        position = end


def _fault(name: bytes, body: bytes, whole: bytes) -> str:
    if whole[-4:] != struct.pack(">I", zlib.crc32(name + body)):
        return WRONG_CHECKSUM.format(name=name.decode("ascii", "replace"))
    return LARGE_TEXT if _is_large(name, body) else ""


def _is_large(name: bytes, body: bytes) -> bool:
    """Whether a compressed text (PNG 3, 11.3.3) is longer than Pillow allows."""
    _, _, rest = body.partition(b"\0")
    if name == b"iTXt" and rest[:1] == b"\1":
        packed = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    elif name == b"zTXt":
        packed = rest[1:]
    else:
        return False
    try:
        return len(zlib.decompressobj().decompress(packed, MAX_TEXT_BYTES + 1)) > MAX_TEXT_BYTES
    except zlib.error:
        return False
