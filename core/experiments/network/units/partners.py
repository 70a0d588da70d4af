"""Does another unit respond instead when the size changes? A cross-validated test.

For a unit ``u`` and a change of size by ``k`` octaves: is its response at size ``s`` followed
better, over pictures and sizes, by its own response at ``s * 2**k`` or by that of its best other
unit ``v`` of the layer? The best of hundreds always looks good on the pictures that it was chosen
on, so ``v`` is chosen on half of the photographs and scored on the other, and back.

A unit is *reassigned* when ``v`` beats the unit itself by a margin. It is *copied* when ``v`` at
the other size also beats ``v`` at the unit's own size: else ``v`` is only a second unit of the same
size, of which a net with shuffled weights has many. It has a *scaled copy* when this holds for at
least half of many ways to halve the photographs: what holds for one of them is mostly chance.

Responses are compared by correlation, with every size's mean over the pictures taken off first:
nearly all units respond more to a larger object, which would make all of them similar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from ....networks.unit_responses import Response
from .matches import SplitHalf, permute_photographs, size_pairs, split_half
from .tuning import MIN_PHOTOGRAPHS, halves

Line = NDArray[np.float64]

OCTAVES = (-2, -1, 1, 2)
SPLITS = 8  # ways to halve the photographs, each used in both directions
COPY_FREQUENCY = 0.5  # of all ways to choose and to score, from which on a unit has a scaled copy
ERRORS = 3  # standard errors above chance, from which on a share is more than chance


@dataclass(frozen=True, eq=False)
class Shares:
    """What was found for one change of size.

    ``copy_frequency`` float64 (units,): the share of all ways to choose and to score in which the
    unit was copied; ``partner`` (units,): its most frequent partner. ``floor``: the share of units
    with a scaled copy when the pictures at the other size are permuted, so that nothing but size is
    left to be alike. Means over all ways of shares of units: ``reassigned`` and ``retained`` as in
    :class:`SplitHalf`; ``beaten_when_chosen``: what choosing and scoring on the same pictures would
    have called taken over. ``self_correlation``, ``partner_correlation``: median held-out
    correlations.
    """

    octaves: int
    copy_frequency: Line
    partner: NDArray[np.intp]
    floor: float
    reassigned: float
    retained: float
    beaten_when_chosen: float
    self_correlation: float
    partner_correlation: float

    @property
    def copies(self) -> float:
        """The share of units that have a scaled copy."""
        return float((self.copy_frequency >= COPY_FREQUENCY).mean())


@dataclass(frozen=True, eq=False)
class Partners:
    """The test of one layer. ``shares``: one for every change of size that the sweep holds."""

    layer: str
    units: int
    photographs: int
    shares: tuple[Shares, ...]

    def mean(self, octaves: int, field: str = "copies") -> float:
        """The mean of a field over the shares that change size by so much, up or down."""
        found = [getattr(one, field) for one in self.shares if abs(one.octaves) == octaves]
        return float(np.mean(found)) if found else float("nan")


def _often(found: list[SplitHalf]) -> Line:
    return np.asarray(np.mean([one.copied for one in found], axis=0))


def _most_frequent(found: list[SplitHalf]) -> NDArray[np.intp]:
    chosen = np.stack([one.partner for one in found], axis=1)
    return np.array([np.bincount(row).argmax() for row in chosen], dtype=np.intp)


def _shares(octaves: int, here: Response, there: Response, names: Sequence[str]) -> Shares:
    firsts = [halves(names, seed) for seed in range(SPLITS)]
    ways = [half for first in firsts for half in (first, ~first)]
    found = [split_half(here, there, way) for way in ways]
    chance = [split_half(here, there[permute_photographs(names, way)], way) for way in ways]
    return Shares(
        octaves=octaves,
        copy_frequency=_often(found),
        partner=_most_frequent(found),
        floor=float((_often(chance) >= COPY_FREQUENCY).mean()),
        reassigned=float(np.mean([one.reassigned for one in found])),
        retained=float(np.mean([one.retained for one in found])),
        beaten_when_chosen=float(np.mean([one.beaten_when_chosen for one in found])),
        self_correlation=float(np.median([one.self_correlation for one in found])),
        partner_correlation=float(np.median([one.partner_correlation for one in found])),
    )


def partners(
    layer: str,
    sizes_px: Line,
    response: Response,
    names: Sequence[str],
    octaves: Sequence[int] = OCTAVES,
) -> Partners:
    """The test of one layer from float32 (pictures, sizes, units).

    ``names``: the photograph that each picture was cut from; all pictures of one are in the same
    half. Changes of size that the sweep holds at no two sizes are left out.
    """
    shares = []
    for change in octaves:
        here, there = size_pairs(sizes_px, change)
        if here:
            shares.append(_shares(change, response[:, here], response[:, there], names))
    return Partners(layer, response.shape[2], len(set(names)), tuple(shares))


def above_chance(trained: Partners, shuffled: Partners, octaves: int) -> float:
    """The share of scaled copies above the larger control; 0 where it may be chance.

    The controls are permuted pictures and shuffled weights, and one unit where both have none; the
    difference must be more than :data:`ERRORS` standard errors of a share of so many units.
    """
    copies = trained.mean(octaves)
    chance = max(trained.mean(octaves, "floor"), shuffled.mean(octaves), 1 / trained.units)
    above = copies - chance
    return above if above > ERRORS * np.sqrt(chance * (1 - chance) / trained.units) else 0.0


def _verdict(trained: Partners, shuffled: Partners, octaves: int) -> str:
    above = above_chance(trained, shuffled, octaves)
    copies, floor = (trained.mean(octaves, name) for name in ("copies", "floor"))
    by = "an octave" if octaves == 1 else f"{octaves} octaves"
    how = "above chance" if above else "not above chance"
    return (
        f"over {by}, {formatting.percent(copies)} have a scaled copy (permuted pictures "
        f"{formatting.percent(floor)}, shuffled weights "
        f"{formatting.percent(shuffled.mean(octaves))}), {how}; "
        f"{formatting.percent(trained.mean(octaves, 'retained'))} are predicted better "
        "by themselves"
    )


def changes(tested: Partners) -> list[int]:
    """List the changes of size that were tested, in octaves, up and down together, ascending."""
    return sorted({abs(share.octaves) for share in tested.shares})


def describe(trained: Partners, shuffled: Partners) -> str:
    """Say whether the units of one layer have scaled copies (H1)."""
    if trained.photographs < MIN_PHOTOGRAPHS:
        return (
            f"Pictures from {trained.photographs} photographs are too few to look for scaled "
            f"copies; at least {MIN_PHOTOGRAPHS} are needed."
        )
    known = changes(trained)
    if not known:
        return "No two of these sizes are an octave apart, so scaled copies cannot be tested."
    verdicts = "; ".join(_verdict(trained, shuffled, octaves) for octaves in known)
    names = ("self_correlation", "partner_correlation")
    self_correlation, partner_correlation = (trained.mean(known[0], name) for name in names)
    return (
        f"Of {trained.units} units at {trained.layer}, with each partner chosen on half of the "
        f"photographs and scored on the other half: {verdicts}. At the smallest change, the median "
        f"unit's correlation is {self_correlation:.2f} with itself and {partner_correlation:.2f} "
        "with its best other unit."
    )
