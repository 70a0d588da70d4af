"""The verdict on separate filters per size (H1) over all layers of a network."""

from __future__ import annotations

from collections.abc import Sequence

from .... import formatting
from .kernel_copies import Copies, exceeds_chance
from .partners import Partners, above_chance, changes
from .tuning import MIN_PHOTOGRAPHS

FEW = 0.05  # a share of units or kernels below this counts as hardly any

Tested = Sequence[tuple[Partners, Partners]]


def _over(tested: Tested, octaves: int) -> str:
    above = {one.layer: above_chance(one, control, octaves) for one, control in tested}
    layers = [layer for layer, fraction in above.items() if fraction]
    by = "an octave" if octaves == 1 else f"{octaves} octaves"
    if not layers:
        return f"over {by} in none of {len(above)} layers"
    best = max(layers, key=lambda layer: above[layer])
    fraction = next(one.mean(octaves) for one, _ in tested if one.layer == best)
    return (
        f"over {by} in {len(layers)} of {len(above)} layers, at most "
        f"{formatting.percent(fraction)} of the units ({best})"
    )


def units(tested: Tested) -> str:
    """Say how many units have a scaled copy beyond chance; ``tested``: trained, shuffled each."""
    if not tested or tested[0][0].photographs < MIN_PHOTOGRAPHS:
        return "There are too few photographs to look for scaled copies among the units."
    known = changes(tested[0][0])
    if not known:
        return "No two of these sizes are an octave apart, so scaled copies cannot be tested."
    verdicts = formatting.join_with_and([_over(tested, octaves) for octaves in known])
    retained = sum(one.mean(known[0], "retained") * one.units for one, _ in tested)
    fraction = retained / sum(one.units for one, _ in tested)
    return (
        f"Units with a scaled copy beyond chance: {verdicts}. At the smallest change, "
        f"{formatting.percent(fraction)} of all units are predicted better by themselves than by "
        "their best other unit."
    )


def kernels(layers: Sequence[Copies]) -> str:
    """Say in how many layers the kernels hold more scaled copies than chance."""
    if not layers:
        return "This network has no depthwise kernels of 5 x 5 cells to compare."
    above = [copies.layer for copies in layers if exceeds_chance(copies)]
    start = (
        "Depthwise kernels that are scaled copies of others (beyond chance and beyond repeats at "
        "the same size):"
    )
    if not above:
        return f"{start} in none of {len(layers)} layers."
    return f"{start} in {len(above)} of {len(layers)} layers ({formatting.join_with_and(above)})."


def _headline(largest: float) -> str:
    """``largest``: the largest share above chance, of units or kernels, in any layer."""
    if largest == 0:
        return "No separate filters per size were found"
    if largest < FEW:
        return "Hardly any separate filters per size were found"
    return "Separate filters per size were found in some layers"


def describe(tested: Tested, layers: Sequence[Copies]) -> str:
    """Give the verdict on H1 for this network and these pictures."""
    tests = [(one, control, octaves) for one, control in tested for octaves in changes(one)]
    above = [above_chance(*test) for test in tests]
    above += [
        copies.rotated.above_95 - copies.repeats.above_95
        for copies in layers
        if exceeds_chance(copies)
    ]
    headline = _headline(max(above, default=0.0))
    return f"{headline} by these tests on these pictures. {units(tested)} {kernels(layers)}"
