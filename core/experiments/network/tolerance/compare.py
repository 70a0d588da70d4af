"""Compare tolerances: with shuffled weights, and where a network down-samples with elsewhere.

A tolerance that the range of sizes cuts off is known to be at least that range. What is computed
from it is known between two limits only, and counts by its rank; see :class:`Limits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ....evidence.crossed import crossed_median_interval
from ....evidence.intervals import hull, median_interval, median_interval_of_limits
from ....evidence.verdict import Estimate
from .table import Numbers, Tolerances

MIN_LAYERS = 3  # for a rank correlation with depth
CACHED = 16  # tables whose intervals are kept, so that a page that rests again is quick


@dataclass(frozen=True, eq=False)
class Limits:
    """Numbers that are known between two limits, float64 of one shape.

    ``low`` is minus infinity, ``high`` infinity, where there is no limit; both are equal where the
    number is known.
    """

    low: Numbers
    high: Numbers

    def __sub__(self, other: Limits) -> Limits:
        return Limits(self.low - other.high, self.high - other.low)

    def layers(self, columns: slice | int | list[int]) -> Limits:
        """Return some of the last axis."""
        return Limits(self.low[..., columns], self.high[..., columns])

    def interval(self) -> Estimate | None:
        """Return the median of (n,) with its interval; None where nothing is known of it."""
        return median_interval_of_limits(self.low, self.high) if len(self.low) else None

    def range(self) -> Estimate | None:
        """Return the median of (n,) with the smallest and the largest number."""
        median = self.interval()
        if median is None:
            return None
        return replace(median, low=float(self.low.min()), high=float(self.high.max()))


def limits(octaves: Numbers, range_octaves: float) -> Limits:
    """Return the limits of tolerances (..., layers); none for those that are undefined (NaN)."""
    is_known = np.isfinite(octaves)
    low = np.where(is_known, octaves, np.where(np.isnan(octaves), -np.inf, range_octaves))
    return Limits(low, np.where(is_known, octaves, np.inf))


def _over_copies(estimates: Sequence[Estimate | None]) -> Estimate | None:
    """Return the median of estimates, one per shuffled copy, with an interval that includes theirs.

    None without copies, or where one of them leaves it open.
    """
    known = [estimate for estimate in estimates if estimate is not None]
    signs = {estimate.limit for estimate in known} - {""}
    if not known or len(known) < len(estimates) or len(signs) > 1:
        return None
    value = float(np.median([estimate.value for estimate in known]))
    return replace(hull(value, known), limit="".join(signs))


def _range_of_last(octaves: Numbers, table: Tolerances) -> Estimate | None:
    """Median, smallest and largest tolerance of the last layer, where it is defined."""
    last = octaves[:, -1]
    return limits(last[~np.isnan(last)], table.protocol.range_octaves).range()


def last_layer(table: Tolerances) -> Estimate | None:
    """Return the tolerance of the last layer with trained weights: the median over the objects, and
    the smallest and the largest."""
    return _range_of_last(table.trained, table)


def shuffled_last_layer(table: Tolerances) -> Estimate | None:
    """Return the same with shuffled weights, over all copies; None where one leaves it open."""
    return _over_copies([_range_of_last(copy, table) for copy in table.shuffled])


def _gains_over_copies(table: Tolerances, layer: int) -> list[Limits]:
    """How much more a layer tolerates than in each shuffled copy, by object."""
    octaves = table.protocol.range_octaves
    trained = limits(table.trained, octaves).layers(layer)
    return [trained - limits(copy, octaves).layers(layer) for copy in table.shuffled]


def _crossed(each: Sequence[Limits], comparisons: int = 1) -> Estimate | None:
    """The median over objects and copies; ``each``: by object, one per copy."""
    if not each:
        return None
    low, high = (np.stack([getattr(known, end) for known in each]) for end in ("low", "high"))
    return crossed_median_interval(low, high, comparisons)


@lru_cache(maxsize=CACHED)
def gain_of_last_layer(table: Tolerances) -> Estimate | None:
    """Return how much more the last layer tolerates than with shuffled weights, octaves.

    The difference within each object; the interval is over the objects and the shuffled copies.
    """
    return _crossed(_gains_over_copies(table, -1))


@lru_cache(maxsize=CACHED)
def gains_by_layer(table: Tolerances) -> dict[str, Estimate | None]:
    """Return the same for every layer, with intervals that hold for all layers at once."""
    count = len(table.layers)
    return {
        name: _crossed(_gains_over_copies(table, index), count)
        for index, name in enumerate(table.layers)
    }


@dataclass(frozen=True)
class Places:
    """Pairs of neighboring layers, each named by the second.

    ``down``: where it has the larger stride; ``others``: elsewhere.
    """

    down: tuple[str, ...]
    others: tuple[str, ...]


def places_of(table: Tolerances) -> Places:
    """Return where a network down-samples between the layers of a table, and the other places."""
    strides = [table.network.layer(name).stride_px for name in table.layers]
    grows = [after > before for before, after in pairwise(strides)]
    named = list(zip(table.layers[1:], grows, strict=True))
    return Places(
        tuple(name for name, is_down in named if is_down),
        tuple(name for name, is_down in named if not is_down),
    )


def _median(gains: Limits, chosen: list[int]) -> Limits:
    """The median of some gains of one object; (1,) each."""
    low, high = (np.median(values[chosen], keepdims=True) for values in (gains.low, gains.high))
    return Limits(low, high)


def _is_comparable(octaves: Numbers) -> list[bool]:
    """Whether two neighbors can be compared, for (layers,): not where both are cut off."""
    return [
        not (np.isinf(before) and np.isinf(after)) and not np.isnan(before + after)
        for before, after in pairwise(octaves)
    ]


def _effect(octaves: Numbers, table: Tolerances, down: frozenset[str]) -> Limits:
    """How much more the tolerance of one object grows where the network down-samples; (1,)."""
    known = limits(octaves, table.protocol.range_octaves)
    gains = known.layers(slice(1, None)) - known.layers(slice(-1))
    comparable = [at for at, is_known in enumerate(_is_comparable(octaves)) if is_known]
    at_down = [at for at in comparable if table.layers[at + 1] in down]
    elsewhere = [at for at in comparable if table.layers[at + 1] not in down]
    if not at_down or not elsewhere:
        return Limits(np.array([-np.inf]), np.array([np.inf]))
    return _median(gains, at_down) - _median(gains, elsewhere)


def effects(octaves: Numbers, table: Tolerances) -> Limits:
    """Return how much more the tolerance grows where a network down-samples than elsewhere.

    ``octaves``: float64 (objects, layers), of one copy. Within each object, the median change from
    one layer to the next where the stride grows, less the median change elsewhere, (objects,).
    Neighbors that the range both cuts off are left out; nothing is known of an object without any
    pair of either kind.
    """
    down = frozenset(places_of(table).down)
    rows = [_effect(row, table, down) for row in octaves]
    return Limits(*(np.concatenate([getattr(row, end) for row in rows]) for end in ("low", "high")))


def effect(table: Tolerances) -> tuple[Estimate | None, int]:
    """Return :func:`effects` over the objects of which something is known, and their number."""
    known = effects(table.trained, table)
    is_known = np.isfinite(known.low) | np.isfinite(known.high)
    return Limits(known.low[is_known], known.high[is_known]).interval(), int(is_known.sum())


@lru_cache(maxsize=CACHED)
def effect_with_shuffled_weights(table: Tolerances) -> Estimate | None:
    """Return the same with shuffled weights, over objects and copies."""
    return _crossed([effects(copy, table) for copy in table.shuffled])


def ranks(values: Sequence[float] | Numbers) -> Numbers:
    """Return the ranks of (n,) from 1 on; equal numbers share the mean of theirs."""
    _, group, count = np.unique(np.array(values), return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    mean_ranks: Numbers = (last - (count - 1) / 2)[group]
    return mean_ranks


def depth_correlation(octaves: Sequence[float] | Numbers) -> float | None:
    """Return Spearman's rank correlation of depth with tolerance, -1 to 1, for (layers,).

    Layers that the range cuts off share the largest rank. None with fewer than three layers, where
    all are equal, or where one is undefined.
    """
    values = np.asarray(octaves, dtype=np.float64)
    if len(values) < MIN_LAYERS or len(set(values)) == 1 or np.isnan(values).any():
        return None
    return float(np.corrcoef(np.arange(len(values)), ranks(values))[0, 1])


def depth_correlations(table: Tolerances) -> tuple[Estimate | None, int]:
    """Return the median correlation over the objects with its interval, and their number."""
    each = [depth_correlation(row) for row in table.trained]
    known = np.array([value for value in each if value is not None])
    return (median_interval(known) if len(known) else None), len(known)
