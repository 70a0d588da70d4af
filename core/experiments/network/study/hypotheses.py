"""What the measurements of one network say of the hypotheses H1 and H2, in computed sentences.

They speak of this network and these pictures only, and say which measurement is still missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .... import formatting
from ....networks import Network
from ..sweep import Result
from ..sweep_sentences import thing_of, tolerances
from ..units.kernel_copies import Copies, stands_out
from ..units.partners import Partners, above_chance, changes
from ..units.tuning import Tuning, is_beyond

H1 = "H1, separate filters for each size"
H2 = "H2, down-sampling generalises over sizes"
MANY = 0.1  # of a layer's units
GAIN_OCTAVES = 0.1  # a gain of tolerance below this is none

Tunings = Mapping[str, tuple[Tuning, Tuning]]
Tests = Mapping[str, tuple[Partners, Partners]]
Sweeps = tuple[Result, Result]


@dataclass(frozen=True)
class Evidence:
    """What has been measured so far, each of the trained network and of its shuffled control.

    ``tunings`` and ``tests`` by place; ``kernels`` by place, empty for a network without large
    depthwise kernels. None for what is missing.
    """

    network: Network
    sweeps: Sweeps | None = None
    tunings: Tunings | None = None
    tests: Tests | None = None
    kernels: Mapping[str, Copies] | None = None


@dataclass(frozen=True)
class Gains:
    """Changes of the tolerance from one layer to the next, in octaves.

    ``halving``: where the next layer's cells are farther apart; ``others``: everywhere else.
    ``last``: the last layer's tolerance, the whole range where the sweep cuts it off.
    """

    halving: tuple[float, ...]
    others: tuple[float, ...]
    last: float


def gains(result: Result) -> Gains:
    """The gains of one sweep; a tolerance that the sweep cuts off counts as its whole range.

    Layers that are both cut off cannot be compared and are left out.
    """
    strides = [result.setting.network.layer(name).stride_px for name in result.layers]
    cut = [one.tolerance_octaves is None for one in result.layers.values()]
    values = tolerances(result)
    halving: list[float] = []
    others: list[float] = []
    for at, (before, after) in enumerate(pairwise(values)):
        if not (cut[at] and cut[at + 1]):
            (halving if strides[at + 1] > strides[at] else others).append(after - before)
    return Gains(tuple(halving), tuple(others), values[-1])


def _octaves(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def _median(values: Sequence[float]) -> float:
    return float(np.median(np.array(values)))


def _named(network: Network) -> str:
    return network.title.split(",")[0]


def _how(network: Network) -> str:
    pools = any(layer.name.startswith("pool") for layer in network.layers)
    return "max-pooling" if pools else "strided convolution, no max-pooling"


def _helps(ours: Gains, theirs: Gains) -> str:
    gain = _median(ours.halving)
    if gain < GAIN_OCTAVES:
        return "so down-sampling by itself does not make it more tolerant of size"
    if ours.others and gain <= _median(ours.others):
        return "so tolerance grows with depth, no more where it down-samples than elsewhere"
    if theirs.halving and _median(theirs.halving) >= gain:
        return "so down-sampling helps, but no more than in a net without training"
    return "so here tolerance of size does grow where it down-samples"


def _training(ours: Gains, theirs: Gains) -> str:
    return (
        f" Its last layer tolerates {ours.last:.1f} octaves of shrinking, with shuffled weights "
        f"{theirs.last:.1f}."
    )


def generalises(evidence: Evidence) -> str:
    """What was measured of H2, or what is missing."""
    if evidence.sweeps is None:
        return f"{H2}: not measured yet: what the layers keep across sizes."
    ours, theirs = (gains(result) for result in evidence.sweeps)
    net, thing = evidence.network, thing_of(evidence.sweeps[0])
    if not ours.halving:
        return f"{H2}: no two layers of {_named(net)} around a down-sampling can be compared here."
    least, most = min(ours.halving), max(ours.halving)
    beside = [
        f"{_octaves(_median(values))} {where}"
        for values, where in (
            (ours.others, "from layer to layer elsewhere"),
            (theirs.halving, "there with shuffled weights"),
        )
        if values
    ]
    return (
        f"{H2}: where {_named(net)} halves its resolution ({_how(net)}; {len(ours.halving)} places "
        f"can be compared), how far {thing} may shrink changes by {_octaves(least)} to "
        f"{_octaves(most)} octaves, the median {_octaves(_median(ours.halving))} "
        f"({', '.join(beside) or 'nothing to compare it with'}), {_helps(ours, theirs)}."
        f"{_training(ours, theirs)}"
    )


def _prefers(tunings: Tunings) -> str:
    sure = sum(is_beyond(*pair) for pair in tunings.values())
    return (
        f"in {sure} of {len(tunings)} layers the sizes that units prefer carry over to other "
        "pictures, surely better than with shuffled weights"
    )


def largest_copies(tests: Tests) -> tuple[int, float, str]:
    """Layers with more scaled copies than chance; the largest share of copies there, and where."""
    found = [
        (pair[0].mean(octaves), name)
        for name, pair in tests.items()
        for octaves in changes(pair[0])
        if above_chance(*pair, octaves) > 0
    ]
    if not found:
        return 0, 0.0, ""
    share, name = max(found)
    return len({one for _, one in found}), share, name


def _copied(tests: Tests) -> str:
    count, share, name = largest_copies(tests)
    if not count:
        return f"in none of {len(tests)} layers are scaled copies of units more than chance"
    return (
        f"in {count} of {len(tests)} layers more units than by chance have a scaled copy, at most "
        f"{formatting.percent(share)} of them ({name})"
    )


def _repeated(kernels: Mapping[str, Copies]) -> str:
    if not kernels:
        return "there are no depthwise kernels of five cells a side to compare"
    found = [name for name, one in kernels.items() if stands_out(one)]
    where = formatting.join_with_and(found) if found else "none"
    return f"among the kernels of {len(kernels)} layers, scaled copies stand out in {where}"


def _missing(evidence: Evidence) -> list[str]:
    needed = {
        "which sizes units prefer": evidence.tunings,
        "whether other units take over": evidence.tests,
        "the kernels": evidence.kernels,
    }
    return [name for name, one in needed.items() if one is None]


def _verdict(evidence: Evidence) -> str:
    if evidence.tests is None or evidence.kernels is None:
        return ""
    share = largest_copies(evidence.tests)[1]
    stands = any(stands_out(one) for one in evidence.kernels.values())
    if not share and not stands:
        return " So there is no sign of one filter for each size here."
    if share < MANY and not stands:
        return (
            " So a few units may be copies of others at another size; that is not how this network "
            "as a whole deals with size."
        )
    return " So a part of this network does hold its filters at more than one size."


def separates(evidence: Evidence) -> str:
    """What was measured of H1, and what is missing."""
    said = []
    if evidence.tunings is not None:
        said.append(_prefers(evidence.tunings))
    if evidence.tests is not None:
        said.append(_copied(evidence.tests))
    if evidence.kernels is not None:
        said.append(_repeated(evidence.kernels))
    missing = formatting.join_with_and(_missing(evidence))
    if not said:
        return f"{H1}: not measured yet: {missing}."
    rest = f" Not measured yet: {missing}." if missing else ""
    return f"{H1}: in {_named(evidence.network)}, {'; '.join(said)}.{_verdict(evidence)}{rest}"
