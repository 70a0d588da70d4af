"""Sentences on filter tuning, made from its verdicts and from the numbers of the result."""

from __future__ import annotations

import math

from ... import formatting
from ...evidence.phrases import against_line, interval_phrase
from ...filters.size_loss import MIN_SIZE_PX, is_counted
from .growth import COUNT, REPLICATED, Growth
from .run import FilterResult, Result
from .scene import Scene, count_pooling_layers
from .spec import Spec
from .tuning import TuningCurve
from .verdicts import shift_over_levels, shift_verdict, size_verdict, stays_high

ROUNDING = 1e-6  # a deviation below this is rounding

STACKS = {
    "layers-of-blur": "With blur, ReLU and {pool} pooling in every layer below the filter",
    "layers-of-filter": "With filter, ReLU and {pool} pooling in every layer",
    "pool-then-filter": "With {pool} pooling before the filter",
    "filter-then-pool": "With {pool} pooling after the filter",
}


def sizes_phrase(curve: TuningCurve, from_px: float = 0) -> str:
    """Name the sizes that were compared: 'the 13 sizes tried from 2 px to 128 px'."""
    compared = is_counted(curve.sizes_px) & (curve.sizes_px >= from_px)
    tried = [formatting.pixels(size) for size in curve.sizes_px[compared]]
    if len(tried) <= 2:
        return formatting.join_with_and(tried)
    return f"the {len(tried)} sizes tried from {tried[0]} to {tried[-1]}"


def describe_curve(name: str, curve: TuningCurve) -> str:
    """Say whether the response of one filter depends on size, and over which sizes."""
    verdict = size_verdict(name, curve)
    if verdict.estimate is None:
        return f"{name}: {verdict.reason[0].lower()}{verdict.reason[1:]}"
    sizes = sizes_phrase(curve)
    if verdict.is_no:
        return (
            f"{name} responds about equally at {sizes}: there, its response does not depend on "
            "size."
        )
    if verdict.is_undecided:
        return (
            f"Whether the response of {name} depends on size is undecided: at {sizes} it loses "
            f"{against_line(verdict)}."
        )
    if stays_high(name, curve):
        start = curve.preferred_px or 0
        return (
            f"{name} responds about equally at {sizes_phrase(curve, start)}, and less at smaller "
            "sizes tried: its response depends on size."
        )
    preferred = (
        f"{name} responds most to {formatting.pixels(curve.preferred_px or 0)} of the "
        f"{len(curve.sizes_px)} sizes tried (median over {curve.peak.alignments} alignments)"
    )
    if curve.bandwidth_octaves is None:
        loss = interval_phrase(verdict.estimate, verdict.line.unit)
        return (
            f"{preferred}. Over the sizes from 2 px on, it loses {loss} of its largest response: "
            f"its response depends on size. {_sentence(outside_range(curve))}"
        ).rstrip()
    return (
        f"{preferred}, and at least half as much over {curve.bandwidth_octaves:.1f} octaves: "
        "its response depends on size."
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def outside_range(curve: TuningCurve) -> str:
    """Say where the range of sizes ends before the curve has fallen to half its maximum."""
    if curve.is_silent:
        return ""
    low, high = curve.half_maximum_px
    ends = [
        ("smaller", low, curve.preferred_px == curve.sizes_px[0]),
        ("larger", high, curve.preferred_px == curve.sizes_px[-1]),
    ]
    stays = [name for name, half, is_end in ends if half is None and not is_end]
    untried = [name for name, half, is_end in ends if half is None and is_end]
    parts = []
    if stays:
        sizes = formatting.join_with_and(stays)
        parts.append(f"within this range it does not fall to half at {sizes} sizes")
    if untried:
        parts.append(f"no {formatting.join_with_and(untried)} sizes were tried")
    return "; ".join(parts)


def describe_curves(spec: Spec, curves: tuple[TuningCurve, ...]) -> str:
    """Say of every filter whether its response depends on size."""
    return " ".join(describe_curve(*pair) for pair in zip(spec.names, curves, strict=True))


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


def describe_shift(result: FilterResult) -> str:
    """Say by how much pooling shifted one curve, without a full stop."""
    verdict = shift_verdict(result)
    if verdict.estimate is None:
        return f"{verdict.reason[0].lower()}{verdict.reason[1:]}".rstrip(".")
    shift = shift_over_levels(result)
    assert shift is not None
    if verdict.is_no:
        return f"{result.name} does not shift {shift.part}".rstrip()
    if verdict.is_undecided:
        where = f" {shift.part}".rstrip()
        return f"whether {result.name} shifts{where} is undecided: {against_line(verdict)}"
    octaves = shift.octaves
    same = len({step > 0 for step in octaves}) == 1
    towards = ("to larger sizes " if octaves[-1] > 0 else "to smaller sizes ") if same else ""
    steps = formatting.join_with_and([f"{abs(step) if same else step:.2f}" for step in octaves])
    return f"{result.name} shifts {shift.part}{towards}by {steps} octaves"


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
    shifts = "; ".join(describe_shift(filtered) for filtered in result.filters)
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


def _factors(growth: Growth, whole: bool) -> str:
    tried = [
        formatting.significant_digits(factor)
        for factor, is_whole in zip(growth.factors.tolist(), growth.is_whole, strict=True)
        if is_whole == whole
    ]
    return f"the {len(tried)} tried, {tried[0]} to {tried[-1]}"


def describe_growth(result: Result) -> list[str]:
    """Say what stays the same for a filter that grows with the object, at the factors tried."""
    known = [filtered for filtered in result.filters if filtered.growth.whole_off is not None]
    if not known:
        return ["None of these filters responds to the object at the size where it would grow."]
    growth = known[0].growth
    replicated = [(each.name, each.growth.replicated_off) for each in known]
    whole = [(each.name, each.growth.whole_off) for each in known]
    between = [(each.name, each.growth.between_off) for each in known]
    factors = formatting.join_with_and([str(factor) for factor in REPLICATED])
    return [
        f"With the pixels of both kernel and object replicated, at factors {factors}, the peak "
        f"deviates by at most {_largest_deviations(replicated)}.",
        f"With the object rendered anew, at integer factors ({_factors(growth, True)}), the peak "
        f"at the best of {COUNT**2} alignments deviates by at most {_largest_deviations(whole)}.",
        f"Between integer factors ({_factors(growth, False)}), the largest deviation is "
        f"{_largest_deviations(between)}.",
    ]
