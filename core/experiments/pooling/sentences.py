"""Sentences that describe a pooling result; all numbers in them are computed."""

from __future__ import annotations

from ... import formatting
from .result import Result, Square
from .spec import Pooling, Spec

DISTANCE = "D = s - 1 is the distance between the corners of a square of s px"


def _merging(result: Result) -> list[str]:
    merged: dict[int, list[str]] = {}
    for square in result.squares:
        if square.merge_level is not None:
            merged.setdefault(square.merge_level, []).append(f"{square.size_px} px")
    separate = [f"{square.size_px} px" for square in result.squares if square.merge_level is None]
    sentences = []
    if merged:
        levels = [
            f"level {level} ({formatting.join_with_and(sizes)})"
            for level, sizes in sorted(merged.items())
        ]
        levels_phrase = formatting.join_with_and(levels)
        sentences.append(f"Both corners of a square first share a cell at {levels_phrase}.")
    if separate:
        depth = result.spec.depth
        when = f"up to level {depth}" if depth else "before any pooling"
        sizes = formatting.join_with_and(separate)
        sentences.append(f"Still in different cells {when}: {sizes}.")
    return sentences


def _least_likely(squares: tuple[Square, ...]) -> tuple[Square, int, float] | None:
    """The merged square whose merging is least likely, its level and the probability."""
    merged = [
        (square, square.merge_level, square.alignment_fraction[square.merge_level])
        for square in squares
        if square.merge_level is not None
    ]
    return min(merged, key=lambda square: square[2], default=None)


def _alignment(result: Result) -> list[str]:
    least_likely = _least_likely(result.squares)
    if least_likely is None:
        return []
    square, level, probability = least_likely
    size, percent = square.size_px, formatting.percent(probability)
    if probability < 0.5:
        return [
            f"For the square of {size} px this depends on alignment: its corners share a cell of "
            f"level {level} at {percent} of all alignments.",
            "Move the squares to separate them.",
        ]
    if probability == 1:
        return ["At every alignment, each square that has merged merges at the same level as here."]
    return [
        f"Even for the square of {size} px, where this is least likely, the corners share a cell "
        f"of level {level} at {percent} of all alignments."
    ]


def describe(result: Result) -> list[str]:
    """Describe at which levels corners merge, and how much that depends on alignment."""
    return [*_merging(result), *_alignment(result)]


def describe_claim(result: Result) -> list[str]:
    """Say whether all but the largest have merged here, and how likely that is at random."""
    if len(result.squares) < 2:
        return ["Enter at least two sizes to ask whether all but the largest merge."]
    depth = result.spec.depth
    verdict = "holds" if result.claim_holds else "fails"
    sizes = formatting.join_with_and([str(size) for size in sorted(result.spec.sizes_px)])
    likely = formatting.percent(result.all_but_largest[depth])
    sentences = [
        f"'All squares but the largest merge' {verdict} in this scene at level {depth}.",
        f"With squares of {sizes} px at random positions, it is true in {likely} of scenes.",
    ]
    best = max(range(depth + 1), key=lambda level: result.all_but_largest[level])
    if result.all_but_largest[best] > result.all_but_largest[depth]:
        highest = formatting.percent(result.all_but_largest[best])
        sentences.append(f"It is most often true at level {best}: in {highest} of scenes.")
    return sentences


def describe_closed_form(spec: Spec) -> list[str]:
    """Give the formula that the curves follow for the pooling of a spec."""
    pooling = spec.pooling()
    window, stride = pooling.receptive_field(1), pooling.stride
    if stride > window:
        return [
            "The stride is larger than the window, so from level 2 on receptive fields have gaps.",
            "There is no closed form; only measured values are shown.",
        ]
    if stride == 1:
        return _stride_one(pooling)
    if window == stride:
        return [
            f"Closed form: P = max(0, 1 - D / {stride}^d)^2 after d pooling layers, where "
            f"{DISTANCE}."
        ]
    return [
        f"Windows of {window} px overlap. Closed form after d pooling layers: "
        f"P = min(1, max(0, (W - D) / {stride}^d))^2.",
        f"{DISTANCE}; W = 1 + {window - 1} (1 + ... + {stride}^(d-1)) px is the receptive field.",
    ]


def _stride_one(pooling: Pooling) -> list[str]:
    added = pooling.receptive_field(1) - 1
    pixels = "1 pixel" if added == 1 else f"{added} pixels"
    return [
        f"At stride 1, each pooling layer widens the receptive field W by {pixels}.",
        "Both corners share a cell as soon as D < W, at every alignment.",
        f"{DISTANCE}; W grows linearly with depth.",
    ]
