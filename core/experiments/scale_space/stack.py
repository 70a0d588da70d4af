"""The maps of a stack of one 'dog' filter and pooling layers, compared with the scale space.

The filter is ``G(1) - G(1.6)``. Divided by ``ln 1.6`` it has the unit of
:mod:`core.scale_space.gaussian`, and it is that module's 'dog' of ratio 1.6 at sigma ``sqrt(1.6)``
= 1.26 px. Pooled ``d`` times with stride t, the grid is ``t**d`` times coarser, so the *matching*
sigma is ``1.26 * t**d`` px: that of the same filter on the coarser grid. Two orders are compared:

- ``filter first``: filter, ReLU, then pooling layers, as in one block of a CNN;
- ``pool first``: pooling layers, then filter and ReLU, as in a CNN whose later layers learn the
  filter once more. With blur pooling this is the pyramid of Burt and Adelson (1983).

The picture is mirrored at its borders for both, as it is in the scale space.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...filters import stack
from ...filters.kernels import FILTERS
from ...filters.receptive_field import Geometry, Layout, geometry
from ...scale_space.gaussian import ScaleSpace, scale_space_of

Plane = NDArray[np.float32]
Numbers = NDArray[np.float64]

RATIO = 1.6
FILTER_SIGMA_PX = math.sqrt(RATIO)
ORDERS = ("filter first", "pool first")
# The window of each kind of pooling on the page; 5 is the binomial of Burt and Adelson.
POOL_WINDOWS = {"max": 2, "average": 2, "blur": 5}
LIT_FRACTION = 0.05  # of the maximum: from it on a cell of a map is lit
MIN_LIT_CELLS = 16  # a correlation over fewer says nothing


def matching_sigma(stride_px: int) -> float:
    """Return the sigma, px, of the filter on a grid whose cells lie ``stride_px`` apart."""
    return FILTER_SIGMA_PX * stride_px


@dataclass(frozen=True)
class Level:
    """The map of the stack after ``level`` pooling layers.

    ``values``: float32 (rows, columns), in the unit of the scale space.
    """

    level: int
    values: Plane
    geometry: Geometry

    @property
    def sigma_px(self) -> float:
        """The matching sigma."""
        return matching_sigma(self.geometry.stride[0])


def _pad_mirrored(picture: Plane, layout: Layout) -> tuple[Plane, int]:
    """The picture with mirrored margins: whole cells of every level, at least four of each."""
    margin = max(16, 4 * layout.pool_stride**layout.depth)
    return np.pad(picture, margin, mode="symmetric"), margin


def in_scale_space_unit(values: torch.Tensor, margin: int, place: Geometry) -> Plane:
    """Cut margins off maps (n, 1, rows, columns): float32 (n, rows, columns) in the unit."""
    first = margin // place.stride[0]
    rows, columns = place.shape
    part = values[:, 0, first : first + rows, first : first + columns] / math.log(RATIO)
    return np.asarray(part.numpy(), dtype=np.float32)


def apply_filter(maps: torch.Tensor) -> torch.Tensor:
    """Apply the 'dog' filter and a ReLU to float32 (n, 1, rows, columns) maps."""
    return stack.convolve(maps, FILTERS["dog"].make()[None], Layout(9, 9, depth=0)).relu()


def pool_repeatedly(maps: torch.Tensor, layout: Layout) -> Iterator[torch.Tensor]:
    """Yield float32 (n, 1, rows, columns) maps, then those after each pooling layer in turn."""
    yield maps
    for _ in range(layout.depth):
        maps = stack.pool(maps, layout.pool, layout.pool_size, layout.pool_stride)
        yield maps


def stack_levels(picture: Plane, layout: Layout, order: str = ORDERS[0]) -> list[Level]:
    """Compute levels 0 to ``depth``, fewer where no cell is left.

    ``picture``: float32 (rows, columns) with its background level subtracted; ``order``: of ORDERS.
    """
    wide, margin = _pad_mirrored(picture, layout)
    images = torch.from_numpy(wide)[None, None]
    places = geometry(layout, (picture.shape[0], picture.shape[1]))
    filters_first, levels = order == ORDERS[0], []
    with torch.inference_mode():
        start = apply_filter(images) if filters_first else images
        for level, maps in enumerate(pool_repeatedly(start, layout)):
            if min(places[level].shape) < 1:
                break
            filtered = maps if filters_first else apply_filter(maps)
            values = in_scale_space_unit(filtered, margin, places[level])[0]
            levels.append(Level(level, values, places[level]))
    return levels


def _interpolation(first: float, stride: int, count: int, side: int) -> tuple[list[Any], float]:
    """The two pixels beside every cell's center along an axis, and the weight of the second."""
    centers = first + np.arange(count) * stride
    low = np.floor(centers).astype(int)
    return [np.clip(low + step, 0, side - 1) for step in (0, 1)], float(centers[0] - low[0])


def sample_at_cells(maps: Numbers, place: Geometry, shift_px: float = 0) -> Numbers:
    """The positive part of (n, rows, columns) maps at the centers of cells: (n, rows, columns).

    Bilinear: a center lies on a pixel or half-way between two. ``shift_px``: of the maps, to the
    right.
    """
    first = place.center(0, 0)
    sides = maps.shape[1:]
    rows, down = _interpolation(first[0], place.stride[0], place.shape[0], sides[0])
    columns, across = _interpolation(first[1] - shift_px, place.stride[1], place.shape[1], sides[1])
    lines = maps[:, rows[0]] * (1 - down) + maps[:, rows[1]] * down
    values = lines[:, :, columns[0]] * (1 - across) + lines[:, :, columns[1]] * across
    return np.asarray(np.maximum(values, 0))


def correlation(first: NDArray[np.floating], second: NDArray[np.floating]) -> float | None:
    """Compute Pearson's correlation of two arrays of one shape; None where one of them is flat.

    ``first`` and ``second``: of any float dtype, (rows, columns) or (n,).
    """
    a, b = first.ravel() - first.mean(), second.ravel() - second.mean()
    scale = math.sqrt(float(a @ a) * float(b @ b))
    return None if scale < 1e-12 else float(a @ b) / scale


def lit_cells(values: NDArray[np.floating], ideal: NDArray[np.floating]) -> NDArray[np.int64]:
    """Count the cells in which either of two maps is lit.

    ``values`` and ``ideal``: float (n, rows, columns), not negative. Gives int64 (n,).
    """
    lit = [maps > LIT_FRACTION * maps.max(axis=(1, 2), keepdims=True) for maps in (values, ideal)]
    return np.asarray((lit[0] | lit[1]).sum(axis=(1, 2)))


def correlations_of(
    levels: Sequence[Level], space: ScaleSpace
) -> tuple[list[float | None], list[int]]:
    """Correlate each level with the scale space at its matching sigma, and count its lit cells."""
    ideals = [
        sample_at_cells(space.dog([level.sigma_px], RATIO), level.geometry) for level in levels
    ]
    pairs = list(zip(levels, ideals, strict=True))
    correlations = [correlation(level.values, ideal[0]) for level, ideal in pairs]
    return correlations, [int(lit_cells(level.values[None], ideal)[0]) for level, ideal in pairs]


def _relative_change(first: NDArray[np.floating], second: NDArray[np.floating]) -> float | None:
    """The norm of the difference of two maps, as a fraction of the norm of the first."""
    norm = float(np.sqrt(np.square(first).sum()))
    return None if norm < 1e-9 else float(np.sqrt(np.square(first - second).sum())) / norm


@dataclass(frozen=True)
class LevelCorrelation:
    """One level of one stack compared with the scale space; numbers are None where undefined.

    ``lit_cells``: see :func:`lit_cells`. ``correlation``: with the scale space at ``sigma_px``;
    ``baseline``: the same with the scale space of another picture; ``best_sigma_px``: where the
    correlation is highest. ``shift_change``: the relative change of the map after a shift by one
    pixel; ``reference_change``: the same for the scale space sampled at the same cells.
    """

    pool: str
    order: str
    level: int
    cells: int
    lit_cells: int
    sigma_px: float
    correlation: float | None
    baseline: float | None
    best_sigma_px: float | None
    shift_change: float | None
    reference_change: float | None


SWEPT_SIGMAS_PX = 2.0 ** np.arange(-0.5, 6.01, 0.25)


@dataclass(frozen=True)
class _Reference:
    """The scale spaces that stacks are compared with: at matching sigmas, and swept over all.

    ``sampled`` keeps the swept maps at the cells of a geometry, which several stacks share.
    """

    space: ScaleSpace
    baseline: ScaleSpace
    swept: Numbers
    sampled: dict[str, Numbers] = field(default_factory=dict)

    def best_sigma_px(self, level: Level) -> float | None:
        """The sigma of the highest correlation with a level; None where none is positive."""
        key = repr(level.geometry)
        if key not in self.sampled:
            self.sampled[key] = sample_at_cells(self.swept, level.geometry)
        values = [correlation(level.values, ideal) for ideal in self.sampled[key]]
        known = [-2.0 if value is None else value for value in values]
        return None if max(known) <= 0 else float(SWEPT_SIGMAS_PX[int(np.argmax(known))])


def _reference(picture: Plane, baseline: Plane) -> _Reference:
    space = scale_space_of(picture)
    return _Reference(space, scale_space_of(baseline), space.dog(SWEPT_SIGMAS_PX, RATIO))


def _compare_level(
    level: Level, shifted: Level, reference: _Reference, pool: str, order: str
) -> LevelCorrelation:
    """``shifted``: the same level of the picture shifted by one pixel."""
    sigma, place = [level.sigma_px], level.geometry
    maps = reference.space.dog(sigma, RATIO)
    ideal, ideal_shifted = sample_at_cells(maps, place)[0], sample_at_cells(maps, place, 1)[0]
    baseline = sample_at_cells(reference.baseline.dog(sigma, RATIO), place)[0]
    return LevelCorrelation(
        pool=pool,
        order=order,
        level=level.level,
        cells=level.values.size,
        lit_cells=int(lit_cells(level.values[None], ideal[None])[0]),
        sigma_px=level.sigma_px,
        correlation=correlation(level.values, ideal),
        baseline=correlation(level.values, baseline),
        best_sigma_px=reference.best_sigma_px(level),
        shift_change=_relative_change(level.values, shifted.values),
        reference_change=_relative_change(ideal, ideal_shifted),
    )


def _shifted(picture: Plane) -> Plane:
    """One pixel to the right, the first column repeated as a mirror would."""
    return np.concatenate([picture[:, :1], picture[:, :-1]], axis=1)


def compare_levels(picture: Plane, baseline: Plane, layout: Layout) -> tuple[LevelCorrelation, ...]:
    """Compare every level of max, average and blur pooling, in both orders, with the scale space.

    ``picture`` and ``baseline``: float32 (rows, columns) with their levels subtracted.
    """
    reference = _reference(picture, baseline)
    rows: list[LevelCorrelation] = []
    for order in ORDERS:
        for pool, size in POOL_WINDOWS.items():
            pooled = replace(layout, pool=pool, pool_size=size, pool_stride=2)
            levels = stack_levels(picture, pooled, order)
            shifted = stack_levels(_shifted(picture), pooled, order)
            rows += [
                _compare_level(level, moved, reference, pool, order)
                for level, moved in zip(levels, shifted, strict=True)
            ]
    return tuple(rows)
