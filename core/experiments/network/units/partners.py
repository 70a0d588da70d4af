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
    unit was copied; ``partner`` (units,): its most frequent partner. ``permuted_copies``: the share
    of units with a scaled copy when the pictures at the other size are permuted, so that nothing
    but size is left to be alike. Means over all ways of shares of units: ``reassigned`` and
    ``retained`` as in :class:`SplitHalf`; ``beaten_when_chosen``: the units that would be called
    reassigned if choosing and scoring used the same pictures. ``self_correlation``,
    ``partner_correlation``: median held-out correlations.
    """

    octaves: int
    copy_frequency: Line
    partner: NDArray[np.intp]
    permuted_copies: float
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
        values = [getattr(share, field) for share in self.shares if abs(share.octaves) == octaves]
        return float(np.mean(values)) if values else float("nan")


def _copy_frequency(splits: list[SplitHalf]) -> Line:
    return np.asarray(np.mean([split.copied for split in splits], axis=0))


def _most_frequent(splits: list[SplitHalf]) -> NDArray[np.intp]:
    chosen = np.stack([split.partner for split in splits], axis=1)
    return np.array([np.bincount(row).argmax() for row in chosen], dtype=np.intp)


def _shares(octaves: int, here: Response, there: Response, names: Sequence[str]) -> Shares:
    firsts = [halves(names, seed) for seed in range(SPLITS)]
    ways = [half for first in firsts for half in (first, ~first)]
    splits = [split_half(here, there, way) for way in ways]
    permuted = [split_half(here, there[permute_photographs(names, way)], way) for way in ways]
    return Shares(
        octaves=octaves,
        copy_frequency=_copy_frequency(splits),
        partner=_most_frequent(splits),
        permuted_copies=float((_copy_frequency(permuted) >= COPY_FREQUENCY).mean()),
        reassigned=float(np.mean([split.reassigned for split in splits])),
        retained=float(np.mean([split.retained for split in splits])),
        beaten_when_chosen=float(np.mean([split.beaten_when_chosen for split in splits])),
        self_correlation=float(np.median([split.self_correlation for split in splits])),
        partner_correlation=float(np.median([split.partner_correlation for split in splits])),
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
    permuted = trained.mean(octaves, "permuted_copies")
    chance = max(permuted, shuffled.mean(octaves), 1 / trained.units)
    above = copies - chance
    return above if above > ERRORS * np.sqrt(chance * (1 - chance) / trained.units) else 0.0


def _verdict(trained: Partners, shuffled: Partners, octaves: int) -> str:
    above = above_chance(trained, shuffled, octaves)
    copies, permuted = (trained.mean(octaves, name) for name in ("copies", "permuted_copies"))
    by = "an octave" if octaves == 1 else f"{octaves} octaves"
    how = "above chance" if above else "not above chance"
    return (
        f"over {by}, {formatting.percent(copies)} have a scaled copy (permuted pictures "
        f"{formatting.percent(permuted)}, shuffled weights "
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
