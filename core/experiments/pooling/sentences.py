"""What is going on in a pooling result, said in words that are computed from its numbers."""

from __future__ import annotations

from ... import formatting
from .result import Result, Square
from .spec import Spec


def _merging(result: Result) -> str:
    merged = [
        f"{one.size_px} px after {one.merge_level}"
        for one in result.squares
        if one.merge_level is not None
    ]
    apart = [f"{one.size_px} px" for one in result.squares if one.merge_level is None]
    parts = []
    if merged:
        parts.append(
            "The two corners come to share a cell: " + formatting.join_with_and(merged) + "."
        )
    if apart:
        depth = result.spec.depth
        level = "before any pooling" if depth == 0 else f"after {depth}"
        parts.append(f"Still apart {level}: " + formatting.join_with_and(apart) + ".")
    return " ".join(parts)


def _luckiest(squares: tuple[Square, ...]) -> Square | None:
    merged = [one for one in squares if one.merge_level is not None]
    return min(merged, key=lambda one: one.fraction[one.merge_level or 0], default=None)


def _luck(result: Result) -> str:
    square = _luckiest(result.squares)
    if square is None or square.merge_level is None:
        return ""
    chance = square.fraction[square.merge_level]
    times = f"by pooling {square.merge_level} this holds at {formatting.percent(chance)} of all alignments"
    if chance < 0.5:
        return f"For {square.size_px} px that is luck: {times}; move the squares to see it go."
    return f"Even for {square.size_px} px, where it is least likely, {times}."


def claim(result: Result) -> str:
    """Whether all but the largest have merged here, and how likely that is in a random scene."""
    if len(result.squares) < 2:
        return "Give at least two sizes to ask whether all but the largest merge."
    depth = result.spec.depth
    verdict = "holds" if result.claim_holds else "fails"
    sizes = formatting.join_with_and([str(size) for size in sorted(result.spec.sizes_px)])
    best = max(range(depth + 1), key=lambda level: result.all_but_largest[level])
    likely = formatting.percent(result.all_but_largest[depth])
    text = (
        f"'All but the largest end up the same' {verdict} in this scene at level {depth}. With "
        f"{sizes} px at random, it is true in {likely} of scenes"
    )
    if best != depth:
        most = formatting.percent(result.all_but_largest[best])
        return f"{text}, and most often, in {most}, at level {best}."
    return f"{text}."


def sentence(result: Result) -> str:
    """Where the corners merge, and whether that was luck."""
    return " ".join(part for part in (_merging(result), _luck(result)) if part)


def law(spec: Spec) -> str:
    """The law that the curves follow, for the pooling on screen."""
    pooling = spec.pooling()
    wide, stride = pooling.reach(1), spec.pool_stride
    if stride > wide:
        return (
            "The stride is larger than the window, so from the second level on cells have holes: "
            "measured only."
        )
    if stride == 1:
        added = "one pixel" if wide == 2 else f"{wide - 1} pixels"
        return (
            f"Stride 1: each level adds {added} to what a cell sees (W), and the corners share a "
            "cell as soon as D < W, at every alignment. Linear in depth, and no luck."
        )
    if wide == stride:
        return f"Law: P = max(0, 1 - D / {stride}^d)^2, with D = s - 1 the corners' distance."
    return (
        f"Windows of {wide} overlap: P = min(1, max(0, (W - D) / {stride}^d))^2, with D = s - 1 "
        f"and W = 1 + {wide - 1} (1 + ... + {stride}^(d-1)) the pixels that a cell sees."
    )
