"""Do the sizes that units prefer carry over to other photographs, more than without training?

A rank correlation of preferred sizes between halves of the photographs, the mean over several
halvings. These overlap, so their spread says little; the interval is that over photographs weighted
anew and over shuffled networks, and holds for all layers at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....evidence.phrases import basis_phrase, interval_phrase
from ....evidence.resampling import simultaneous_half_widths
from ....evidence.verdict import NO, YES, Basis, Estimate, Line, Verdict, judge, no_verdict
from ....networks.unit_responses import Response
from .tuning import halves, preferred_sizes, spearman

Values = NDArray[np.float64]

SPLITS = 8  # ways to halve the photographs, over which the correlation is averaged
QUESTION = "preferred-sizes-carry-over"
STEP = 0.01  # a smaller spread of a rank correlation is taken for this one
GAIN = Line("the difference of rank correlations from which on training counts", 0.1)


def agreement(
    sizes_px: Values, response: Response, names: Sequence[str], weights: Values | None = None
) -> float:
    """Rank correlation of preferred sizes between halves, the mean over :data:`SPLITS` halvings.

    ``response``: float32 (pictures, sizes, units); ``names``: the photograph of each picture;
    ``weights``: float64 (pictures,). nan where most halvings have none.
    """
    shares = np.ones(len(names)) if weights is None else weights
    found = []
    for seed in range(SPLITS):
        first = halves(names, seed)
        curves = [np.tensordot(shares[half], response[half], axes=1) for half in (first, ~first)]
        found.append(spearman(*(preferred_sizes(curve, sizes_px) for curve in curves)))
    known = [rho for rho in found if rho is not None]
    return float(np.mean(known)) if len(known) > SPLITS // 2 else float("nan")


@dataclass(frozen=True, eq=False)
class Agreements:
    """Rank correlations of all layers.

    ``trained`` float64 (layers,); ``shuffled`` (networks, layers). Under the same weightings of the
    photographs: ``trained_draws`` and ``shuffled_draws`` (draws, layers), of the shuffled networks
    in turn. nan where most halvings have none, as where all units prefer the largest size.
    """

    layers: tuple[str, ...]
    photographs: int
    trained: Values
    shuffled: Values
    trained_draws: Values
    shuffled_draws: Values

    @property
    def basis(self) -> Basis:
        """What a verdict on them rests on."""
        return Basis(
            pictures=self.photographs, networks=1,
            control_draws=len(self.trained_draws), seeds=len(self.shuffled),
        )  # fmt: skip


def verdicts(found: Agreements) -> Mapping[str, Verdict]:
    """By layer, whether preferred sizes carry over better than with shuffled weights.

    Where shuffled weights or other photographs give no order at all, the correlation counts as 0.
    """
    shuffled, shuffled_draws, draws = (
        np.nan_to_num(values)
        for values in (found.shuffled, found.shuffled_draws, found.trained_draws)
    )
    gains = found.trained - shuffled.mean(axis=0)
    widths = simultaneous_half_widths(draws - shuffled_draws, STEP)
    result = {}
    for layer, gain, width in zip(found.layers, gains.tolist(), widths.tolist(), strict=True):
        if np.isnan(gain):
            reason = "Too few units of this layer prefer different sizes."
            result[layer] = no_verdict(QUESTION, GAIN, Basis(), reason, layer)
        else:
            estimate = Estimate(gain, gain - width, gain + width)
            result[layer] = judge(QUESTION, estimate, GAIN, found.basis, layer)
    return result


def describe(verdict: Verdict) -> str:
    """Say what a verdict on one layer answers."""
    if verdict.estimate is None:
        return verdict.reason
    how = {
        YES: "carry over to other photographs better than with shuffled weights",
        NO: "carry over to other photographs no better than with shuffled weights",
    }.get(verdict.verdict)
    much = f"the rank correlation is {interval_phrase(verdict.estimate, '')} higher"
    line = f"the line is {GAIN.value:g}"
    if how is None:
        return (
            "Whether preferred sizes carry over to other photographs better than with shuffled "
            f"weights is undecided: {much}, and {line}."
        )
    return f"Preferred sizes {how}: {much}, and {line} ({basis_phrase(verdict.rests_on)})."
