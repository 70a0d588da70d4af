"""Tree crowns from the air at 0.1 m per pixel: pictures with boxes in the package deepforest.

The package is optional, and only its data are read: importing it needs many other packages. Its
license is MIT; it names none for the pictures. They are camera mosaics of the National Ecological
Observatory Network (NEON, product DP3.30010.001), which released its data as CC0 1.0 until June
2026 and releases them as CC BY 4.0 since. :data:`SOURCE` gives the credit that both ask for. The
boxes are drawn by hand (Weinstein et al. 2019, 'Individual tree-crown detection in RGB imagery
using semi-supervised deep learning neural networks').
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .tiles import Tiles, TilesError

OPTIONAL = "pip install --no-deps -r requirements-data.txt"
SOURCE = (
    "windows of aerial pictures by the National Ecological Observatory Network (NEON), with boxes "
    "of tree crowns from the package deepforest"
)
LICENSE = (
    "The package deepforest has the MIT license and states none for its pictures. NEON released "
    "them as CC0 1.0, and has released such pictures as CC BY 4.0 since June 2026."
)
CLASSES = ("no tree", "tree crown")
GSD_M = 0.1
SIDE_PX = 80
BLOCK_PX = 320  # windows of one block share a group, and none crosses its border
MIN_CROWN_PX = 20
STEP_PX = 20  # between windows without a tree

# Both of Yellowstone. The others have no place without a tree (OSBS_029), boxes on some of the
# trees alone, or birds.
PICTURES = (
    ("2019_YELL_2_528000_4978000_image_crop2.png", "2019_YELL_2_528000_4978000_image_crop2.xml"),
    ("2019_YELL_2_541000_4977000_image_crop.png", "2019_YELL_2_541000_4977000_image_crop.xml"),
)
_CORNERS = ("ymin", "xmin", "ymax", "xmax")

Levels = NDArray[np.float32]
Boxes = NDArray[np.int64]
Window = tuple[int, int, int]  # label, and the first row and column of a window


class CrownsMissing(TilesError):
    """The package is not installed; the message says what to install."""


def folder() -> Path:
    """Folder with the package's pictures; raises :class:`CrownsMissing`."""
    package = find_spec("deepforest")
    folders = [] if package is None else list(package.submodule_search_locations or ())
    data = Path(folders[0]) / "data" if folders else None
    if data is None or not all((data / name).is_file() for pair in PICTURES for name in pair):
        raise CrownsMissing(
            f"The pictures of tree crowns are in the package deepforest; {OPTIONAL} adds it."
        )
    return data


@cache
def crowns() -> Tiles:
    """Tiles of 8 m: centered on a tree crown, or without any crown; equal numbers of both.

    Those without a tree show grass, shadow, logs and road, with mean colors similar to the others.
    Computed once and shared, so do not modify them. Raises :class:`CrownsMissing`.
    """
    data, first = folder(), 0
    images, labels, groups = list[Levels](), list[int](), list[int]()
    for picture, boxes in PICTURES:
        levels = picture_of(data / picture)
        corners = boxes_of(data / boxes)
        across = levels.shape[2] // BLOCK_PX + 1
        for window in _balanced([*_windows(levels.shape[1:], corners)], levels):
            images.append(_crop(levels, window))
            label, row, column = window
            labels.append(label)
            groups.append(first + row // BLOCK_PX * across + column // BLOCK_PX)
        first = max(groups) + 1
    numbers = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    return Tiles(
        np.stack(images), np.array(labels, np.int64), CLASSES, GSD_M, numbers, SOURCE, (LICENSE,)
    )


def picture_of(path: Path) -> Levels:
    """Read a picture: float32 (3, rows, columns) in [0, 1]."""
    with Image.open(path) as picture:
        levels = np.asarray(picture.convert("RGB"), dtype=np.float32) / np.float32(255)
    return np.ascontiguousarray(levels.transpose(2, 0, 1))


def boxes_of(path: Path) -> Boxes:
    """Read boxes of crowns: int64 (n, 4), first row and column, last row and column, in px."""
    objects = ElementTree.parse(path).getroot().iter("object")
    rows = [[crown.findtext(f"bndbox/{name}", "0") for name in _CORNERS] for crown in objects]
    return np.array(rows, dtype=np.float64).astype(np.int64)


def _windows(shape: tuple[int, ...], boxes: Boxes) -> Iterator[Window]:
    """All candidate windows: first those of crowns, then those without."""
    for top, left, bottom, right in boxes.tolist():
        row, column = (top + bottom - SIDE_PX) // 2, (left + right - SIDE_PX) // 2
        large = min(bottom - top, right - left) >= MIN_CROWN_PX
        if large and _is_within(row, column, shape):
            yield 1, row, column
    covered = np.zeros(shape, dtype=np.bool_)
    for top, left, bottom, right in boxes.tolist():
        covered[max(0, top) : bottom + 1, max(0, left) : right + 1] = True
    for row in range(0, shape[0] - SIDE_PX, STEP_PX):
        for column in range(0, shape[1] - SIDE_PX, STEP_PX):
            window = covered[row : row + SIDE_PX, column : column + SIDE_PX]
            if _is_within(row, column, shape) and not window.any():
                yield 0, row, column


def _is_within(row: int, column: int, shape: tuple[int, ...]) -> bool:
    """Whether a window lies inside the picture and inside one block."""
    last = (row + SIDE_PX - 1, column + SIDE_PX - 1)
    if min(row, column) < 0 or last[0] >= shape[0] or last[1] >= shape[1]:
        return False
    return row // BLOCK_PX == last[0] // BLOCK_PX and column // BLOCK_PX == last[1] // BLOCK_PX


def _balanced(windows: list[Window], levels: Levels) -> list[Window]:
    """Pair windows with a crown with windows without one, of the most similar mean color.

    Otherwise windows without a tree are mostly meadow, and the mean color alone identifies them.
    """
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

    colors = np.array([_crop(levels, window).mean(axis=(1, 2)) for window in windows])
    labels = np.array([label for label, _, _ in windows])
    trees, bare = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    distance = np.abs(colors[trees, None] - colors[None, bare]).sum(axis=2)
    tree, other = linear_sum_assignment(distance)
    near = distance[tree, other] <= np.median(distance[tree, other])  # the rest has no match
    return [windows[index] for index in (*trees[tree[near]], *bare[other[near]])]


def _crop(levels: Levels, window: Window) -> Levels:
    _, row, column = window
    return levels[:, row : row + SIDE_PX, column : column + SIDE_PX]
