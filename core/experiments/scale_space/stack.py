"""What a stack of a 'dog' filter and poolings makes of a picture, beside the scale space.

The filter is ``G(1) - G(1.6)``. Divided by ``ln 1.6`` it has the unit of :mod:`core.scale_space.gaussian`,
and it is that module's 'dog' of ratio 1.6 at sigma ``sqrt(1.6)`` = 1.26 px. Pooled ``d`` times with
stride t, the grid is ``t**d`` times coarser, so the *matching* sigma is ``1.26 * t**d`` px: that of
the same filter on the coarser grid. Two orders are compared:

- ``filter first``: filter, ReLU, then pool again and again, as in one block of a CNN;
- ``pool first``: pool again and again, then filter and ReLU, as in a CNN whose later layers learn
  the filter once more. With blur pooling this is the pyramid of Burt and Adelson (1983).

The picture is mirrored at its borders for both, as it is in the scale space.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...filters import stack
from ...filters.kernels import FILTERS
from ...filters.receptive_field import Geometry, Layout, geometry
from ...scale_space.gaussian import Space, space_of

Plane = NDArray[np.float32]
Numbers = NDArray[np.float64]

RATIO = 1.6
OWN_SIGMA = math.sqrt(RATIO)
UNIT = math.log(RATIO)
ORDERS = ("filter first", "pool first")
# What the page compares: window and stride of each pooling; 5 is the binomial of Burt and Adelson.
COMPARED = {"max": 2, "average": 2, "blur": 5}


def matching_sigma(stride_px: int) -> float:
    """The sigma of the filter on a grid whose cells lie ``stride_px`` apart."""
    return OWN_SIGMA * stride_px


@dataclass(frozen=True)
class Level:
    """What the stack makes of the picture after ``level`` poolings, in the scale space's unit:
    float32 (rows, columns)."""

    level: int
    values: Plane
    geometry: Geometry

    @property
    def sigma_px(self) -> float:
        """The matching sigma."""
        return matching_sigma(self.geometry.stride[0])


def _mirrored(picture: Plane, layout: Layout) -> tuple[Plane, int]:
    """The picture with mirrored margins: whole cells of every level, at least four of each."""
    margin = max(16, 4 * layout.pool_stride**layout.depth)
    return np.pad(picture, margin, mode="symmetric"), margin


def _inside(values: torch.Tensor, margin: int, place: Geometry) -> Plane:
    """The part of a map of the mirrored picture that belongs to the picture itself."""
    first = margin // place.stride[0]
    rows, columns = place.shape
    part = values[..., first : first + rows, first : first + columns] / UNIT
    return np.asarray(part.reshape(rows, columns).numpy(), dtype=np.float32)


def _kernel() -> Plane:
    return FILTERS["dog"].make()


def levels_of(picture: Plane, layout: Layout, order: str = ORDERS[0]) -> list[Level]:
    """Levels 0 to ``depth`` (fewer where no cell is left) of a picture with its level taken off."""
    wide, margin = _mirrored(picture, layout)
    images = torch.from_numpy(wide)[None, None]
    places = geometry(layout, (picture.shape[0], picture.shape[1]))
    kernel, plain = _kernel()[None], replace(layout, depth=0)
    found = []
    with torch.inference_mode():
        maps = stack.convolve(images, kernel, plain).relu() if order == ORDERS[0] else images
        for level, place in enumerate(places):
            if min(place.shape) < 1:
                break
            if level:
                maps = stack.pool(maps, layout.pool, layout.pool_size, layout.pool_stride)
            shown = maps if order == ORDERS[0] else stack.convolve(maps, kernel, plain).relu()
            found.append(Level(level, _inside(shown, margin, place), place))
    return found


def _between(first: float, stride: int, count: int, side: int) -> tuple[list[Any], float]:
    """The two neighbouring pixels of every cell's middle along an axis, and the second's weight."""
    places = first + np.arange(count) * stride
    low = np.floor(places).astype(int)
    return [np.clip(low + step, 0, side - 1) for step in (0, 1)], float(places[0] - low[0])


def _sampled(maps: Numbers, place: Geometry, shift: float = 0) -> Numbers:
    """The positive part of (n, rows, columns) maps at the middles of cells: (n, rows, columns).

    Bilinear: a middle lies on a pixel or half-way between two.
    """
    first = place.center(0, 0)
    sides = maps.shape[1:]
    rows, down = _between(first[0], place.stride[0], place.shape[0], sides[0])
    columns, across = _between(first[1] - shift, place.stride[1], place.shape[1], sides[1])
    lines = maps[:, rows[0]] * (1 - down) + maps[:, rows[1]] * down
    values = lines[:, :, columns[0]] * (1 - across) + lines[:, :, columns[1]] * across
    return np.asarray(np.maximum(values, 0))


def correlation(first: NDArray[np.floating], second: NDArray[np.floating]) -> float | None:
    """Pearson's correlation of two arrays of one size; None where one of them is flat."""
    a, b = first.ravel() - first.mean(), second.ravel() - second.mean()
    scale = math.sqrt(float(a @ a) * float(b @ b))
    return None if scale < 1e-12 else float(a @ b) / scale


def likes_of(levels: Sequence[Level], space: Space) -> list[float | None]:
    """The correlation of each level with the scale space at its matching sigma."""
    maps = space.dog([level.sigma_px for level in levels], RATIO)
    pairs = zip(levels, maps, strict=True)
    return [correlation(one.values, _sampled(two[None], one.geometry)) for one, two in pairs]


def _change(first: NDArray[np.floating], second: NDArray[np.floating]) -> float | None:
    """How much two maps differ, as a fraction of the first one."""
    whole = float(np.sqrt(np.square(first).sum()))
    return None if whole < 1e-9 else float(np.sqrt(np.square(first - second).sum())) / whole


@dataclass(frozen=True)
class Likeness:
    """One level of one stack beside the scale space.

    ``like``: correlation with the scale space at ``sigma_px``; ``floor``: the same with the scale
    space of another picture; ``best_sigma_px``: where the correlation is highest. ``change``: what
    a shift by one pixel does to the map, as a fraction of it; ``fair_change``: the same for the
    scale space in the same cells.
    """

    pool: str
    order: str
    level: int
    cells: int
    sigma_px: float
    like: float | None
    floor: float | None
    best_sigma_px: float | None
    change: float | None
    fair_change: float | None


SWEEP = 2.0 ** np.arange(-0.5, 6.01, 0.25)


@dataclass(frozen=True)
class _Reference:
    """The scale spaces that stacks are held against: at matching sigmas, and swept over all.

    ``sampled`` keeps the swept maps at the cells of a geometry, which several stacks share.
    """

    space: Space
    other: Space
    swept: Numbers
    sampled: dict[str, Numbers] = field(default_factory=dict)

    def best(self, level: Level) -> float | None:
        """The sigma at which a level is most like the scale space; None where it never is."""
        key = repr(level.geometry)
        if key not in self.sampled:
            self.sampled[key] = _sampled(self.swept, level.geometry)
        found = [correlation(level.values, one) for one in self.sampled[key]]
        known = [-2.0 if one is None else one for one in found]
        return None if max(known) <= 0 else float(SWEEP[int(np.argmax(known))])


def _reference(picture: Plane, other: Plane) -> _Reference:
    space = space_of(picture)
    return _Reference(space, space_of(other), space.dog(SWEEP, RATIO))


def _likeness(level: Level, moved: Level, reference: _Reference, pool: str, order: str) -> Likeness:
    sigma = [level.sigma_px]
    here = reference.space.dog(sigma, RATIO)
    ideal, shifted = _sampled(here, level.geometry)[0], _sampled(here, level.geometry, 1)[0]
    floor = _sampled(reference.other.dog(sigma, RATIO), level.geometry)[0]
    return Likeness(
        pool=pool,
        order=order,
        level=level.level,
        cells=level.values.size,
        sigma_px=level.sigma_px,
        like=correlation(level.values, ideal),
        floor=correlation(level.values, floor),
        best_sigma_px=reference.best(level),
        change=_change(level.values, moved.values),
        fair_change=_change(ideal, shifted),
    )


def _moved(picture: Plane) -> Plane:
    """One pixel to the right, the first column doubled as a mirror would."""
    return np.concatenate([picture[:, :1], picture[:, :-1]], axis=1)


def compare(picture: Plane, other: Plane, layout: Layout) -> tuple[Likeness, ...]:
    """Every level of max, average and blur pooling, in both orders, beside the scale space.

    ``picture`` and ``other``: float32 (rows, columns) with their levels taken off.
    """
    reference, found = _reference(picture, other), []
    for order in ORDERS:
        for pool, size in COMPARED.items():
            one = replace(layout, pool=pool, pool_size=size, pool_stride=2)
            levels = levels_of(picture, one, order)
            moved = levels_of(_moved(picture), one, order)
            found += [
                _likeness(here, there, reference, pool, order)
                for here, there in zip(levels, moved, strict=True)
            ]
    return tuple(found)
