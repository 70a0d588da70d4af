"""Sentences that describe a pooling result; all numbers in them are computed."""

from __future__ import annotations

from ... import formatting
from ...evidence.verdict import Verdict
from ...filters.dropped import describe_dropped, dropped_cells
from .claims import Claim
from .result import Result, Square
from .spec import Pooling, Spec
from .verdicts import all_but_largest_share_a_cell, corners_share_a_cell

DISTANCE = "D = s - 1 is the distance between the corners of a square of s px"


def describe_merging(result: Result) -> list[str]:
    """Say at which levels the corners of the squares of this scene come to share a cell."""
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
        sentences.append(
            f"In this scene, both corners of a square first share a cell at {levels_phrase}."
        )
    if separate:
        depth = result.spec.depth
        when = f"up to level {depth}" if depth else "before any pooling"
        sizes = formatting.join_with_and(separate)
        sentences.append(f"Still in different cells {when}: {sizes}.")
    return sentences


def least_likely(squares: tuple[Square, ...]) -> tuple[Square, int] | None:
    """Return the merged square whose merging is least likely, and its level; None without any."""
    merged = [(square, square.merge_level) for square in squares if square.merge_level is not None]
    return min(merged, key=lambda pair: pair[0].alignment_fraction[pair[1]], default=None)


def _share_of_alignments(verdict: Verdict) -> str:
    """'26 % of all 1,024 alignments'; 'every alignment', 'no alignment'."""
    assert verdict.estimate is not None
    if verdict.estimate.value in (0, 1):
        return "every alignment" if verdict.estimate.value else "no alignment"
    share = formatting.percent(verdict.estimate.value)
    return f"{share} of all {verdict.rests_on.alignments:,} alignments"


def _share_of_combinations(verdict: Verdict) -> str:
    """'13 % of all combinations of 1,024 alignments each', of squares that lie independently."""
    assert verdict.estimate is not None
    if verdict.estimate.value in (0, 1):
        return f"{'every' if verdict.estimate.value else 'no'} combination of alignments"
    share = formatting.percent(verdict.estimate.value)
    return f"{share} of all combinations of {verdict.rests_on.alignments:,} alignments each"


def _answer(verdict: Verdict) -> str:
    """What a share that is neither none nor all says of most alignments."""
    if verdict.estimate is None or verdict.estimate.value in (0, 1):
        return ""
    if verdict.is_undecided:
        return f", too near to the line of {formatting.percent(verdict.line.value)} to be decided"
    return ", which is most of them" if verdict.is_yes else ", which is not most of them"


def sharing_sentence(square: Square, verdict: Verdict, level: int) -> str:
    """Say at how many alignments the corners of a square share a cell of a level."""
    return (
        f"The corners of a square of {square.size_px} px share a cell of level {level} at "
        f"{_share_of_alignments(verdict)}{_answer(verdict)}."
    )


def _merged_earlier(square: Square) -> bool:
    """Whether a merged square shares a cell of an earlier level at some other alignment."""
    return any(square.alignment_fraction[: square.merge_level])


def describe_alignment(result: Result) -> list[str]:
    """Say how much the levels of this scene depend on its alignment; nothing without a merge."""
    pair = least_likely(result.squares)
    if pair is None:
        return []
    square, level = pair
    verdict = corners_share_a_cell(result, square, level)
    share = _share_of_alignments(verdict)
    if square.alignment_fraction[level] == 1:
        merged = [square for square in result.squares if square.merge_level is not None]
        if any(map(_merged_earlier, merged)):
            return [
                "At every alignment, each square that has merged here shares a cell of that level; "
                "at some alignments it does so earlier."
            ]
        return ["At every alignment, each square that has merged merges at the same level as here."]
    start = "Even for" if verdict.is_yes else "For"
    sentence = (
        f"{start} the square of {square.size_px} px, where this is least likely, the corners share "
        f"a cell of level {level} at {share}{_answer(verdict)}."
    )
    return [sentence] if verdict.is_yes else [sentence, "Move the squares to separate them."]


def describe(result: Result) -> list[str]:
    """Describe at which levels corners merge, and how much that depends on alignment."""
    return [*describe_merging(result), *describe_alignment(result)]


def warnings(result: Result) -> str:
    """Say which rows and columns of the maps no window reaches."""
    canvas = (result.picture.shape[0], result.picture.shape[1])
    return describe_dropped(dropped_cells(result.spec.pooling().layout(), canvas))


def describe_claim(result: Result) -> list[str]:
    """Say whether all but the largest have merged here, and at how many alignments they do."""
    if len(result.squares) < 2:
        return ["Enter at least two sizes to ask whether all but the largest merge."]
    depth = result.spec.depth
    here = "holds" if result.claim_holds else "fails"
    sizes = formatting.join_with_and([str(size) for size in sorted(result.spec.sizes_px)])
    verdict = all_but_largest_share_a_cell(result, depth)
    sentences = [
        f"'All squares but the largest merge' {here} in this scene at level {depth}.",
        f"With squares of {sizes} px at independent positions, it is true at "
        f"{_share_of_combinations(verdict)}{_answer(verdict)}.",
    ]
    best = max(range(depth + 1), key=lambda level: result.all_but_largest[level])
    if result.all_but_largest[best] > result.all_but_largest[depth]:
        highest = _share_of_combinations(all_but_largest_share_a_cell(result, best))
        sentences.append(
            f"Of levels 0 to {depth}, it is most often true at level {best}: at {highest}."
        )
    return sentences


def reading_sentence(claim: Claim) -> str:
    """Say in how many alignments a reading of the claim about two squares is true."""
    return f"{claim.reading}: in {claim.count_true:,} of {claim.count_total:,} alignments."


def describe_closed_form(spec: Spec) -> list[str]:
    """Give the formula that the curves follow for the pooling of a spec."""
    pooling = spec.pooling()
    window, stride = pooling.receptive_field(1), pooling.stride
    if stride > window:
        return [
            "The stride is larger than the window, so from level 2 on receptive fields have gaps.",
            "For these levels there is no closed form; only measured values are shown.",
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
