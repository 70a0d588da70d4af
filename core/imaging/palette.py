"""Photographs in at most 256 colours, so that they can be drawn as cells of one colour scale.

The live chart paints heatmaps on canvases while a slider moves; a photograph whose pixels are
numbers of colours goes the same quick way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .subjects import Picture

COLOURS = 256
SHIFT = 2  # 4 of 256 levels are looked up as one: the side of a cell
LEVELS, CELLS = 1 << SHIFT, 256 >> SHIFT


@dataclass(frozen=True, eq=False)
class Palette:
    """``levels``: uint8 (256, 3), red, green and blue of every number."""

    levels: NDArray[np.uint8]

    @cached_property
    def scale(self) -> list[tuple[float, str]]:
        """A colour scale on which the number k of a colour lies at k / 255."""
        names = ["#{:02x}{:02x}{:02x}".format(*level) for level in self.levels.tolist()]
        return [(at / (COLOURS - 1), name) for at, name in enumerate(names)]

    def numbers(self, picture: Picture) -> NDArray[np.uint8]:
        """The nearest colours of float32 (3, rows, columns) in [0, 1]: uint8 (rows, columns).

        All colours of a cell of four levels of red, of green and of blue have the same answer: the
        palette's colour in that cell, or else the nearest to its middle. A slider waits for this.
        """
        found: NDArray[np.uint8] = self._nearest[_cell(_levels(picture))]
        return found

    @cached_property
    def _nearest(self) -> NDArray[np.uint8]:
        """The number of the nearest colour for every :func:`_cell`."""
        middles = np.arange(CELLS, dtype=np.uint8) * LEVELS + LEVELS // 2
        grid = np.stack(np.meshgrid(middles, middles, middles, indexing="ij"), axis=-1)
        table = Image.new("P", (1, 1))
        table.putpalette(self.levels.tobytes())
        every = Image.fromarray(grid.reshape(CELLS, CELLS**2, 3))
        found = np.array(every.quantize(palette=table, dither=Image.Dither.NONE)).ravel()
        # Backwards, since of two colours in one cell the first is meant: plain ones come first.
        found[_cell(self.levels.T)[::-1]] = np.arange(COLOURS, dtype=np.uint8)[::-1]
        return found


def _levels(picture: Picture) -> NDArray[np.uint8]:
    """float32 in [0, 1] as levels from 0 to 255."""
    found: NDArray[np.uint8] = np.rint(picture * np.float32(255)).astype(np.uint8)
    return found


def _cell(levels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Levels (3, ...) as the number of the cell that they lie in: (...)."""
    red, green, blue = levels.astype(np.int32) >> SHIFT
    found: NDArray[np.int32] = (red << 2 * (8 - SHIFT)) | (green << 8 - SHIFT) | blue
    return found


def image(picture: Picture) -> Image.Image:
    """float32 (3, rows, columns) in [0, 1] as an image of 8 bits."""
    return Image.fromarray(np.ascontiguousarray(_levels(picture).transpose(1, 2, 0)))


def jpeg(picture: Picture, longest: int = 512) -> bytes:
    """A picture as a JPEG file for the screen, at most ``longest`` pixels long (Lanczos)."""
    shown = image(picture)
    shown.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    file = BytesIO()
    shown.save(file, "JPEG", quality=85)
    return file.getvalue()


def palette(picture: Picture, plain: tuple[tuple[float, float, float], ...] = ()) -> Palette:
    """The colours of a picture (median cut), and ``plain`` ones in [0, 1], which are kept as told.

    Heckbert 1982, 'Color image quantization for frame buffer display', as Pillow has it.
    """
    own = [tuple(round(255 * level) for level in colour) for colour in plain]
    cut = image(picture).quantize(COLOURS - len(own), method=Image.Quantize.MEDIANCUT)
    levels = np.array(cut.getpalette() or [0, 0, 0], dtype=np.uint8).reshape(-1, 3)
    whole = np.zeros((COLOURS, 3), dtype=np.uint8)
    found = np.concatenate([np.array(own, dtype=np.uint8).reshape(-1, 3), levels])[:COLOURS]
    whole[: len(found)] = found
    whole[len(found) :] = found[-1]
    return Palette(whole)
