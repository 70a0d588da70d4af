"""Class probability against apparent size: one curve, or several compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....core import formatting
from ....core.experiments.network.recognition import (
    describe_recognition,
    describe_shift_effect,
    object_name,
)
from ....core.experiments.network.spec import MAX_SIZE_PX, MIN_SIZE_PX, Spec
from ....core.experiments.network.study.measurements import DETAIL_SHOWN_PX
from ....core.experiments.network.sweep import Result
from .. import theme

TICKS = (16, 32, 64, 128, 256)
APART_OCTAVES = 2.5  # from here on two labels fit side by side on a phone
CONTROL = "#8a8a8a"
SIZE_CURVE_PX, CURVES_PX, TOP_PX, BELOW_PX, ENTRY_PX = 170, 300, 40, 52, 21
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
    known = [result for result in results if result.probability is not None]
    if not known:
        return None
    probabilities = [result.probability[0] for result in known if result.probability is not None]
    return Curve(name, [result.setting.spec.detail_px for result in known], np.stack(probabilities))


def _ends(shown: Curve) -> tuple[list[float], list[float]]:
    """The lowest and the highest probability over the shifts, by size."""
    return shown.probabilities.min(axis=1).tolist(), shown.probabilities.max(axis=1).tolist()


def _band(shown: Curve, color: str) -> list[dict[str, Any]]:
    names = (f"{shown.name}, lowest", f"{shown.name}, highest")
    across, fill = list(shown.sizes_px), theme.translucent(color)
    return theme.band(names, across, *_ends(shown), fill, legendgroup=shown.name)


def _line(shown: Curve, color: str, **style: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": shown.name,
        "legendgroup": shown.name,
        "x": list(shown.sizes_px),
        "y": shown.probabilities.mean(axis=1).tolist(),
        "customdata": [list(pair) for pair in zip(*_ends(shown), strict=True)],
        "line": {"color": color, "width": 2, **style},
        "marker": {"color": color, "size": 5},
        "hovertemplate": (
            "p = %{y:.3f} at %{x:.3g} px<br>over one-pixel shifts %{customdata[0]:.3f} to "
            "%{customdata[1]:.3f}<extra>%{fullData.name}</extra>"
        ),
    }


def size_axis(text: str = "apparent size, px (log2)") -> dict[str, Any]:
    """An axis over the whole range of the sliders, an octave from tick to tick."""
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
    for line, (name, size_px, color) in enumerate(known):
        ends = {"x0": size_px, "x1": size_px, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
        shapes.append({"type": "line", "line": {"color": color, "width": 2}, **ends})
        to_left = size_px > np.sqrt(MIN_SIZE_PX * MAX_SIZE_PX)
        notes.append(_mark(name, size_px, color, to_left, 0 if apart else 16 * line))
    return {"shapes": shapes, "annotations": notes}


def _probability_of(result: Result | None) -> str:
    """What the vertical axis gives the probability of."""
    if result is None:
        return "correct class"
    return "its own top class" if result.assumed else object_name(result)


def size_curve_figure(
    spec: Spec, result: Result | None, other: Result | None = None
) -> theme.Figure:
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
    alt = "Probability of the correct class by apparent size."
    layout = _frame(
        SIZE_CURVE_PX, "network-size-curve", alt, _probability_of(result), 1, size_axis()
    )
    layout["showlegend"] = control is not None
    layout["meta"]["caption"] = (
        [describe_recognition(result), describe_shift_effect(result)] if result else [NOT_YET, ""]
    )
    return {"data": data, "layout": {**layout, **_marks(spec)}}


def curves_figure(
    curves: Sequence[Curve], probability_of: str, name: str, alt: str, caption: str
) -> theme.Figure:
    """Draw a few curves for comparison; the band of each is its range over one-pixel shifts."""
    data = []
    for shown, color in zip(curves, theme.LINES, strict=False):
        data += [*_band(shown, color), _line(shown, color)]
    layout = _frame(CURVES_PX, name, alt, probability_of, max(1, len(curves)), size_axis())
    layout["meta"]["caption"] = [caption, ""]
    return {"data": data, "layout": layout}


def backgrounds_figure(results: Sequence[Result], caption: str) -> theme.Figure:
    """Draw one curve per background."""
    curves = [curve(result.setting.spec.background, result) for result in results]
    alt = "Probability of the correct class by apparent size, on five backgrounds."
    probability_of = _probability_of(results[0] if results else None)
    known = [shown for shown in curves if shown]
    return curves_figure(known, probability_of, "network-backgrounds", alt, caption)


def details_figure(small: Result | None, blurred: Sequence[Result], caption: str) -> theme.Figure:
    """Draw the object at small sizes, and at one size with as little detail."""
    reduced = f"detail reduced to this, shown at {formatting.pixels(DETAIL_SHOWN_PX)}"
    curves = [
        curve("small size", small) if small else None,
        detail_curve(reduced, blurred),
    ]
    alt = (
        "Probability of the correct class for small objects, and for a large one with less detail."
    )
    known = [shown for shown in curves if shown]
    figure = curves_figure(known, _probability_of(small), "network-detail", alt, caption)
    figure["layout"]["xaxis"] = size_axis("apparent size or detail, px (log2)")
    return figure
