"""Sentences on the study's comparisons: detail with apparent size, and layers with a control."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .... import formatting
from ..sweep import Result
from ..sweep_sentences import (
    RECOGNIZED,
    compare_with_control,
    describe_tolerance,
    network_name,
    object_name,
)
from .measurements import DETAIL_SHOWN_PX

MIN_OCTAVES = 0.25  # a step of the standard sweep: less is no difference


def _min_recognized(sizes_px: Sequence[float], probabilities: Sequence[float]) -> float | None:
    """The size from which on the probability is at least one half; None if not at the largest."""
    recognized = np.array(probabilities) >= RECOGNIZED
    if not len(recognized) or not recognized[-1]:
        return None
    lost = np.flatnonzero(~recognized)
    return float(sizes_px[int(lost[-1]) + 1 if len(lost) else 0])


def _where(min_px: float | None, smallest_px: float) -> str:
    if min_px is None:
        return "reliably at no size"
    return "at every size" if min_px <= smallest_px else f"from {formatting.pixels(min_px)} on"


def _verdict(small_px: float, detail_px: float) -> str:
    octaves = float(np.log2(small_px / detail_px))
    if octaves >= MIN_OCTAVES:
        return (
            "So small objects are missed mainly because of their apparent size: "
            f"{octaves:.1f} octaves are lost although the detail is there."
        )
    if octaves <= -MIN_OCTAVES:
        return (
            "So lost detail does more harm when it is shown large: to this network, a small sharp "
            "object is more like the object than a large blurred one."
        )
    return "So the loss of detail matters, and the apparent size makes no difference."


def size_or_detail(small: Result, detail: Sequence[Result]) -> str:
    """Say whether an object is missed for its apparent size or for lack of detail.

    ``small``: the sweep of apparent sizes; ``detail``: sweeps at one size, each with less
    detail, by the amount of detail, ascending. Empty for a network without classes.
    """
    if small.probability is None or not detail:
        return ""
    amounts = [float(result.setting.spec.detail_px) for result in detail]
    means = [float(one.probability.mean()) for one in detail if one.probability is not None]
    small_px = _min_recognized(small.sizes_px.tolist(), small.probability.mean(axis=1).tolist())
    enough_px = _min_recognized(amounts, means)
    start = (
        f"{network_name(small)} recognizes {object_name(small)} (p at least 0.5) "
        f"{_where(small_px, float(small.sizes_px[0]))} when its apparent size is reduced. When "
        f"only its detail is reduced and it is shown at {formatting.pixels(DETAIL_SHOWN_PX)}, it "
        f"is recognized {_where(enough_px, amounts[0])}."
    )
    if small_px is None or enough_px is None:
        return start
    return f"{start} {_verdict(small_px, enough_px)}"


def tolerance_of_layers(trained: Result | None, shuffled: Result | None) -> str:
    """Say how far the object may shrink in each layer, and compare that with the control."""
    if trained is None or not trained.complete:
        return "" if trained is None else "The sweep is not finished."
    comparison = ""
    if shuffled is not None and shuffled.complete:
        comparison = f" {compare_with_control(trained, shuffled)}"
    return f"{describe_tolerance(trained)}{comparison}"
