"""Preferred sizes of a layer's units, and whether they are reproducible.

A map of units sorted by preferred size shows a diagonal whatever is in it, noise too. So the
pictures are split: one half gives the order, the other is drawn. What carries over from one to the
other is measured in :mod:`core.experiments.network.units.agreement`. All here are pure functions of
arrays ``response[picture, size, unit]`` as :mod:`core.networks.unit_responses` measures them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from ....errors import UserError
from ....networks.unit_responses import MIN_RESPONSE, Response

Curves = NDArray[np.float64]

MIN_PHOTOGRAPHS = 4  # with fewer, two halves have too little in them to be compared
MIN_UNITS = 8  # with fewer active units, a rank correlation says nothing


def halves(names: Sequence[str], seed: int = 0) -> NDArray[np.bool_]:
    """Which pictures are in the first half, bool (pictures,); the others are in the second.

    ``names``: the photograph that each picture was cut from. Pictures of one photograph stay
    together, since they are no independent evidence. Raises UserError for fewer than two
    photographs.
    """
    photographs = sorted(set(names))
    if len(photographs) < 2:
        raise UserError("the pictures come from one photograph; give at least two")
    chosen = np.random.default_rng(seed).permutation(len(photographs))[: len(photographs) // 2]
    first = {photographs[index] for index in chosen}
    return np.array([name in first for name in names])


def preferred_sizes(curves: Curves, sizes_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """The size at which each unit's tuning curve is largest, float64 (units,) in px.

    ``curves``: (sizes, units); ``sizes_px``: (sizes,) ascending. nan where a unit does not respond;
    of equal values the smallest size counts.
    """
    largest = sizes_px[curves.argmax(axis=0)].astype(np.float64)
    return np.where(curves.max(axis=0) > MIN_RESPONSE, largest, np.nan)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks (n,); equal values share their mean rank."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[which])


def spearman(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    """Spearman's rank correlation of two float64 (units,), in [-1, 1].

    Ties share their mean rank; units with nan on either side are left out. None with fewer than
    :data:`MIN_UNITS` left, or where all of one side are equal.
    """
    known = ~(np.isnan(first) | np.isnan(second))
    if known.sum() < MIN_UNITS:
        return None
    ranks = [_ranks(values[known]) for values in (first, second)]
    a, b = (values - values.mean() for values in ranks)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else None


@dataclass(frozen=True, eq=False)
class Tuning:
    """The units-by-size tuning map of one layer, and how far it can be trusted.

    ``sizes_px`` (sizes,) ascending. ``order`` (units,): unit numbers by preferred size on the
    first half. ``sorted_curves`` float64 (units, sizes), in that order: the mean response to the
    second half, divided by its own maximum over sizes; silent units are zero. ``first_px`` and
    ``second_px`` (units,), by unit number: preferred size on either half, nan for silence.
    ``photographs``: how many photographs stand behind it.
    """

    layer: str
    sizes_px: NDArray[np.float64]
    order: NDArray[np.intp]
    sorted_curves: Curves
    first_px: NDArray[np.float64]
    second_px: NDArray[np.float64]
    photographs: int

    @property
    def histogram(self) -> NDArray[np.intp]:
        """How many units prefer each size on the second half, (sizes,)."""
        return np.array([(self.second_px == size).sum() for size in self.sizes_px], dtype=np.intp)

    @property
    def inside_fraction(self) -> float:
        """The fraction of active units that prefer a size within the range, not at its ends."""
        active = self.histogram.sum()
        return float(self.histogram[1:-1].sum() / active) if active else 0.0


def _curves_and_preferred(
    sizes_px: NDArray[np.float64], response: Response, first: NDArray[np.bool_]
) -> tuple[Curves, list[NDArray[np.float64]]]:
    """The second half's mean curves (sizes, units), and preferred sizes on either half."""
    curves = [response[half].mean(axis=0, dtype=np.float64) for half in (first, ~first)]
    return curves[1], [preferred_sizes(curve, sizes_px) for curve in curves]


def tuning(
    layer: str,
    sizes_px: NDArray[np.float64],
    response: Response,
    names: Sequence[str],
    seed: int = 0,
) -> Tuning:
    """Measure the map of one layer from float32 (pictures, sizes, units).

    ``names`` as in :func:`halves`; ``seed`` chooses the halves that are drawn. A half's tuning
    curve is the mean over its pictures.
    """
    second, (first_px, second_px) = _curves_and_preferred(sizes_px, response, halves(names, seed))
    order = np.argsort(np.nan_to_num(first_px, nan=np.inf), kind="stable")
    height = second.max(axis=0)
    drawn = np.where(
        height > MIN_RESPONSE, np.maximum(second, 0) / np.maximum(height, MIN_RESPONSE), 0.0
    )
    return Tuning(
        layer=layer,
        sizes_px=sizes_px,
        order=order,
        sorted_curves=drawn.T[order],
        first_px=first_px,
        second_px=second_px,
        photographs=len(set(names)),
    )


def describe(trained: Tuning, compared: str = "") -> str:
    """Say whether the units of one layer prefer particular sizes.

    ``compared``: a sentence on what carries over to other photographs, more than with shuffled
    weights.
    """
    if trained.photographs < MIN_PHOTOGRAPHS:
        return (
            f"Pictures from {trained.photographs} photographs are too few to say whether units "
            f"prefer sizes; at least {MIN_PHOTOGRAPHS} are needed."
        )
    active = int(trained.histogram.sum())
    largest = trained.histogram[-1] / max(1, active)
    start = (
        f"At {trained.layer}, {formatting.percent(largest)} of {active} active units prefer the "
        f"largest size shown, and {formatting.percent(trained.inside_fraction)} a size within the "
        "range"
    )
    if trained.inside_fraction * active < MIN_UNITS:
        return f"{start}: too few to speak of filters for particular sizes."
    return f"{start}. {compared}".rstrip()
