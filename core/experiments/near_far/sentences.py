"""Sentences that describe a near-far result, made from its verdicts and numbers."""

from __future__ import annotations

from ... import formatting
from ...evidence.phrases import against_line
from ...evidence.verdict import Estimate, Verdict
from ...filters.dropped import describe_dropped, dropped_cells
from ...filters.receptive_field import Geometry
from ...filters.similarity import SAME_COSINE
from ...filters.size_loss import MIN_OCTAVES, MIN_SIZE_PX
from .result import Level, Result
from .verdicts import equality_verdict, merge_level, other_object_verdict, size_verdict

ONE_SIDED = 0.02  # below this fraction of the larger peak, an object gives no response


def baseline_name(result: Result) -> str:
    """Name the different object that the baseline is measured with."""
    return "square" if result.spec.object == "disc" else "disc"


def _pooling_layers(count: int) -> str:
    return f"{count} pooling layer{'' if count == 1 else 's'}"


def _sizes(result: Result) -> str:
    near, far = result.spec.apparent_px
    name, octaves = result.spec.object_name, result.spec.octaves
    near_px, far_px = formatting.pixels(near), formatting.pixels(far)
    if octaves < 0:
        return f"The 'far' {name} is now the nearer one: {far_px}; the 'near' one spans {near_px}."
    sizes = f"The near {name} spans {near_px}, the far one {far_px}"
    if octaves < MIN_OCTAVES:
        return f"{sizes}: about the same size."
    times = formatting.significant_digits(near / far, 2)
    return f"{sizes}: {times} times smaller ({octaves:.1f} octaves; one octave is a factor of 2)."


def _response(result: Result, verdict: Verdict) -> str:
    if verdict.estimate is None or result.size_response is None:
        return verdict.reason
    near, far = result.size_response.peaks.median.tolist()
    peaks = f"median peak {near:.2f} near, {far:.2f} far, over {_alignments(verdict)}"
    if verdict.is_no:
        return (
            f"The filter responds about equally to both ({peaks}): "
            "between these two sizes, its response does not depend on size."
        )
    if verdict.is_undecided:
        return (
            f"Whether the filter's response depends on size is undecided between these two sizes: "
            f"it loses {against_line(verdict, ';')} ({peaks})."
        )
    stronger = "near" if near > far else "far"
    only = min(near, far) < ONE_SIDED * max(near, far)
    how = f"only to the {stronger} one" if only else f"more strongly to the {stronger} one"
    return f"The filter responds {how} ({peaks}): between these two sizes, it is size-selective."


def _alignments(verdict: Verdict) -> str:
    count, seeds = verdict.rests_on.alignments, verdict.rests_on.seeds
    noise = ", each with its own noise" if seeds else ""
    return f"{count} alignments{noise}"


def _merging(result: Result) -> list[str]:
    if equality_verdict(result, result.levels[0]).estimate is None:
        return []
    merged = merge_level(result)
    if merged is None:
        return [_difference(result)]
    level = result.levels[merged]
    return [_equality(result, level), _other_object(result, other_object_verdict(result, level))]


def _views(result: Result, verdict: Verdict, count: str) -> str:
    """Say in how many of the views: 'at all 9 alignments tried'."""
    views, basis = verdict.extra["views"], verdict.rests_on
    if not result.spec.noise:
        return f"at {count} {views} alignments tried"
    return (
        f"in {count} {views} views tried ({basis.alignments} alignments, {basis.seeds} noise seeds)"
    )


def _equality(result: Result, level: Level) -> str:
    verdict = equality_verdict(result, level)
    start = f"After {_pooling_layers(level.level)}" if level.level else "Even before pooling"
    views = _views(result, verdict, "all")
    return f"{start}, the activations around the two peaks are equal {views}."


def _other_object(result: Result, verdict: Verdict) -> str:
    name = baseline_name(result)
    if verdict.estimate is None:
        return f"Whether a {name} would give the same cannot be said: its response is zero."
    similarity = f"cosine similarity {_similarity(verdict.estimate)}"
    if verdict.is_yes:
        return (
            f"But a {name} gives much the same values ({similarity}): "
            "the map shows only that something is there, not what."
        )
    if verdict.is_no:
        instead = f"A {name} instead of the far {result.spec.object_name}"
        return f"{instead} still differs ({similarity})."
    line = formatting.cosine(verdict.line.value)
    return f"Whether a {name} gives the same is undecided ({similarity}; the line is {line})."


def _similarity(estimate: Estimate) -> str:
    low, high = formatting.cosine(estimate.low), formatting.cosine(estimate.high)
    middle = formatting.cosine(estimate.value)
    return middle if low == high else f"{middle}, from {low} to {high}"


def _difference(result: Result) -> str:
    last = result.levels[-1]
    if last.level == 0:
        return "The pooling depth is 0, so nothing is pooled yet."
    verdict = equality_verdict(result, last)
    start = f"After {_pooling_layers(last.level)}"
    if verdict.estimate is None:
        return f"{start}, the two are not compared. {verdict.reason}"
    if verdict.is_undecided:
        views = _views(result, verdict, f"{verdict.extra['equal_views']} of")
        return (
            f"{start}, it is undecided whether the activations around the two peaks are equal: "
            f"they are {views}."
        )
    if bool((last.views.similarity >= SAME_COSINE).all()):
        return (
            f"{start}, the activations around the two peaks have the same pattern (cosine) but "
            f"different magnitudes {_views(result, verdict, 'all')}."
        )
    return (
        f"{start}, the activations around the two peaks differ {_views(result, verdict, 'all')} "
        f"(cosine similarity here {formatting.cosine(last.similarity)}; with a "
        f"{baseline_name(result)} instead of the far {result.spec.object_name} "
        f"{formatting.cosine(last.baseline)})."
    )


def describe(result: Result) -> list[str]:
    """Describe the sizes, the filter's responses, and what pooling does to their difference."""
    return [_sizes(result), _response(result, size_verdict(result)), *_merging(result)]


def warnings(result: Result) -> list[str]:
    """Explain what may be unexpected: clipping, dropped edges, an invisible object."""
    notes = []
    for name, fraction in zip(("near", "far"), result.clipped_fractions, strict=True):
        box = f"the {name} {result.spec.object_name}'s box"
        if fraction > 0.001:
            notes.append(f"{formatting.percent(fraction)} of {box} is outside the canvas.")
    if min(result.spec.apparent_px) < MIN_SIZE_PX:
        notes.append("Below 2 px an object has no shape, only brightness.")
    if float(abs(result.picture - result.background_level).max()) < 0.01:
        notes.append("The object is as bright as its background, so there is nothing to see.")
    dropped = describe_dropped(dropped_cells(result.spec.layout(), result.spec.canvas))
    return [*notes, dropped] if dropped else notes


def receptive_field_px(geometry: Geometry) -> str:
    """Give the sides of a receptive field: '3 px', or '3 x 9 px' where they differ."""
    rows, columns = geometry.size
    return f"{rows} px" if rows == columns else f"{rows} x {columns} px"


def receptive_field_phrase(result: Result, level: Level) -> str:
    """Compare a receptive field to both objects: 'a third of the near cat, all of the far one'.

    Height by width, where these differ: 'a tenth by half of the near cat'.
    """
    near, far = (_part_of(level.geometry, size) for size in result.spec.apparent_px)
    return f"{near} the near {result.spec.object_name}, {far} the far one"


def _part_of(geometry: Geometry, size_px: float) -> str:
    height, width = (formatting.fraction_phrase(side, size_px) for side in geometry.size)
    return height if height == width else f"{height.removesuffix(' of')} by {width}"


def equality(result: Result, level: Level) -> str:
    """Say for the table whether two objects count as equal at a level, and in how many views."""
    verdict = equality_verdict(result, level)
    if verdict.estimate is None:
        return "not compared"
    count = f"{verdict.extra['equal_views']} of {verdict.extra['views']}"
    if verdict.is_undecided:
        return f"undecided: in {count}"
    return f"{verdict.verdict}: in {count}"
