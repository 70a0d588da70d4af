"""All comparisons of a network's units with chance: layers by changes of size (H1).

The verdict is about the largest share of a layer's units with a scaled copy, less what chance
gives. Chance is the larger of two controls: the pictures permuted, and shuffled weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....evidence.resampling import chance_limit, outer_quantiles
from ....evidence.verdict import Basis, Estimate, Line, Verdict, judge, no_verdict
from .partners import Partners, Shares

Values = NDArray[np.float64]

QUESTION = "separate-filters-per-size"
PART = Line(
    "the share of a layer's units from which on filters are separate for each size", 0.1, "%"
)


@dataclass(frozen=True, eq=False)
class ScaledCopies:
    """Shares of units with a scaled copy; a comparison is a layer and a change of size.

    By comparison: ``layers``, ``octaves`` and ``units``, the layer's number of units. ``copies``
    float64 (comparisons,): the trained network's share; ``permuted`` (draws, comparisons): with the
    pictures permuted; ``shuffled`` (networks, comparisons): with shuffled weights; ``reweighted``
    (draws, comparisons): with the photographs weighted anew.
    """

    layers: tuple[str, ...]
    octaves: tuple[int, ...]
    units: NDArray[np.intp]
    photographs: int
    copies: Values
    permuted: Values
    shuffled: Values
    reweighted: Values

    @property
    def control(self) -> Values:
        """The larger of both controls, (draws, comparisons): each draw with one of the networks."""
        turns = np.arange(len(self.permuted)) % len(self.shuffled)
        return np.asarray(np.maximum(self.permuted, self.shuffled[turns]))

    @property
    def chance(self) -> Values:
        """What chance gives in the mean, (comparisons,)."""
        return np.asarray(self.control.mean(axis=0))

    @property
    def limit(self) -> Values:
        """What chance gives at most, corrected for the number of comparisons, (comparisons,)."""
        return chance_limit(self.control, 1 / self.units)

    @property
    def excess(self) -> Values:
        """The share above what chance gives in the mean, (comparisons,)."""
        return np.asarray(self.copies - self.chance)

    @property
    def is_above_chance(self) -> NDArray[np.bool_]:
        """Whether the share is above the limit of chance, (comparisons,)."""
        return np.asarray(self.copies > self.limit)

    @property
    def layers_above_chance(self) -> list[str]:
        """The layers that hold more scaled copies than chance, in order."""
        above = {
            layer
            for layer, is_above in zip(self.layers, self.is_above_chance, strict=True)
            if is_above
        }
        return [layer for layer in dict.fromkeys(self.layers) if layer in above]

    @property
    def largest(self) -> int:
        """The comparison with the largest excess."""
        return int(self.excess.argmax())

    @property
    def basis(self) -> Basis:
        """What a verdict on them rests on."""
        return Basis(
            pictures=self.photographs, networks=1,
            control_draws=len(self.permuted), seeds=len(self.shuffled),
        )  # fmt: skip


def _share(test: Partners, octaves: int) -> Shares:
    return next(share for share in test.shares if share.octaves == octaves)


def compare(trained: Sequence[Partners], shuffled: Sequence[Sequence[Partners]]) -> ScaledCopies:
    """Put the tests of all layers together; ``shuffled``: those of each shuffled network.

    Raises ValueError without a shuffled network.
    """
    if not shuffled:
        raise ValueError("there is no shuffled network; give at least one")
    rows = [(index, share) for index, test in enumerate(trained) for share in test.shares]
    return ScaledCopies(
        layers=tuple(trained[index].layer for index, _ in rows),
        octaves=tuple(share.octaves for _, share in rows),
        units=np.array([trained[index].units for index, _ in rows], dtype=np.intp),
        photographs=trained[0].photographs,
        copies=np.array([share.copies for _, share in rows]),
        permuted=np.stack([share.permuted_copies for _, share in rows], axis=1),
        shuffled=np.array(
            [
                [_share(copy[index], share.octaves).copies for index, share in rows]
                for copy in shuffled
            ]
        ),
        reweighted=np.stack([share.reweighted_copies for _, share in rows], axis=1),
    )


def largest_excess(found: ScaledCopies) -> Estimate:
    """The largest excess over chance of all comparisons, with its interval.

    The upper limit is the largest excess when the photographs are weighted anew. For the lower
    limit, what chance gives at most is taken off in place of what it gives in the mean, so that the
    answer is never yes where no layer is above chance.
    """
    value = float(found.excess.max())
    _, high = outer_quantiles((found.reweighted - found.chance).max(axis=1))
    low, _ = outer_quantiles((found.reweighted - found.limit).max(axis=1))
    beyond = float((found.copies - found.limit).max())
    return Estimate(value, min(low, beyond, value), max(high, value))


def separate_filters(found: ScaledCopies | None, reason: str = "") -> Verdict:
    """Answer whether the network holds separate filters for each size (H1).

    ``found``: None where the units were not measured; ``reason`` then says why, one sentence.
    """
    if found is None or not len(found.copies):
        text = reason or "No two of these sizes are an octave apart."
        return no_verdict(QUESTION, PART, Basis(), text)
    return judge(QUESTION, largest_excess(found), PART, found.basis)
