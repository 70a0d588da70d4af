"""Worker process of :mod:`core.aerial.tiles.reader`: reads picture files as tiles."""

from __future__ import annotations

import contextlib
import json
import threading
import warnings
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from ...imaging.opening import FORMATS
from ...imaging.picture_errors import MAX_PIXELS
from ...jobs.worker_limits import TILE_LIMITS
from ...jobs.worker_main import Handler
from . import geotiff
from .archive import Unreadable
from .geotiff import Raster

LIMITS = TILE_LIMITS
MAX_SIDE_PX = 256  # a larger tile is cropped about its center
TIFFS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

Bands = tuple[int, int, int] | None


def raster_of(data: bytes) -> Raster:
    """Read a picture file of any supported kind; raises :class:`Unreadable`."""
    if data[:4] not in TIFFS:
        return _by_pillow(data)
    try:
        return geotiff.read(data)
    except geotiff.Unusual:
        with contextlib.suppress(Unreadable):
            photograph = _by_pillow(data)
            return Raster(photograph.values, photograph.valid, *geotiff.gsd_of(data))
        raise


def _by_pillow(data: bytes) -> Raster:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(data), formats=FORMATS) as picture:
                return _of_picture(picture)
        except (Unreadable, MemoryError):
            raise
        except Exception:  # Pillow's readers raise many kinds for a damaged file
            raise Unreadable("holds no picture, or a damaged one") from None


def _of_picture(picture: Image.Image) -> Raster:
    if picture.width * picture.height > MAX_PIXELS:
        raise Unreadable(f"has more than {MAX_PIXELS // 10**6} million pixels")
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("I", "F"):  # would be reduced to 8 bits
        raise Unreadable("has an unsupported pixel type; 8 and 16 bits are supported")
    if upright.mode.startswith("I;16"):
        values = np.asarray(upright).astype(np.uint16)[None]
        return Raster(values, np.ones(values.shape[1:], dtype=np.bool_))
    gray = upright.mode in ("1", "L", "LA", "La")
    if upright.has_transparency_data:
        levels = np.asarray(upright.convert("LA" if gray else "RGBA"))
        return Raster(levels[..., :-1].transpose(2, 0, 1), levels[..., -1] > 0)
    levels = np.atleast_3d(np.asarray(upright.convert("L" if gray else "RGB")))
    return Raster(levels.transpose(2, 0, 1), np.ones(levels.shape[:2], dtype=np.bool_))


def crop(raster: Raster, bands: Bands) -> tuple[Raster, int]:
    """Crop to three bands of at most 256 px about the center; and return the number of bands.

    Without ``bands``: the first three. Of one or two bands, the first serves as all three.
    """
    count = len(raster.values)
    chosen = bands or ((0, 1, 2) if count >= 3 else (0, 0, 0))
    if max(chosen) >= count:
        raise Unreadable(f"has no band {max(chosen)}: it has {count}, counted from 0")
    rows, columns = (slice(max(0, (side - MAX_SIDE_PX) // 2), None) for side in
                     raster.values.shape[1:])  # fmt: skip
    window = (rows, columns)
    values = raster.values[:, *window][:, :MAX_SIDE_PX, :MAX_SIDE_PX][list(chosen)]
    valid = raster.valid[window][:MAX_SIDE_PX, :MAX_SIDE_PX]
    return Raster(values, valid, raster.gsd_m, raster.gsd_source), count


def picture_message(data: bytes, bands: Bands) -> bytes:
    """Encode the picture of a file: a line of JSON, the pixels and the bits of the mask.

    Raises :class:`Unreadable`.
    """
    try:
        whole = raster_of(data)
        raster, count = crop(whole, bands)
    except MemoryError:
        raise Unreadable("needs too much memory") from None
    kind = raster.values.dtype
    values = raster.values.astype(kind if kind.itemsize < 4 else np.float32)
    about = {
        "kind": values.dtype.name, "shape": values.shape, "bands": count, "gsd_m": raster.gsd_m,
        "gsd_source": raster.gsd_source, "whole": whole.values.shape[1:],
    }  # fmt: skip
    pixels = np.ascontiguousarray(values).tobytes() + np.packbits(raster.valid).tobytes()
    return json.dumps(about).encode() + b"\n" + pixels


def worker(argument: str) -> Handler:
    """Handler for :mod:`core.jobs.worker_main`; the argument is the bands as JSON."""
    Image.MAX_IMAGE_PIXELS = None  # the limits here are lower, with messages of their own
    chosen = json.loads(argument)
    bands: Bands = tuple(chosen) if chosen else None

    def handle(data: bytes, stop: threading.Event) -> Iterator[bytes]:
        yield picture_message(data, bands)

    return handle
