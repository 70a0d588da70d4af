"""What a scale-space result shows, in words that are computed from its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ... import formatting
from ...scale_space.gaussian import DISC
from .repeatability import Again, Agreement
from .result import Result
from .size_law import Distances, Law, distances
from .spec import Spec
from .stack import COMPARED, ORDERS, Likeness

GOOD = 0.9  # from this correlation on, a level counts as like the scale space
THINGS = {"cat": "cat", "photo-cat": "cat", "square": "square", "disc": "disc"}


def number(value: float | None) -> str:
    """A correlation or a fraction with two digits, or 'none'."""
    return "none" if value is None else f"{value + 0.0:.2f}".replace("-0.00", "0.00")


def _strongest(result: Result) -> str:
    sigma = float(result.keypoints.sigmas[0])
    radius = sigma / DISC
    start = f"The strongest keypoint has sigma {formatting.pixels(sigma)}: a blob of radius {radius:.3g}"
    if result.things and result.spec.object == "disc" and len(result.things) == 1:
        off = sigma / (DISC * result.spec.radius_px) - 1
        return f"{start} px, where the disc's is {result.spec.radius_px:.3g} ({off:+.1%})."
    return f"{start} px."


def _apart(found: Distances, spec: Spec) -> str:
    if not found.could:
        return "At that distance the far one is too small to show any of the near one's keypoints."
    start = (
        f"Of the near {THINGS[spec.object]}'s {found.near} keypoints, the far one is large enough "
        f"to show {found.could}; {len(found.pairs)} are there"
    )
    if found.median_error is None:
        return f"{start}."
    best = found.pairs[0]
    return (
        f"{start}. The strongest has {best.near_px:.3g} px near and {best.far_px:.3g} px far, a "
        f"ratio of {best.near_px / best.far_px:.3g} where that of the distances is "
        f"{spec.far_ratio:.3g}: {abs(best.error_octaves):.2g} octaves off (median of all "
        f"{found.median_error:.2g})."
    )


def _deepest(result: Result) -> str:
    level, like = result.levels[-1], result.likes[-1]
    if level.level == 0 or like is None:
        return ""
    times = f"{level.level} pooling{'s' if level.level > 1 else ''}"
    verdict = "is" if like >= GOOD else "is not"
    return (
        f"The CNN's filter after {times} ({result.spec.pool}) {verdict} this scale space: at the "
        f"matching sigma, {formatting.pixels(level.sigma_px)}, their correlation is {number(like)}."
    )


def sentence(result: Result) -> str:
    """Keypoints, distances, and the stack: two or three short sentences."""
    if not len(result.keypoints):
        return "No keypoint answers as much as the least response asks for. " + _deepest(result)
    apart = distances(result)
    parts = (_strongest(result), _apart(apart, result.spec) if apart else "", _deepest(result))
    return " ".join(part for part in parts if part)


def at_scale(result: Result, spec: Spec) -> str:
    """What the slider's sigma means here."""
    count = int(is_near_scale(result.keypoints.sigmas, spec).sum())
    many = "1 keypoint lies" if count == 1 else f"{count} keypoints lie"
    return (
        f"At sigma {formatting.pixels(spec.sigma_px)} the map answers blobs of radius "
        f"{formatting.pixels(spec.sigma_px / DISC)}; {many} within half an interval of it, of "
        f"{len(result.keypoints)}."
    )


def is_near_scale(sigmas: np.ndarray, spec: Spec) -> np.ndarray:
    """Which sigmas lie within half an interval of the slider's."""
    return np.asarray(np.abs(np.log2(sigmas / spec.sigma_px)) <= 0.5 / spec.intervals)


def sizes(disc: Law, square: Law) -> str:
    """The two laws of size, measured."""
    off = disc.per_radius / DISC - 1
    return (
        f"Measured: a disc of radius r is found at sigma = {disc.per_radius:.3f} r (r / sqrt(2) = "
        f"{DISC:.3f} r: {off:+.1%}), a square of side s at sigma = {square.per_radius / 2:.3f} s."
    )


def agreement(found: Agreement) -> str:
    """How many keypoints ours and SIFT's share."""
    shared, theirs = int(found.ours_shared.sum()), int(found.sift_shared.sum())
    if not len(found.sift) or not len(found.ours):
        return f"Ours: {len(found.ours)} keypoints. SIFT: {len(found.sift)}. None to compare."
    return (
        f"Of SIFT's {len(found.sift)} keypoints, {theirs} have one of ours within a pixel and half "
        f"an octave ({theirs / len(found.sift):.0%}); of our {len(found.ours)}, {shared} have one "
        f"of SIFT's ({shared / len(found.ours):.0%}). By chance, with SIFT's half a picture "
        f"further, it would be {found.chance:.0%}."
    )


def _picked(found: Sequence[Likeness], order: str, pool: str) -> list[Likeness]:
    """The pooled levels of one stack that can be compared at all."""
    return [
        one
        for one in found
        if one.order == order and one.pool == pool and one.level and one.like is not None
    ]


def _lasts(found: Sequence[Likeness], order: str, pool: str) -> str:
    """How long a stack stays like the scale space: 'max 0.96, 0.89, 0.85'."""
    likes = [number(one.like) for one in _picked(found, order, pool)]
    return f"{pool} {', '.join(likes)}"


def _most_alike(found: Sequence[Likeness]) -> str:
    """Where the deepest max-pooled level is most like the scale space, and where it should be."""
    rows = [one for one in _picked(found, ORDERS[0], "max") if one.best_sigma_px is not None]
    if not rows:
        return ""
    last = rows[-1]
    return (
        f" After {last.level} max poolings {formatting.pixels(last.sigma_px)} would match; most alike "
        f"they are at {formatting.pixels(last.best_sigma_px or 0)}."
    )


def _holds(found: Sequence[Likeness], order: str) -> str:
    rows = {pool: _picked(found, order, pool) for pool in COMPARED}
    good = [pool for pool, row in rows.items() if row and min(one.like or 0 for one in row) >= GOOD]
    if len(good) == len(rows):
        return "holds for every pooling"
    return (
        f"holds for {formatting.join_with_and(good)} pooling, not for the rest"
        if good
        else "does not hold"
    )


def beside(found: Sequence[Likeness]) -> list[tuple[str, str]]:
    """What holds and what does not of 'pooled features are a difference of Gaussians'.

    Of each the first words by themselves, to be read at a glance.
    """
    if not any(one.level for one in found):
        return [("Nothing is pooled:", "level 0 is the scale space at the filter's own sigma.")]
    first, second = ("; ".join(_lasts(found, order, pool) for pool in COMPARED) for order in ORDERS)
    return [
        (
            f"Filter, then pool: {_holds(found, ORDERS[0])}.",
            "Correlation with the scale space at the matching sigma, level by level: "
            f"{first}.{_most_alike(found)}",
        ),
        (
            f"Pool, then filter again: {_holds(found, ORDERS[1])}.",
            f"{second}. A later layer that learns the filter once more sees a larger sigma, and is "
            "the scale space as far as its pooling is a blur.",
        ),
        ("Aliasing.", aliasing(found)),
    ]


def aliasing(found: Sequence[Likeness]) -> str:
    """How much more a one-pixel shift changes each stack than it changes the scale space."""
    parts = []
    for pool in COMPARED:
        rows = [one for one in _picked(found, ORDERS[0], pool) if one.change is not None]
        extra = [(one.change or 0) - (one.fair_change or 0) for one in rows]
        if extra:
            parts.append(f"{pool} {100 * float(np.mean(extra)):+.0f}")
    lost = [
        (blurred.like or 0) - (plain.like or 0)
        for plain, blurred in zip(
            _picked(found, ORDERS[1], "max"), _picked(found, ORDERS[1], "blur"), strict=False
        )
    ]
    least = f" Max in place of blur costs up to {max(lost):.2f} of correlation." if lost else ""
    return (
        "A shift by one pixel changes the pooled maps by this many percentage points "
        f"more than it changes the scale space in the same cells (mean over levels): "
        f"{'; '.join(parts)}.{least}"
    )


def repeated(rows: Sequence[Again]) -> str:
    """Who finds most again over all changes."""
    totals = {}
    for name in dict.fromkeys(row.detector for row in rows):
        mine = [row for row in rows if row.detector == name]
        could = sum(row.could for row in mine)
        totals[name] = sum(row.found for row in mine) / could if could else None
    parts = [f"{name} {share:.0%}" for name, share in totals.items() if share is not None]
    return "Found again over all four changes: " + "; ".join(parts) + "." if parts else ""
