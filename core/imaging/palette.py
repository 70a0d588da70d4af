"""Photographs in at most 256 colors, so that they can be drawn as cells of one color scale.

The live chart paints heatmaps on canvases while a slider moves; a photograph whose pixels are
indices of colors is painted in the same fast way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .subjects import Picture

COLORS = 256
SHIFT = 2  # 4 of 256 levels are looked up as one: the side of a cell of the color cube
CELL_LEVELS, CELLS = 1 << SHIFT, 256 >> SHIFT


@dataclass(frozen=True, eq=False)
class Palette:
    """``rgb``: uint8 (256, 3), red, green and blue of every color index."""

    rgb: NDArray[np.uint8]

    @cached_property
    def color_scale(self) -> list[tuple[float, str]]:
        """A Plotly color scale on which the color of index k lies at k / 255."""
        names = ["#{:02x}{:02x}{:02x}".format(*color) for color in self.rgb.tolist()]
        return [(index / (COLORS - 1), name) for index, name in enumerate(names)]

    def color_indices(self, picture: Picture) -> NDArray[np.uint8]:
        """Find the nearest colors of float32 (3, rows, columns) in [0, 1]: uint8 (rows, columns).

        All colors of a cell of four levels of red, of green and of blue get the same index: that of
        the palette's color in the cell, or else of the nearest to its middle. A table, since a
        slider waits for this.
        """
        indices: NDArray[np.uint8] = self._nearest[_cell(_levels(picture))]
        return indices

    @cached_property
    def _nearest(self) -> NDArray[np.uint8]:
        """The index of the nearest color for every :func:`_cell`: uint8 (CELLS ** 3,)."""
        middles = np.arange(CELLS, dtype=np.uint8) * CELL_LEVELS + CELL_LEVELS // 2
        grid = np.stack(np.meshgrid(middles, middles, middles, indexing="ij"), axis=-1)
        table = Image.new("P", (1, 1))
        table.putpalette(self.rgb.tobytes())
        cube = Image.fromarray(grid.reshape(CELLS, CELLS**2, 3))
        nearest = np.array(cube.quantize(palette=table, dither=Image.Dither.NONE)).ravel()
        # Backwards, since of two colors in one cell the first is meant: fixed ones come first.
        nearest[_cell(self.rgb.T)[::-1]] = np.arange(COLORS, dtype=np.uint8)[::-1]
        return nearest


def _levels(picture: Picture) -> NDArray[np.uint8]:
    """Quantize float32 in [0, 1] to levels from 0 to 255."""
    levels: NDArray[np.uint8] = np.rint(picture * np.float32(255)).astype(np.uint8)
    return levels


def _cell(levels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Number the cell of the color cube that levels (3, ...) lie in: (...)."""
    red, green, blue = levels.astype(np.int32) >> SHIFT
    cell: NDArray[np.int32] = (red << 2 * (8 - SHIFT)) | (green << 8 - SHIFT) | blue
    return cell


def to_image(picture: Picture) -> Image.Image:
    """Turn float32 (3, rows, columns) in [0, 1] into an RGB image of 8 bits."""
    return Image.fromarray(np.ascontiguousarray(_levels(picture).transpose(1, 2, 0)))


def encode_jpeg(picture: Picture, max_side_px: int = 512) -> bytes:
    """Encode float32 (3, rows, columns) in [0, 1] as a JPEG file, reduced to fit (Lanczos)."""
    shown = to_image(picture)
    shown.thumbnail((max_side_px, max_side_px), Image.Resampling.LANCZOS)
    file = BytesIO()
    shown.save(file, "JPEG", quality=85)
    return file.getvalue()


def make_palette(
    picture: Picture, fixed_colors: tuple[tuple[float, float, float], ...] = ()
) -> Palette:
    """Choose the colors of a picture by median cut, after ``fixed_colors`` in [0, 1].

    ``picture``: float32 (3, rows, columns) in [0, 1]. Heckbert 1982, 'Color image quantization for
    frame buffer display', in Pillow's implementation.
    """
    fixed = [tuple(round(255 * level) for level in color) for color in fixed_colors]
    cut = to_image(picture).quantize(COLORS - len(fixed), method=Image.Quantize.MEDIANCUT)
    chosen = np.array(cut.getpalette() or [0, 0, 0], dtype=np.uint8).reshape(-1, 3)
    colors = np.concatenate([np.array(fixed, dtype=np.uint8).reshape(-1, 3), chosen])[:COLORS]
    missing = COLORS - len(colors)
    return Palette(np.concatenate([colors, np.repeat(colors[-1:], missing, axis=0)]))
