"""Pixels of a TIFF page: its strips or tiles, never decompressed past their declared size.

tifffile reads the tags; of the compressions that GIS programs write, it reads LZW and the
predictor for floats only with another package. LZW is left to Pillow here.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.generic]

NONE, LZW, DEFLATE, OLD_DEFLATE = 1, 5, 8, 32946
PLAIN, DIFFERENCES, FLOAT_DIFFERENCES = 1, 2, 3
COMPRESSIONS = (NONE, LZW, DEFLATE, OLD_DEFLATE)


def pixels(data: bytes, page: Any) -> Pixels:
    """Read tifffile's ``page`` of the file ``data``: (samples, rows, columns), native byte order.

    The caller has checked the page's size, its compression and that a sample has 8 to 64 bits.
    Raises ValueError, struct.error or zlib.error if the data contradict the tags.
    """
    samples, is_planar = page.samplesperpixel, page.planarconfig == 2 and page.samplesperpixel > 1
    height, width, tall, wide = _sides(page)
    across, down = -(-width // wide), -(-height // tall)
    deep = 1 if is_planar else samples
    whole = np.zeros((samples, down * tall, across * wide), page.dtype.newbyteorder("="))
    count = across * down * (samples if is_planar else 1)
    if len(page.dataoffsets) != count or len(page.databytecounts) != count:
        raise ValueError("strips are missing")
    for index in range(count):
        plane, position = divmod(index, across * down)
        row, column = (position // across) * tall, (position % across) * wide
        rows = tall if page.is_tiled else min(tall, height - row)
        offset, size = page.dataoffsets[index], page.databytecounts[index]
        block = _block(data[offset : offset + size], page, (rows, wide, deep))
        planes = slice(plane, plane + 1) if is_planar else slice(None)
        whole[planes, row : row + rows, column : column + wide] = block.transpose(2, 0, 1)
    return whole[:, :height, :width]


def _sides(page: Any) -> tuple[int, int, int, int]:
    """Rows and columns of the picture, and of a strip or tile."""
    height, width = page.imagelength, page.imagewidth
    if page.is_tiled:
        return height, width, page.tilelength, page.tilewidth
    return height, width, min(page.rowsperstrip, height), width


def _block(packed: bytes, page: Any, shape: tuple[int, int, int]) -> Pixels:
    """A strip or tile, (rows, columns, samples)."""
    order = page.parent.byteorder
    kind = page.dtype.newbyteorder(order)
    size = int(np.prod(shape)) * kind.itemsize
    flat = _unpacked(packed, int(page.compression), size)
    if len(flat) < size:
        raise ValueError("a strip is cut off")
    if page.predictor == FLOAT_DIFFERENCES:
        return _of_float_differences(flat, kind, shape)
    block = np.frombuffer(flat, kind, int(np.prod(shape))).reshape(shape)
    block = block.astype(kind.newbyteorder("="))
    if page.predictor == DIFFERENCES:
        block = np.cumsum(block, axis=1, dtype=block.dtype)
    return block


def _of_float_differences(flat: bytes, kind: np.dtype[Any], shape: tuple[int, int, int]) -> Pixels:
    """Adobe's TIFF technical note 3: bytes by significance, highest first, as differences."""
    rows, columns, samples = shape
    planes = np.frombuffer(flat, np.uint8, rows * columns * samples * kind.itemsize)
    summed = np.cumsum(planes.reshape(rows, -1, samples), axis=1, dtype=np.uint8)
    parts = summed.reshape(rows, kind.itemsize, columns * samples).transpose(0, 2, 1)
    values = np.ascontiguousarray(parts).view(kind.newbyteorder(">"))
    return values.reshape(shape).astype(kind.newbyteorder("="))


def _unpacked(packed: bytes, compression: int, size: int) -> bytes:
    """At most ``size`` bytes."""
    if compression == NONE:
        return packed[:size]
    if compression == LZW:
        return _of_lzw(packed, size)
    return zlib.decompressobj().decompress(packed, size)


def _of_lzw(packed: bytes, size: int) -> bytes:
    """Decompress with Pillow, as a gray picture of one row."""
    tags = ((256, size), (257, 1), (258, 8), (259, LZW), (262, 1), (273, 8), (277, 1), (278, 1),
            (279, len(packed)))  # fmt: skip
    entries = b"".join(struct.pack("<HHII", code, 4, 1, value) for code, value in tags)
    head = struct.pack("<2sHI", b"II", 42, 8 + len(packed))
    file = head + packed + struct.pack("<H", len(tags)) + entries + bytes(4)
    with Image.open(BytesIO(file), formats=("TIFF",)) as picture:
        return picture.tobytes()
