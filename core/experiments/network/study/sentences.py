"""What the study's comparisons say: detail against apparent size, and layers against a control."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .... import formatting
from ..sweep import Result
from ..sweep_sentences import EVEN, against_control, network_of, thing_of, tolerant
from .measurements import DETAIL_SHOWN_PX

SURELY_OCTAVES = 0.25  # a step of the standard sweep


def _from(sizes_px: Sequence[float], odds: Sequence[float]) -> float | None:
    """The size from which on the probability is at least one half; None if not at the largest."""
    there = np.array(odds) >= EVEN
    if not len(there) or not there[-1]:
        return None
    lost = np.flatnonzero(~there)
    return float(sizes_px[int(lost[-1]) + 1 if len(lost) else 0])


def _known(least: float | None, smallest: float) -> str:
    if least is None:
        return "not for sure at any size"
    return "at every size" if least <= smallest else f"from {formatting.pixels(least)} on"


def _verdict(small: float, blurred: float) -> str:
    apart = float(np.log2(small / blurred))
    if apart >= SURELY_OCTAVES:
        return (
            f"So most of what a small thing lacks is its apparent size: {apart:.1f} octaves are "
            "lost although the detail is there."
        )
    if apart <= -SURELY_OCTAVES:
        return (
            "So lost detail harms more when it is shown large: to this network a small sharp thing "
            "is more like the thing than a large blurred one."
        )
    return "So what is lost is detail: how large it is shown makes no difference."


def blurred(small: Result, detail: Sequence[Result]) -> str:
    """Whether a thing is lost for want of detail or for its apparent size, by the two sweeps.

    ``small``: really so small; ``detail``: at one size, each with as much detail, ascending.
    """
    if small.probability is None or not detail:
        return ""
    odds = [one.probability for one in detail]
    amounts = [float(one.setting.spec.detail_px) for one in detail]
    means = [float(one.mean()) for one in odds if one is not None]
    least = _from(small.sizes_px.tolist(), small.probability.mean(axis=1).tolist())
    enough = _from(amounts, means)
    begin = (
        f"{network_of(small)} knows {thing_of(small)} (p at least one half) "
        f"{_known(least, float(small.sizes_px[0]))} when it is really so small; shown at "
        f"{formatting.pixels(DETAIL_SHOWN_PX)} with only so much detail, {_known(enough, amounts[0])}."
    )
    if least is None or enough is None:
        return begin
    return f"{begin} {_verdict(least, enough)}"


def layered(trained: Result | None, shuffled: Result | None) -> str:
    """How far the thing may shrink for each layer, and whether training made it so."""
    if trained is None or not trained.complete:
        return "" if trained is None else "The sweep is not finished."
    beside = ""
    if shuffled is not None and shuffled.complete:
        beside = f" {against_control(trained, shuffled)}"
    return f"{tolerant(trained)}{beside}"
