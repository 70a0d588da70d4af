"""Does another unit respond instead when the size changes? A cross-validated test.

For a unit ``u`` and a change of size by ``k`` octaves: is its response at size ``s`` followed
better, over pictures and sizes, by its own response at ``s * 2**k`` or by that of its best other
unit ``v`` of the layer? The best of hundreds always looks good on the pictures that it was chosen
on, so ``v`` is chosen on half of the photographs and scored on the other, and back.

A unit is *reassigned* when ``v`` beats the unit itself by a margin. It is *copied* when ``v`` at
the other size also beats ``v`` at the unit's own size: else ``v`` is only a second unit of the same
size, of which a net with shuffled weights has many. It has a *scaled copy* when this holds for at
least half of many ways to halve the photographs: what holds for one of them is mostly chance.

Chance repeats itself over halvings of the same pictures. So one permutation of the photographs at
the other size is kept for all halvings, which leaves nothing but size to be alike; many such
permutations show how many copies chance alone gives. With the photographs weighted anew many times,
the same test shows what other photographs would give.

Responses are compared by correlation, with every size's mean over the pictures taken off first:
nearly all units respond more to a larger object, which would make all of them similar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from ....evidence.resampling import cluster_weights
from ....networks.unit_responses import Response
from .matches import SplitHalf, permute_photographs, size_pairs, split_half
from .tuning import MIN_PHOTOGRAPHS, halves

Line = NDArray[np.float64]
Ways = tuple[tuple[SplitHalf, ...], tuple[SplitHalf, ...]]  # from small to large, and back

OCTAVES = (1, 2)
SPLITS = 32  # ways to halve the photographs, each used in both directions
DRAWS = 40  # permutations, and weightings of the photographs
COPY_FREQUENCY = 0.5  # of all ways to choose and to score, from which on a unit has a scaled copy


@dataclass(frozen=True, eq=False)
class Shares:
    """What was found for one change of size, the mean over up and down.

    All are shares of units. ``copies``: with a scaled copy; ``permuted_copies`` float64 (draws,):
    the same when the photographs at the other size are permuted; ``reweighted_copies`` (draws,):
    when the photographs are weighted anew. Means over all ways: ``reassigned`` and ``retained`` as
    in :class:`SplitHalf`; ``beaten_when_chosen``: the units that would be called reassigned if
    choosing and scoring used the same pictures. ``self_correlation``, ``partner_correlation``:
    median held-out correlations.
    """

    octaves: int
    copies: float
    permuted_copies: Line
    reweighted_copies: Line
    reassigned: float
    retained: float
    beaten_when_chosen: float
    self_correlation: float
    partner_correlation: float


@dataclass(frozen=True, eq=False)
class Partners:
    """The test of one layer. ``shares``: one for every change of size that the sweep holds."""

    layer: str
    units: int
    photographs: int
    shares: tuple[Shares, ...]

    def to_json(self) -> dict[str, Any]:
        """All numbers as JSON values, rounded to what they can tell."""
        shares = [
            {name: _rounded(value) for name, value in asdict(share).items()}
            for share in self.shares
        ]
        return {**asdict(self), "shares": shares}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Partners:
        """Read what :meth:`to_json` wrote."""

        def read(share: Mapping[str, Any]) -> Shares:
            lines = {
                name: np.array(share[name], dtype=np.float64)
                for name in ("permuted_copies", "reweighted_copies")
            }
            return Shares(**{**share, **lines})

        shares = tuple(read(share) for share in values["shares"])
        return cls(**{**values, "shares": shares})


def _rounded(value: Any) -> Any:
    rounded = np.round(value, 5)
    return rounded.tolist() if isinstance(value, np.ndarray) else type(value)(rounded)


def split_ways(
    small: Response,
    large: Response,
    firsts: Sequence[NDArray[np.bool_]],
    weights: Line | None = None,
) -> Ways:
    """Choose and score in all ways: on each first half and on the rest, and back.

    ``firsts``: bool (pictures,) each; other arguments as in :func:`split_half`.
    """
    both = [
        split_half(small, large, chosen, weights)
        for first in firsts
        for chosen in (first, ~first)
    ]  # fmt: skip
    return tuple(up for up, _ in both), tuple(down for _, down in both)


def copy_frequency(splits: Sequence[SplitHalf]) -> Line:
    """The share of all ways in which each unit was copied, float64 (units,)."""
    return np.asarray(np.mean([split.copied for split in splits], axis=0))


def most_frequent_partner(splits: Sequence[SplitHalf]) -> NDArray[np.intp]:
    """Each unit's most frequent partner, (units,)."""
    chosen = np.stack([split.partner for split in splits], axis=1)
    return np.array([np.bincount(row).argmax() for row in chosen], dtype=np.intp)


def share_of_copies(ways: Ways) -> float:
    """The share of units with a scaled copy, the mean over up and down."""
    return float(np.mean([(copy_frequency(one) >= COPY_FREQUENCY).mean() for one in ways]))


@dataclass(frozen=True, eq=False)
class Plan:
    """The same halvings, permutations and weightings for all layers of a network and its controls.

    ``firsts``: bool (pictures,) each; ``orders``: int (pictures,) each; ``weights``: float64
    (draws, pictures).
    """

    photographs: int
    firsts: tuple[NDArray[np.bool_], ...]
    orders: tuple[NDArray[np.intp], ...]
    weights: Line


def make_plan(names: Sequence[str], draws: int = DRAWS, splits: int = SPLITS) -> Plan:
    """Plan a test; ``names``: the photograph of each picture, which are never split."""
    return Plan(
        len(set(names)),
        tuple(halves(names, seed) for seed in range(splits)),
        tuple(permute_photographs(names, seed) for seed in range(draws)),
        cluster_weights(names, draws),
    )


def _shares(octaves: int, small: Response, large: Response, plan: Plan) -> Shares:
    ways = split_ways(small, large, plan.firsts)
    splits = [split for one in ways for split in one]
    permuted = [
        share_of_copies(split_ways(small, large[order], plan.firsts)) for order in plan.orders
    ]
    reweighted = [
        share_of_copies(split_ways(small, large, plan.firsts, weights)) for weights in plan.weights
    ]
    return Shares(
        octaves=octaves,
        copies=share_of_copies(ways),
        permuted_copies=np.array(permuted),
        reweighted_copies=np.array(reweighted),
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
    plan: Plan,
    octaves: Sequence[int] = OCTAVES,
) -> Partners:
    """The test of one layer from float32 (pictures, sizes, units).

    ``plan``: of these pictures. Changes of size that the sweep holds at no two sizes are left out.
    """
    shares = []
    for change in octaves:
        small, large = size_pairs(sizes_px, change)
        if small:
            shares.append(_shares(change, response[:, small], response[:, large], plan))
    return Partners(layer, response.shape[2], plan.photographs, tuple(shares))


def changes(tested: Partners) -> list[int]:
    """List the changes of size that were tested, in octaves, ascending."""
    return sorted(share.octaves for share in tested.shares)


def describe(tested: Partners) -> str:
    """Say how the units of one layer are followed at another size."""
    if tested.photographs < MIN_PHOTOGRAPHS:
        return (
            f"Pictures from {tested.photographs} photographs are too few to look for scaled "
            f"copies; at least {MIN_PHOTOGRAPHS} are needed."
        )
    if not tested.shares:
        return "No two of these sizes are an octave apart, so scaled copies cannot be tested."
    least = min(tested.shares, key=lambda share: share.octaves)
    by = "an octave" if least.octaves == 1 else f"{least.octaves} octaves"
    return (
        f"When the size changes by {by}, {formatting.percent(least.retained)} of the "
        f"{tested.units} units at {tested.layer} are predicted better by themselves than by their "
        f"best other unit. The median correlation is {least.self_correlation:.2f} with the unit "
        f"itself and {least.partner_correlation:.2f} with that other unit."
    )
