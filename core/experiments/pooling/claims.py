"""The claim 'one 2x2 max pooling gives the same output for a 4x4 and a 2x2 square', tested.

It can be read in several ways. Each is counted by brute force over every alignment, with the
pooling of the spec.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray

from ...filters import stack
from ...filters.receptive_field import effective_pool_size
from .alignment import sweep_alignments
from .spec import Pooling

Plane = NDArray[np.float32]
Offset = tuple[int, int]


@dataclass(frozen=True)
class Claim:
    """A reading of the claim, and in how many of how many alignments it is true."""

    reading: str
    count_true: int
    count_total: int

    @property
    def fraction(self) -> float:
        """The fraction of alignments in which the reading is true."""
        return self.count_true / self.count_total


def _square(size: int, offset: Offset, margin: int) -> Plane:
    """A square of ones at ``margin + offset``, with ``margin`` zeros or more on every side."""
    side = size + max(offset) + 2 * margin
    top, left = (margin + shift for shift in offset)
    picture = np.zeros((side, side), dtype=np.float32)
    picture[top : top + size, left : left + size] = 1
    return picture


def _trimmed(picture: Plane) -> Plane:
    """The picture without the empty rows and columns around what is in it."""
    rows, columns = np.nonzero(picture.any(axis=1))[0], np.nonzero(picture.any(axis=0))[0]
    if rows.size == 0:
        return picture[:0, :0]
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _pooled(size: int, offset: Offset, pooling: Pooling) -> Plane:
    margin = pooling.stride * (1 + effective_pool_size(pooling.layout()))  # clear of the border
    with torch.inference_mode():
        picture = torch.from_numpy(_square(size, offset, margin))[None, None]
        pooled = stack.pool(picture, pooling.kind, pooling.size, pooling.stride)
    return _trimmed(pooled[0, 0].numpy())


def _equal(first: Plane, second: Plane) -> bool:
    return first.shape == second.shape and bool(np.allclose(first, second, atol=1e-6))


def _offsets(period: int) -> list[Offset]:
    return [(row, column) for row in range(period) for column in range(period)]


def _count(pairs: list[tuple[Plane, Plane]]) -> tuple[int, int]:
    return sum(_equal(first, second) for first, second in pairs), len(pairs)


def _merged(size: int, level: int, pooling: Pooling) -> Callable[[Offset], bool]:
    deeper = Pooling(pooling.kind, pooling.size, pooling.stride, level)
    sweep = sweep_alignments(size, deeper)
    return lambda offset: bool(sweep.shares_cell(*offset)[level])


def _corners(level: int, pooling: Pooling) -> tuple[int, int]:
    """Both squares' corners share a cell, over the alignments of the pair."""
    offsets = _offsets(int(pooling.stride**level))
    large, small = _merged(4, level, pooling), _merged(2, level, pooling)
    counts = sum(map(large, offsets)), sum(map(small, offsets))
    return counts[0] * counts[1], len(offsets) ** 2


@lru_cache(maxsize=64)
def claims(kind: str, size: int, stride: int) -> tuple[Claim, ...]:
    """Count every reading for one kind of pooling, a 4x4 square against a 2x2 one; cached."""
    pooling = Pooling(kind, size, stride, 1)
    offsets = _offsets(stride)
    large = [_pooled(4, offset, pooling) for offset in offsets]
    small = [_pooled(2, offset, pooling) for offset in offsets]
    raw = _count(list(product(large, small)))
    unpooled = _trimmed(_square(2, (0, 0), 0))
    octave = _count([(pooled, unpooled) for pooled in large])
    first, second = _corners(1, pooling), _corners(2, pooling)
    return (
        Claim("Raw squares: after pooling both once, the outputs are equal", *raw),
        Claim("Corners: after one pooling layer, they share a cell in both squares", *first),
        Claim("Corners: after two pooling layers, they share a cell in both squares", *second),
        Claim("One octave: the 4x4 square pooled once equals the 2x2 square not pooled", *octave),
    )
