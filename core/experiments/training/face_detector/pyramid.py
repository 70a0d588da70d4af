"""P-Net over an image pyramid, and its response to a face at a known position.

The levels of the pyramid follow each other by MTCNN's factor, from :data:`FIRST` levels above the
picture's own size down to the last that still holds a window. MTCNN resizes by the mean over areas
and makes every level up to one pixel larger; here it is bicubic and anti-aliased, to the nearest
whole side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, takewhile
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....imaging.subjects import Box

if TYPE_CHECKING:
    from torch import Tensor

FACTOR = 0.709  # MTCNN's, from one level of the pyramid to the next
FIRST = -2  # the first level is as much larger as MTCNN makes it for faces of 6 px
UNRESIZED = -FIRST  # the level that leaves the picture as it is
NEAR_PX = 3.0  # a window counts for the face if its center is so near the face's: 3 x 3 windows


@dataclass(frozen=True)
class Level:
    """One level of a pyramid: its number, its pictures, and its rows and columns for each px."""

    number: int
    images: Tensor
    scale: tuple[float, float]


@dataclass(frozen=True)
class BestWindow:
    """The highest log-odds on the face at a level, and the box that is drawn there, in px."""

    log_odds: float
    level: int
    box: Box


def resize(images: Tensor, factor: float) -> Tensor:
    """Resize pictures, float32 (n, 3, rows, columns) in [0, 1], by anti-aliased bicubic."""
    from torch.nn.functional import interpolate

    rows, columns = (round(factor * side) for side in images.shape[-2:])
    if images.shape[-2:] == (rows, columns):
        return images
    return interpolate(images, size=(rows, columns), mode="bicubic", antialias=True).clamp(0, 1)


def factors(shorter_px: int) -> list[float]:
    """List the factors of the levels, for pictures whose shorter side is ``shorter_px``."""
    from ....networks.face import WINDOW_PX

    endless = (FACTOR ** (number + FIRST) for number in count())
    return list(takewhile(lambda factor: round(factor * shorter_px) >= WINDOW_PX, endless))


def levels(images: Tensor) -> Iterator[Level]:
    """Build the pyramid of pictures, float32 (n, 3, rows, columns), down to one window."""
    rows, columns = images.shape[-2:]
    for number, factor in enumerate(factors(min(rows, columns))):
        level = resize(images, factor)
        yield Level(number, level, (level.shape[-2] / rows, level.shape[-1] / columns))


def center_of(box: Box) -> tuple[float, float]:
    """Give the row and the column of a box's center."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def iou(item: Box, other: Box) -> float:
    """Compute the intersection over union of two boxes."""
    sides = (
        min(item[index + 2], other[index + 2]) - max(item[index], other[index]) for index in (0, 1)
    )
    high, wide = (max(0.0, side) for side in sides)
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (item, other))
    return high * wide / (sum(areas) - high * wide)


def _patch(level: Level, face: Box) -> tuple[Tensor, tuple[int, int]]:
    """What the windows near a face see, and the row and column where it begins.

    It begins and ends with a whole window of the grid, so it changes no response; there is room for
    the faces of the other shifts.
    """
    starts = (
        center * scale - 11 for center, scale in zip(center_of(face), level.scale, strict=True)
    )
    top, left = (max(0, 2 * int(start // 2)) for start in starts)
    return level.images[..., top : top + 24, left : left + 24], (top, left)


def best_windows(level: Level, faces: Sequence[Box]) -> list[BestWindow]:
    """Find for each picture of a level the best of the windows centered on its face.

    ``faces``: each picture's, in px of the pictures that the pyramid is of. The log-odds are minus
    infinity where no window is near.
    """
    from ....networks.face import score_faces

    patch, start = _patch(level, faces[0])
    log_odds, boxes = (values.numpy() for values in score_faces(patch))
    best = []
    for index, face in enumerate(faces):
        there = _centered(log_odds[index], start, level, face)
        row, column = divmod(int(there.argmax()), there.shape[1])
        box = _drawn(boxes[index, :, row, column], (row, column), start, level)
        best.append(BestWindow(float(there[row, column]), level.number, box))
    return best


def _centered(
    log_odds: NDArray[np.float32], start: tuple[int, int], level: Level, face: Box
) -> NDArray[np.float32]:
    """Log-odds (cells, cells) with minus infinity wherever a window is not near the face."""
    from ....networks.face import STRIDE_PX, WINDOW_PX

    inside = []
    for axis, center in enumerate(center_of(face)):
        centers = start[axis] + STRIDE_PX * np.arange(log_odds.shape[axis]) + WINDOW_PX / 2
        away = centers - center * level.scale[axis]
        inside.append((away >= -NEAR_PX) & (away < NEAR_PX))
    return np.where(np.outer(*inside), log_odds, -np.inf)


def _drawn(
    sides: NDArray[np.float32], cell: tuple[int, int], start: tuple[int, int], level: Level
) -> Box:
    """The box that P-Net draws from a window, in px of the pictures that the pyramid is of."""
    from ....networks.face import WINDOW_PX, window

    place = zip(window(*cell), sides.tolist(), start * 2, level.scale * 2, strict=True)
    top, left, bottom, right = (
        (edge + step + WINDOW_PX * side) / scale for edge, side, step, scale in place
    )
    return top, left, bottom, right
