"""Sentences on H2, down-sampling generalizes over sizes, from the sweeps of one network.

They are about this network and these pictures only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ....networks import Network
from ..sweep import Result
from ..sweep_sentences import object_name, tolerances

H2 = "H2, down-sampling generalizes over sizes"
MIN_GAIN_OCTAVES = 0.1  # a smaller gain of tolerance counts as none

Sweeps = tuple[Result, Result]  # with trained and with shuffled weights


@dataclass(frozen=True)
class Gains:
    """Changes of the tolerance from one layer to the next, in octaves.

    ``halving``: where the next layer has a larger stride; ``others``: everywhere else. ``last``:
    the last layer's tolerance, or the whole range where the sweep cuts it off.
    """

    halving: tuple[float, ...]
    others: tuple[float, ...]
    last: float


def gains(result: Result) -> Gains:
    """Compute the gains of one sweep; a tolerance that it cuts off counts as its whole range.

    Two neighbors that are both cut off cannot be compared and are left out.
    """
    strides = [result.setting.network.layer(name).stride_px for name in result.layers]
    is_cut_off = [layer.tolerance_octaves is None for layer in result.layers.values()]
    values = tolerances(result)
    halving: list[float] = []
    others: list[float] = []
    for index, (before, after) in enumerate(pairwise(values)):
        if not (is_cut_off[index] and is_cut_off[index + 1]):
            group = halving if strides[index + 1] > strides[index] else others
            group.append(after - before)
    return Gains(tuple(halving), tuple(others), values[-1])


def _octaves(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def _median(values: Sequence[float]) -> float:
    return float(np.median(np.array(values)))


def _name(network: Network) -> str:
    return network.title.split(",")[0]


def _down_sampling(network: Network) -> str:
    pools = any(layer.name.startswith("pool") for layer in network.layers)
    return "max-pooling" if pools else "strided convolution, without max-pooling"


def _conclusion(trained: Gains, shuffled: Gains) -> str:
    gain = _median(trained.halving)
    if gain < MIN_GAIN_OCTAVES:
        return "So down-sampling by itself does not make this network more tolerant of size."
    if trained.others and gain <= _median(trained.others):
        return "So tolerance grows with depth, but no more where it down-samples than elsewhere."
    if shuffled.halving and _median(shuffled.halving) >= gain:
        return "So down-sampling helps, but no more than with shuffled weights."
    return "So tolerance of size does grow where this network down-samples."


def _comparison(trained: Gains, shuffled: Gains) -> str:
    """The median gains that the one at down-sampling is compared with."""
    medians = [
        f"{_octaves(_median(values))} {where}"
        for values, where in (
            (trained.others, "between other layers"),
            (shuffled.halving, "in the same layers with shuffled weights"),
        )
        if values
    ]
    return ", ".join(medians) or "nothing to compare it with"


def h2_verdict(network: Network, sweeps: Sweeps | None) -> str:
    """Say what was measured about H2, or what is missing."""
    if sweeps is None:
        return f"{H2}: not measured yet: what the layers keep across sizes."
    trained, shuffled = (gains(result) for result in sweeps)
    name, halving = _name(network), trained.halving
    if not halving:
        return f"{H2}: no two layers of {name} around a down-sampling can be compared here."
    return (
        f"{H2}: {name} down-samples by {_down_sampling(network)}; {len(halving)} such "
        "layers can be compared with the one before. There, how far "
        f"{object_name(sweeps[0])} may shrink changes by {_octaves(min(halving))} to "
        f"{_octaves(max(halving))} octaves, median {_octaves(_median(halving))} "
        f"({_comparison(trained, shuffled)}). "
        f"{_conclusion(trained, shuffled)} Its last layer tolerates {trained.last:.1f} octaves of "
        f"shrinking, {shuffled.last:.1f} with shuffled weights."
    )
