"""What is going on in a filter result, said in words that are computed from its numbers."""

from __future__ import annotations

import math

from ... import formatting
from .run import Result, Tuned
from .scene import Scene, poolings
from .spec import Spec
from .tuning import LEAST_PX, Curve

ALIKE = 0.1  # an index up to this means that size does not matter
STAYED = 0.15  # octaves: a curve that moved by less has stayed
EXACT = 1e-6  # a deviation below this is rounding

BELOW = {
    "layers-of-blur": "With a blur, ReLU and {pool} pooling in every layer below the filter",
    "layers-of-filter": "With the filter, ReLU and {pool} pooling repeated",
    "pool-then-filter": "With {pool} pooling before the filter",
    "filter-then-pool": "With {pool} pooling after the filter",
}


def verdict(name: str, curve: Curve) -> str:
    """Whether size matters to one filter."""
    index = curve.size_matters
    if curve.is_silent:
        return f"{name} answers nothing at any size."
    if index is None:
        return f"For {name} there are too few sizes from 2 px on to say whether size matters."
    if index <= ALIKE:
        return f"{name} answers every size from 2 px on alike: to it, size does not matter."
    if _stays_high(curve):
        start = formatting.pixels(curve.preferred_px or 0)
        return f"{name} answers every size from {start} on alike, and smaller ones less."
    prefers = f"{name} answers {formatting.pixels(curve.preferred_px or 0)} most"
    if curve.bandwidth_octaves is None:
        return f"{prefers}; {cut_off(curve)} (it loses {formatting.percent(index)} of its peak)."
    return (
        f"{prefers} and half as much within {curve.bandwidth_octaves:.1f} octaves around it: "
        "to it, size matters."
    )


def _stays_high(curve: Curve) -> bool:
    """Whether the curve keeps its height from the preferred size on."""
    after = curve.peak.median[curve.sizes_px >= (curve.preferred_px or 0)]
    return len(after) > 1 and bool(after.min() >= (1 - ALIKE) * after.max())


def cut_off(curve: Curve) -> str:
    """Where the range of sizes ends before the curve has fallen to half."""
    low, high = curve.half_heights_px
    ends = [name for name, at in (("below", low), ("above", high)) if at is None]
    if not ends or curve.is_silent:
        return ""
    return f"its curve does not fall to half {formatting.join_with_and(ends)} within this range"


def verdicts(spec: Spec, curves: tuple[Curve, ...]) -> str:
    """What every curve says."""
    return " ".join(verdict(*one) for one in zip(spec.names, curves, strict=True))


def here(spec: Spec, scene: Scene) -> str:
    """How strongly every filter answers the present scene or photograph."""
    answers = []
    for one in scene.passages:
        if one.pooling.level == 0:
            peak = max(0.0, float(one.maps[one.shown].max()))
            answers.append(f"{one.name} {peak:.2f}")
    if scene.thing is None:
        return f"In this picture the peaks are: {formatting.join_with_and(answers)}."
    return f"Here, at {formatting.pixels(spec.size_px)}, the peaks are: {formatting.join_with_and(answers)}."


def notes(spec: Spec, scene: Scene) -> str:
    """What a person would otherwise puzzle over."""
    if scene.thing is None:
        return (
            f"In gray, its mean of {scene.level:.2f} taken off. The curves are not about it: they "
            f"are about a {spec.object}, alone."
        )
    if spec.size_px < LEAST_PX:
        return f"Below {formatting.pixels(LEAST_PX)} a thing has no shape, only brightness."
    return ""


def moved(one: Tuned) -> tuple[str, list[float]] | None:
    """Which part of the curve can be followed, and by how many octaves it moved at every level.

    Its middle between the half heights; where the range cuts that off at some level, the one flank
    that all levels have; None where there is none.
    """
    halves = [level.half_heights_px for level in one.levels]
    parts: dict[str, list[float | None]] = {
        "": [level.centre_px for level in one.levels],
        "with its lower flank ": [low for low, _ in halves],
        "with its upper flank ": [high for _, high in halves],
    }
    for part, places in parts.items():
        known = [place for place in places if place is not None]
        if len(known) == len(places):
            return part, [math.log2(place / known[0]) for place in known[1:]]
    return None


def _movement(one: Tuned) -> str:
    if one.curve.is_silent:
        return f"{one.name} answers nothing"
    if any(level.is_silent for level in one.levels):
        return f"{one.name} falls silent"
    if all((level.size_matters or 0) <= ALIKE for level in one.levels):
        return f"{one.name} stays flat"
    followed = moved(one)
    if followed is None:
        return f"{one.name} cannot be followed, since the range cuts its curve off"
    part, shifts = followed
    if all(abs(shift) < STAYED for shift in shifts):
        return f"{one.name} stays {part}where it was"
    same = len({shift > 0 for shift in shifts}) == 1
    towards = ("to larger sizes " if shifts[-1] > 0 else "to smaller sizes ") if same else ""
    steps = formatting.join_with_and([f"{abs(shift) if same else shift:.2f}" for shift in shifts])
    return f"{one.name} moves {part}{towards}by {steps} octaves"


def _law(spec: Spec) -> str:
    """What would be expected if pooling did nothing but shrink the picture."""
    if spec.order == "filter-then-pool":
        return "The filter has looked before anything was pooled."
    if spec.pool_stride == 1:
        return "With a stride of 1 the picture keeps its size."
    octaves = math.log2(spec.pool_stride)
    steps = formatting.join_with_and(
        [formatting.significant_digits(at * octaves) for at in range(1, spec.depth + 1)]
    )
    return (
        f"If pooling did nothing but make the picture {spec.pool_stride} times as small, it would "
        f"be {steps}."
    )


def levels(result: Result) -> str:
    """How far pooling has moved every curve, as measured."""
    spec = result.spec
    if spec.depth == 0:
        return "Nothing is pooled yet: raise the pooling levels to see whether tuning moves."
    told = "; ".join(_movement(one) for one in result.filters)
    begin = BELOW[spec.order].format(pool=spec.pool)
    span = poolings(1) if spec.depth == 1 else f"1 to {poolings(spec.depth)}"
    return f"{begin}, measured after {span}: {told}. {_law(spec)}"


def _off(fraction: float | None) -> str:
    if fraction is None:
        return "not defined"
    return "nothing" if fraction < EXACT else formatting.percent(fraction)


def growth(result: Result) -> str:
    """What is exact about a filter that grows with the object, and how far off it is between."""
    known = [one for one in result.filters if one.growth.whole_off is not None]
    if not known:
        return "None of these filters answers the object at the size from which it should grow."
    replicated = max(one.growth.replicated_off or 0 for one in known)
    whole = ", ".join(f"{one.name} {_off(one.growth.whole_off)}" for one in known)
    between = ", ".join(f"{one.name} {_off(one.growth.between_off)}" for one in known)
    return (
        "With the pixels of kernel and object both replicated, the peak is the same at every whole "
        f"factor (measured deviation at 2 and 3: {_off(replicated)}). With the object drawn anew, "
        f"the best alignment's peak is off at whole factors by at most: {whole}; between them by "
        f"at most: {between}."
    )
