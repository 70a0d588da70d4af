"""Sentences on the hypotheses H1 and H2, computed from the measurements of one network.

They are about this network and these pictures only, and name the measurements that are missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .... import formatting
from ....networks import Network
from ..sweep import Result
from ..sweep_sentences import object_name, tolerances
from ..units.kernel_copies import Copies, exceeds_chance
from ..units.partners import Partners, above_chance, changes
from ..units.tuning import Tuning, exceeds_control

H1 = "H1, separate filters for each size"
H2 = "H2, down-sampling generalizes over sizes"
MIN_FRACTION = 0.1  # of a layer's units: from here on, a part of the network
MIN_GAIN_OCTAVES = 0.1  # a smaller gain of tolerance counts as none

Tunings = Mapping[str, tuple[Tuning, Tuning]]
Tests = Mapping[str, tuple[Partners, Partners]]
Sweeps = tuple[Result, Result]


@dataclass(frozen=True)
class Evidence:
    """The measurements so far, each of the trained network and of its shuffled control.

    ``tunings``, ``tests`` and ``kernels`` are by layer; the last is empty for a network without
    large depthwise kernels. None for what is missing.
    """

    network: Network
    sweeps: Sweeps | None = None
    tunings: Tunings | None = None
    tests: Tests | None = None
    kernels: Mapping[str, Copies] | None = None


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


def h2_verdict(evidence: Evidence) -> str:
    """Say what was measured about H2, or what is missing."""
    if evidence.sweeps is None:
        return f"{H2}: not measured yet: what the layers keep across sizes."
    trained, shuffled = (gains(result) for result in evidence.sweeps)
    name, halving = _name(evidence.network), trained.halving
    if not halving:
        return f"{H2}: no two layers of {name} around a down-sampling can be compared here."
    return (
        f"{H2}: {name} down-samples by {_down_sampling(evidence.network)}; {len(halving)} such "
        "layers can be compared with the one before. There, how far "
        f"{_object(evidence)} may shrink changes by {_octaves(min(halving))} to "
        f"{_octaves(max(halving))} octaves, median {_octaves(_median(halving))} "
        f"({_comparison(trained, shuffled)}). "
        f"{_conclusion(trained, shuffled)} Its last layer tolerates {trained.last:.1f} octaves of "
        f"shrinking, {shuffled.last:.1f} with shuffled weights."
    )


def _object(evidence: Evidence) -> str:
    return "" if evidence.sweeps is None else object_name(evidence.sweeps[0])


def _preferred_sizes(tunings: Tunings) -> str:
    count = sum(exceeds_control(*pair) for pair in tunings.values())
    return (
        f"In {count} of {len(tunings)} layers, the sizes that units prefer carry over to other "
        "pictures, clearly better than with shuffled weights."
    )


def max_copies(tests: Tests) -> tuple[int, float, str]:
    """Find where units have scaled copies at another size more often than by chance.

    Returns the number of such layers, the largest fraction of units with a copy, and its layer.
    """
    above = [
        (pair[0].mean(octaves), name)
        for name, pair in tests.items()
        for octaves in changes(pair[0])
        if above_chance(*pair, octaves) > 0
    ]
    if not above:
        return 0, 0.0, ""
    fraction, name = max(above)
    return len({layer for _, layer in above}), fraction, name


def _copied_units(tests: Tests) -> str:
    count, fraction, name = max_copies(tests)
    if not count:
        return f"In none of {len(tests)} layers do more units than by chance have a scaled copy."
    return (
        f"In {count} of {len(tests)} layers, more units than by chance have a scaled copy: up to "
        f"{formatting.percent(fraction)} ({name})."
    )


def _copied_kernels(kernels: Mapping[str, Copies]) -> str:
    if not kernels:
        return "It has no depthwise kernels of 5 x 5 cells or more to compare."
    names = [name for name, copies in kernels.items() if exceeds_chance(copies)]
    where = formatting.join_with_and(names) if names else "none"
    return f"Among the kernels of {len(kernels)} layers, scaled copies stand out in {where}."


def _missing(evidence: Evidence) -> list[str]:
    needed = {
        "which sizes units prefer": evidence.tunings,
        "whether other units take over": evidence.tests,
        "the kernels": evidence.kernels,
    }
    return [name for name, measured in needed.items() if measured is None]


def _separate_filters(evidence: Evidence) -> str:
    """The conclusion, empty while a measurement is missing."""
    if evidence.tests is None or evidence.kernels is None:
        return ""
    fraction = max_copies(evidence.tests)[1]
    stands = any(exceeds_chance(copies) for copies in evidence.kernels.values())
    if not fraction and not stands:
        return "So nothing here suggests separate filters for each size."
    if fraction < MIN_FRACTION and not stands:
        return (
            "So a few units may be copies of others at another size, but the network as a whole "
            "does not handle size this way."
        )
    return "So part of this network does hold the same filters at more than one size."


def h1_verdict(evidence: Evidence) -> str:
    """Say what was measured about H1, and what is missing."""
    sentences = []
    if evidence.tunings is not None:
        sentences.append(_preferred_sizes(evidence.tunings))
    if evidence.tests is not None:
        sentences.append(_copied_units(evidence.tests))
    if evidence.kernels is not None:
        sentences.append(_copied_kernels(evidence.kernels))
    missing = formatting.join_with_and(_missing(evidence))
    if not sentences:
        return f"{H1}: not measured yet: {missing}."
    rest = f"Not measured yet: {missing}." if missing else ""
    parts = (
        f"measured on {_name(evidence.network)}.",
        *sentences,
        _separate_filters(evidence),
        rest,
    )
    return f"{H1}: {' '.join(part for part in parts if part)}"
