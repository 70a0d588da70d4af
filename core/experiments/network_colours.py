"""Photographs in at most 256 colours, so that they can be drawn as cells of one colour scale.

The live chart paints heatmaps on canvases while a slider moves; a photograph whose pixels are
numbers of colours goes the same quick way.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.subjects import Picture

COLOURS = 256


@dataclass(frozen=True, eq=False)
class Palette:
    """``levels``: uint8 (256, 3), red, green and blue of every number."""

    levels: NDArray[np.uint8]

    @property
    def scale(self) -> list[tuple[float, str]]:
        """A colour scale on which the number k of a colour lies at k / 255."""
        names = ["#{:02x}{:02x}{:02x}".format(*level) for level in self.levels.tolist()]
        return [(at / (COLOURS - 1), name) for at, name in enumerate(names)]

    def numbers(self, picture: Picture) -> NDArray[np.uint8]:
        """The nearest colours of float32 (3, rows, columns) in [0, 1]: uint8 (rows, columns)."""
        table = Image.new("P", (1, 1))
        table.putpalette(self.levels.tobytes())
        found = image(picture).quantize(palette=table, dither=Image.Dither.NONE)
        return np.asarray(found, dtype=np.uint8)


def image(picture: Picture) -> Image.Image:
    """float32 (3, rows, columns) in [0, 1] as an image of 8 bits."""
    return Image.fromarray(np.rint(picture.transpose(1, 2, 0) * 255).astype(np.uint8))


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
