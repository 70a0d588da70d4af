"""Sentences on filter tuning, computed from the numbers of the result."""

from __future__ import annotations

import math

from ... import formatting
from ...filters.size_loss import MIN_SIZE_PX
from .run import FilterResult, Result
from .scene import Scene, count_pooling_layers
from .spec import Spec
from .tuning import TuningCurve

FLAT_BELOW = 0.1  # size selectivity up to this counts as flat
MIN_SHIFT_OCTAVES = 0.15  # a curve that shifted by less has not shifted
ROUNDING = 1e-6  # a deviation below this is rounding

STACKS = {
    "layers-of-blur": "With blur, ReLU and {pool} pooling in every layer below the filter",
    "layers-of-filter": "With filter, ReLU and {pool} pooling in every layer",
    "pool-then-filter": "With {pool} pooling before the filter",
    "filter-then-pool": "With {pool} pooling after the filter",
}


def verdict(name: str, curve: TuningCurve) -> str:
    """Say whether the response of one filter depends on size."""
    selectivity = curve.size_selectivity
    if curve.is_silent:
        return f"{name} does not respond at any size."
    if selectivity is None:
        return f"{name}: fewer than two sizes from 2 px on, too few to compare."
    if selectivity <= FLAT_BELOW:
        return f"{name} responds about equally from 2 px on: its response does not depend on size."
    if _stays_high(curve):
        start = formatting.pixels(curve.preferred_px or 0)
        return f"{name} responds about equally from {start} on, and less to smaller sizes."
    preferred = f"{name} responds most to {formatting.pixels(curve.preferred_px or 0)}"
    if curve.bandwidth_octaves is None:
        loss = formatting.percent(selectivity)
        return f"{preferred} and loses up to {loss} of that; {outside_range(curve)}."
    return (
        f"{preferred}, and at least half as much over {curve.bandwidth_octaves:.1f} octaves: "
        "its response depends on size."
    )


def _stays_high(curve: TuningCurve) -> bool:
    """Whether the curve keeps its height from the preferred size on."""
    after = curve.peak.median[curve.sizes_px >= (curve.preferred_px or 0)]
    return len(after) > 1 and bool(after.min() >= (1 - FLAT_BELOW) * after.max())


def outside_range(curve: TuningCurve) -> str:
    """Say where the range of sizes ends before the curve has fallen to half its maximum."""
    low, high = curve.half_maximum_px
    ends = [name for name, size in (("smaller", low), ("larger", high)) if size is None]
    if not ends or curve.is_silent:
        return ""
    return f"within this range it does not fall to half at {formatting.join_with_and(ends)} sizes"


def describe_curves(spec: Spec, curves: tuple[TuningCurve, ...]) -> str:
    """Say of every filter whether its response depends on size."""
    return " ".join(verdict(*pair) for pair in zip(spec.names, curves, strict=True))


def describe_peaks(spec: Spec, scene: Scene) -> str:
    """Say how strongly every filter by itself responds to the present scene or photograph."""
    peaks = []
    for response in scene.responses:
        if response.pooling.level == 0:
            peak = max(0.0, float(response.maps[response.shown_map].max()))
            peaks.append(f"{response.name} {peak:.2f}")
    if scene.placed is None:
        return f"Peak responses to this picture: {formatting.join_with_and(peaks)}."
    size = formatting.pixels(spec.size_px)
    return f"Peak responses at {size}, at this alignment: {formatting.join_with_and(peaks)}."


def scene_note(spec: Spec, scene: Scene) -> str:
    """Say what a reader would otherwise puzzle over; empty where there is nothing."""
    if scene.placed is None:
        return (
            f"Shown in gray, with its mean of {scene.level:.2f} subtracted. The tuning curves are "
            f"those of a {spec.object} alone."
        )
    if spec.size_px < MIN_SIZE_PX:
        return f"Below {formatting.pixels(MIN_SIZE_PX)} an object has no shape, only brightness."
    return ""


def shift_over_levels(result: FilterResult) -> tuple[str, list[float]] | None:
    """Which part of the curve can be compared, and by how many octaves it shifted at every level.

    The center between the half-maximum sizes; where the range cuts that off at some level, the one
    flank that all levels have; None where there is none.
    """
    halves = [level.half_maximum_px for level in result.levels]
    parts: dict[str, list[float | None]] = {
        "": [level.center_px for level in result.levels],
        "at its lower flank ": [low for low, _ in halves],
        "at its upper flank ": [high for _, high in halves],
    }
    for part, sizes in parts.items():
        known = [size for size in sizes if size is not None]
        if len(known) == len(sizes):
            return part, [math.log2(size / known[0]) for size in known[1:]]
    return None


def _describe_shift(result: FilterResult) -> str:
    if result.curve.is_silent:
        return f"{result.name} does not respond"
    if any(level.is_silent for level in result.levels):
        return f"{result.name} stops responding"
    if all((level.size_selectivity or 0) <= FLAT_BELOW for level in result.levels):
        return f"{result.name} stays flat"
    shift = shift_over_levels(result)
    if shift is None:
        reason = "the range does not hold its half-maximum sizes"
        return f"the shift of {result.name} is not measurable ({reason})"
    part, octaves = shift
    if all(abs(step) < MIN_SHIFT_OCTAVES for step in octaves):
        return f"{result.name} does not shift {part}".rstrip()
    same = len({step > 0 for step in octaves}) == 1
    towards = ("to larger sizes " if octaves[-1] > 0 else "to smaller sizes ") if same else ""
    steps = formatting.join_with_and([f"{abs(step) if same else step:.2f}" for step in octaves])
    return f"{result.name} shifts {part}{towards}by {steps} octaves"


def _expected_shift(spec: Spec) -> str:
    """What would be expected if pooling did nothing but shrink the picture."""
    if spec.order == "filter-then-pool":
        return "The filter comes before any pooling."
    if spec.pool_stride == 1:
        return "With a stride of 1 the picture keeps its size."
    octaves = math.log2(spec.pool_stride)
    steps = formatting.join_with_and(
        [formatting.significant_digits(level * octaves) for level in range(1, spec.depth + 1)]
    )
    return f"Pure down-sampling by {spec.pool_stride} per layer would shift it by {steps} octaves."


def describe_pooling(result: Result) -> str:
    """Say by how much pooling has shifted every curve, as measured."""
    spec = result.spec
    if spec.depth == 0:
        return "There is no pooling yet. Raise the pooling depth to see whether tuning shifts."
    shifts = "; ".join(_describe_shift(filtered) for filtered in result.filters)
    stack = STACKS[spec.order].format(pool=spec.pool)
    last = count_pooling_layers(spec.depth)
    span = {1: "", 2: "1 and "}.get(spec.depth, "1 to ") + last
    return f"{stack}, after {span}: {shifts}. {_expected_shift(spec)}"


def _deviation(fraction: float | None) -> str:
    if fraction is None:
        return "not defined"
    return "0 %" if fraction < ROUNDING else formatting.percent(fraction)


def _largest_deviations(deviations: list[tuple[str, float | None]]) -> str:
    return formatting.join_with_and([f"{_deviation(off)} for {name}" for name, off in deviations])


def describe_growth(result: Result) -> str:
    """Say what is exact about a filter that grows with the object, and the deviations between."""
    known = [filtered for filtered in result.filters if filtered.growth.whole_off is not None]
    if not known:
        return "None of these filters responds to the object at the size from which it would grow."
    replicated = max(filtered.growth.replicated_off or 0 for filtered in known)
    whole = _largest_deviations([(each.name, each.growth.whole_off) for each in known])
    between = _largest_deviations([(each.name, each.growth.between_off) for each in known])
    return (
        "With the pixels of both kernel and object replicated, the peak stays the same at every "
        f"integer factor (largest deviation at 2 and 3: {_deviation(replicated)}). With the object "
        "rendered anew, the largest deviation of the peak at the best alignment and integer "
        f"factors is {whole}. Between integer factors it is {between}."
    )
