"""PNG and JPEG 2000 with more than 8 bits, of which Pillow reads the upper 8 where in color."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .stored import Stored, Values

FIRST_THREE = "Of its {count} bands the first three are shown as red, green and blue."

_PNG_DEPTH = 24  # offset of the bit depth in a PNG
_SIZ = b"\xff\x4f\xff\x51"  # start of a JPEG 2000 codestream: SOC and SIZ
_SIGNED = 128  # the bit of Ssiz
_SIZ_COMPONENTS = 40  # offset of the number of components after that start


def read(data: bytes, picture: Image.Image) -> Stored | None:
    """Read the values of a file that Pillow has opened; None where they have at most 8 bits."""
    if not is_deep(data, picture):
        return None
    return _png(data, picture) if picture.format == "PNG" else _jpeg_2000(data)


def is_deep(data: bytes, picture: Image.Image) -> bool:
    """Whether a file that Pillow has opened has values of more than 8 bits, or with a sign."""
    if picture.format == "PNG":
        return data[_PNG_DEPTH : _PNG_DEPTH + 1] == b"\x10"
    return picture.format == "JPEG2000" and _jpeg_2000_depth(data) > 8


def _jpeg_2000_depth(data: bytes) -> int:
    """Bits of a value; of a signed one 128 more (ISO/IEC 15444-1, A.5.1: Ssiz)."""
    start = data.find(_SIZ)
    return data[start + _SIZ_COMPONENTS + 2] + 1 if start >= 0 else 0


def _png(data: bytes, picture: Image.Image) -> Stored:
    key = picture.info.get("transparency")
    if picture.mode.startswith("I;16"):
        values = np.asarray(picture)[None]
    else:
        import imagecodecs

        values = _planes(imagecodecs.png_decode(data))
    stored = _with_alpha(values, 16)
    if key is None or stored.cover is not None:
        return stored
    clear = np.asarray(key).reshape(-1, 1, 1)
    cover = (stored.values != clear).any(axis=0).astype(np.float32)
    return Stored(stored.values, 16, cover)


def _jpeg_2000(data: bytes) -> Stored:
    import imagecodecs

    values = _planes(imagecodecs.jpeg2k_decode(data))
    return _with_alpha(values, _jpeg_2000_depth(data) % _SIGNED)


def _planes(pixels: Values) -> Values:
    """(bands, rows, columns) of (rows, columns) or (rows, columns, bands)."""
    planes: Values = pixels[None] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
    return planes


def _with_alpha(values: Values, bits: int) -> Stored:
    """Gray, gray and alpha, RGB, or RGB and alpha; of more bands, the first three."""
    if len(values) in (1, 3):
        return Stored(values, bits)
    if len(values) > 4:
        return Stored(values[:3], bits, remarks=(FIRST_THREE.format(count=len(values)),))
    cover = values[-1].astype(np.float32) / np.float32(2**bits - 1)
    return Stored(values[:-1], bits, cover)
