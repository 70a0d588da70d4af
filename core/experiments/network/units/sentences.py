"""Does the network make separate filters per size (H1)? The sentence over all of its layers."""

from __future__ import annotations

from collections.abc import Sequence

from .... import formatting
from .kernel_copies import Copies, exceeds_chance
from .partners import Partners, above_chance, changes
from .tuning import MIN_PHOTOGRAPHS

FEW = 0.05  # a share of units or kernels below this is next to none

Tested = Sequence[tuple[Partners, Partners]]


def _over(tested: Tested, octaves: int) -> str:
    above = {one.layer: above_chance(one, other, octaves) for one, other in tested}
    many = [layer for layer, share in above.items() if share]
    by = "an octave" if octaves == 1 else f"{octaves} octaves"
    if not many:
        return f"over {by} at none of {len(above)} places"
    best = max(many, key=lambda layer: above[layer])
    share = next(one.mean(octaves) for one, _ in tested if one.layer == best)
    return (
        f"over {by} at {len(many)} of {len(above)} places, at most {formatting.percent(share)} of the "
        f"units ({best})"
    )


def units(tested: Tested) -> str:
    """How many units have a scaled copy beyond chance, over all places: trained, shuffled each."""
    if not tested or tested[0][0].photographs < MIN_PHOTOGRAPHS:
        return "There are too few photographs to look for scaled copies among the units."
    known = changes(tested[0][0])
    if not known:
        return "No two of these sizes are an octave apart, so no scaled copies can be looked for."
    found = formatting.join_with_and([_over(tested, octaves) for octaves in known])
    retained = sum(one.mean(known[0], "retained") * one.units for one, _ in tested)
    share = retained / sum(one.units for one, _ in tested)
    return (
        f"Units with a scaled copy beyond chance: {found}. Over the smallest change "
        f"{formatting.percent(share)} of all units follow themselves better than their best "
        "other unit does."
    )


def kernels(layers: Sequence[Copies]) -> str:
    """In how many layers the kernels themselves hold more scaled copies than chance."""
    if not layers:
        return "This network has no depthwise kernels of 5 x 5 cells to compare."
    many = [one.layer for one in layers if exceeds_chance(one)]
    if not many:
        return (
            f"Depthwise kernels that are scaled copies of others, beyond chance and beyond plain "
            f"repeats: in none of {len(layers)} layers."
        )
    return (
        f"Depthwise kernels that are scaled copies of others, beyond chance and beyond plain "
        f"repeats: in {len(many)} of {len(layers)} layers ({formatting.join_with_and(many)})."
    )


def _headline(most: float) -> str:
    """``most``: the largest share above chance, of units or kernels, at any place."""
    if most == 0:
        return "No separate filters per size were found"
    if most < FEW:
        return "Next to no separate filters per size were found"
    return "Separate filters per size were found at some places"


def describe(tested: Tested, layers: Sequence[Copies]) -> str:
    """The verdict on H1 of this network and these pictures."""
    pairs = [(one, other, octaves) for one, other in tested for octaves in changes(one)]
    above = [above_chance(*pair) for pair in pairs]
    above += [one.rotated.above_95 - one.repeats.above_95 for one in layers if exceeds_chance(one)]
    headline = _headline(max(above, default=0.0))
    return f"{headline}, by these tests on these pictures. {units(tested)} {kernels(layers)}"
