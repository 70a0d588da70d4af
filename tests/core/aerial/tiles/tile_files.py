"""Files of tiles for tests, as tifffile, Pillow and zipfile write them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from scalescope.core.aerial.tiles.labeled_folder import read
from scalescope.core.aerial.tiles.tiles import Tiles, TilesError

METRE, FOOT = 9001, 9002


def pattern(bands: int, rows: int, columns: int, kind: str = "uint16") -> np.ndarray[Any, Any]:
    random = np.random.default_rng(bands * rows + columns)
    return (random.random((bands, rows, columns)) * 120).astype(kind)


def written(values: np.ndarray[Any, Any], apart: bool = False, **options: Any) -> bytes:
    """A TIFF of (bands, rows, columns), one page, bands within pixels unless ``apart``."""
    file = io.BytesIO()
    options.setdefault("photometric", "minisblack")
    if len(values) == 1:
        tifffile.imwrite(file, values[0], metadata=None, **options)
    elif apart:
        tifffile.imwrite(file, values, planarconfig="separate", metadata=None, **options)
    else:
        inside = np.ascontiguousarray(values.transpose(1, 2, 0))
        tifffile.imwrite(file, inside, planarconfig="contig", metadata=None, **options)
    return file.getvalue()


def keys(*rows: tuple[int, int]) -> tuple[Any, ...]:
    """The GeoKeyDirectory tag, for tifffile."""
    numbers = [1, 1, 0, len(rows)]
    for key, value in rows:
        numbers += [key, 0, 1, value]
    return (34735, "H", len(numbers), tuple(numbers), True)


def scale(across: float, down: float, east: float, north: float) -> list[tuple[Any, ...]]:
    return [
        (33550, "d", 3, (across, down, 0.0), True),
        (33922, "d", 6, (0.0, 0.0, 0.0, east, north, 0.0), True),
    ]


UTM = keys((1024, 1), (3072, 32633), (3076, METRE))

Files = dict[str, bytes]


def png(values: np.ndarray[Any, Any]) -> bytes:
    """(3, rows, columns) or (rows, columns), 8 or 16 bits, as PNG."""
    file = io.BytesIO()
    Image.fromarray(values.transpose(1, 2, 0) if values.ndim == 3 else values).save(file, "PNG")
    return file.getvalue()


def geo(values: np.ndarray[Any, Any], gsd_m: float = 0.5, *tags: Any, **options: Any) -> bytes:
    return written(values, extratags=[*scale(gsd_m, gsd_m, 5e5, 4e6), UTM, *tags], **options)


def zipped(files: Files) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made


RED, BLUE = pattern(3, 16, 16, "uint8"), pattern(3, 16, 16, "uint8") + 100


def of(files: Files, *given: Any, **options: Any) -> Tiles:
    return read(zipped(files), *given, **options)


def refused(files: Files, *given: Any, **options: Any) -> str:
    with pytest.raises(TilesError) as error:
        of(files, *given, **options)
    words = str(error.value)
    assert "\n" not in words
    assert words.endswith(".")
    return words


def said(tiles: Tiles) -> str:
    return " ".join(tiles.notes)
