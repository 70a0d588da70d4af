"""Class probability against apparent size: one curve, or several compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....core import formatting
from ....core.experiments.network.spec import MAX_SIZE_PX, MIN_SIZE_PX, Spec
from ....core.experiments.network.study.measurements import DETAIL_SHOWN_PX
from ....core.experiments.network.sweep import Result
from ....core.experiments.network.sweep_sentences import (
    describe_recognition,
    describe_shift_effect,
    object_name,
)
from .. import theme

TICKS = (16, 32, 64, 128, 256)
APART_OCTAVES = 2.5  # from here on two labels fit side by side on a phone
CONTROL = "#8a8a8a"
STRIP_PX, CURVES_PX, TOP_PX, BELOW_PX, ENTRY_PX = 170, 300, 40, 52, 21
NOT_YET = "The probability at every size has not been measured yet."


@dataclass(frozen=True)
class Curve:
    """Sizes in px, and the probability of the correct classes at each, float64 (sizes, shifts)."""

    name: str
    sizes_px: Sequence[float]
    probabilities: np.ndarray[Any, np.dtype[np.float64]]


def curve(name: str, result: Result) -> Curve | None:
    """The curve of a sweep; None for a network without classes."""
    if result.probability is None:
        return None
    return Curve(name, result.sizes_px.tolist(), result.probability)


def detail_curve(name: str, results: Sequence[Result]) -> Curve | None:
    """The curve of the object at one size with less and less detail, against the detail in px."""
    known = [one for one in results if one.probability is not None]
    if not known:
        return None
    probabilities = [one.probability[0] for one in known if one.probability is not None]
    return Curve(name, [one.setting.spec.detail_px for one in known], np.stack(probabilities))


def _band(one: Curve, color: str) -> list[dict[str, Any]]:
    names = (f"{one.name}, lowest", f"{one.name}, highest")
    ends = one.probabilities.min(axis=1).tolist(), one.probabilities.max(axis=1).tolist()
    across, fill = list(one.sizes_px), theme.translucent(color)
    return theme.band(names, across, *ends, fill, legendgroup=one.name)


def _line(one: Curve, color: str, **style: Any) -> dict[str, Any]:
    ends = np.stack([one.probabilities.min(axis=1), one.probabilities.max(axis=1)], axis=1).tolist()
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": one.name,
        "legendgroup": one.name,
        "x": list(one.sizes_px),
        "y": one.probabilities.mean(axis=1).tolist(),
        "customdata": ends,
        "line": {"color": color, "width": 2, **style},
        "marker": {"color": color, "size": 5},
        "hovertemplate": (
            "p = %{y:.3f} at %{x:.3g} px<br>over one-pixel shifts %{customdata[0]:.3f} to "
            "%{customdata[1]:.3f}<extra>%{fullData.name}</extra>"
        ),
    }


def size_axis(text: str = "apparent size, px (log2)") -> dict[str, Any]:
    """Sizes over the whole range of the sliders, an octave from one tick to the next."""
    return {
        "type": "log",
        "title": {"text": text, "standoff": 6},
        "range": [np.log10(MIN_SIZE_PX / 1.06), np.log10(MAX_SIZE_PX * 1.06)],
        "tickvals": list(TICKS),
        "ticktext": [str(tick) for tick in TICKS],
        "zeroline": False,
    }


def _frame(
    plot_px: int, name: str, alt: str, probability_of: str, entries: int, across: dict[str, Any]
) -> dict[str, Any]:
    """The layout; ``entries`` of the legend may each need a line of their own on a phone."""
    narrow = {
        "height": plot_px + TOP_PX + BELOW_PX + ENTRY_PX * entries,
        "margin": {"b": BELOW_PX + ENTRY_PX * entries},
    }
    lines = -(-entries // 3)
    return {
        "height": plot_px + TOP_PX + BELOW_PX + ENTRY_PX * lines,
        "margin": {"l": 52, "r": 14, "t": TOP_PX, "b": BELOW_PX + ENTRY_PX * lines},
        "xaxis": across,
        "yaxis": {
            "title": {"text": f"p({probability_of})"},
            "range": [-0.02, 1.04],
            "tickvals": [0, 0.5, 1],
            "zeroline": False,
        },
        "legend": {"orientation": "h", "x": 0, "y": -46 / plot_px, "yanchor": "top"},
        "uirevision": name,
        "meta": {"name": name, "alt": alt, "narrow": narrow},
    }


def _mark(name: str, size_px: float, color: str, left: bool, up: int) -> dict[str, Any]:
    return {
        "text": f"{name} {formatting.pixels(size_px)}",
        "x": np.log10(size_px),
        "xref": "x",
        "y": 1,
        "yref": "paper",
        "yshift": up,
        "xanchor": "right" if left else "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12, "color": color},
    }


def _marks(spec: Spec) -> dict[str, Any]:
    """Upright lines at the two distances on screen, named above, in two lines where close."""
    known = [("near", spec.near_px, theme.NEAR), ("far", spec.far_px, theme.FAR)]
    apart = abs(np.log2(spec.near_px / spec.far_px)) > APART_OCTAVES
    shapes, notes = [], []
    for at, (name, size_px, color) in enumerate(known):
        ends = {"x0": size_px, "x1": size_px, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
        shapes.append({"type": "line", "line": {"color": color, "width": 2}, **ends})
        to_left = size_px > np.sqrt(MIN_SIZE_PX * MAX_SIZE_PX)
        notes.append(_mark(name, size_px, color, to_left, 0 if apart else 16 * at))
    return {"shapes": shapes, "annotations": notes}


def _what(result: Result | None) -> str:
    if result is None:
        return "correct class"
    return "its own top class" if result.assumed else object_name(result)


def strip_figure(spec: Spec, result: Result | None, other: Result | None = None) -> theme.Figure:
    """Draw the probability of the correct classes against size, with near and far marked.

    ``result``: as far as it was measured, None for nothing yet; ``other``: the same with the other
    weights, as a thin line.
    """
    shown = curve(spec.weights, result) if result else None
    data: list[dict[str, Any]] = []
    if shown:
        data += [*_band(shown, theme.LINES[0]), _line(shown, theme.LINES[0])]
    control = curve(other.setting.spec.weights, other) if other else None
    if control:
        data.append(_line(control, CONTROL, width=1))
    layout = _frame(
        STRIP_PX, "network-strip", "Probability of the correct class by apparent size.", _what(result),
        1, size_axis(),
    )  # fmt: skip
    layout["showlegend"] = control is not None
    said = (
        [describe_recognition(result), describe_shift_effect(result)] if result else [NOT_YET, ""]
    )
    layout["meta"]["caption"] = said
    return {"data": data, "layout": {**layout, **_marks(spec)}}


def curves_figure(
    curves: Sequence[Curve], probability_of: str, name: str, alt: str, caption: str
) -> theme.Figure:
    """A few curves compared; the band of each is what one-pixel shifts do."""
    data = []
    for one, color in zip(curves, theme.LINES, strict=False):
        data += [*_band(one, color), _line(one, color)]
    layout = _frame(CURVES_PX, name, alt, probability_of, max(1, len(curves)), size_axis())
    layout["meta"]["caption"] = [caption, ""]
    return {"data": data, "layout": layout}


def backgrounds_figure(results: Sequence[Result], caption: str) -> theme.Figure:
    """One curve per background."""
    found = [curve(one.setting.spec.background, one) for one in results]
    alt = "Probability of the correct class by apparent size, on five backgrounds."
    what = _what(results[0] if results else None)
    return curves_figure([one for one in found if one], what, "network-grounds", alt, caption)


def details_figure(small: Result | None, blurred: Sequence[Result], caption: str) -> theme.Figure:
    """Draw the object really small, and at one size with as little detail."""
    found = [
        curve("really this small", small) if small else None,
        detail_curve(
            f"only this much detail, shown at {formatting.pixels(DETAIL_SHOWN_PX)}", blurred
        ),
    ]
    alt = (
        "Probability of the correct class for small objects, and for a large one with less detail."
    )
    shown = curves_figure(
        [one for one in found if one], _what(small), "network-detail", alt, caption
    )
    shown["layout"]["xaxis"] = size_axis("size or detail, px (log2)")
    return shown
