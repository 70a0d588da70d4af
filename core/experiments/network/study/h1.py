"""Sentences on H1, separate filters for each size, from the measurements of one network.

They are about this network and these pictures only, and name the measurements that are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .... import formatting
from ....networks import Network
from ..units.kernel_copies import Copies, exceeds_chance
from ..units.partners import Partners, above_chance, changes
from ..units.tuning import Tuning, exceeds_control

H1 = "H1, separate filters for each size"
MIN_FRACTION = 0.1  # of a layer's units: from here on, a part of the network

Tunings = Mapping[str, tuple[Tuning, Tuning]]
Tests = Mapping[str, tuple[Partners, Partners]]


@dataclass(frozen=True)
class Evidence:
    """The measurements so far, each of the trained network and of its shuffled control.

    ``tunings``, ``tests`` and ``kernels`` are by layer; the last is empty for a network without
    large depthwise kernels. None for what is missing.
    """

    network: Network
    tunings: Tunings | None = None
    tests: Tests | None = None
    kernels: Mapping[str, Copies] | None = None


def _name(network: Network) -> str:
    return network.title.split(",")[0]


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
