"""A training while it runs: the loss over steps, and test accuracy over size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....core.training.plan import Plan
from ....core.training.trained import Line, TrainingLogEntry
from .. import theme
from .curves import chance_line, trained_range_shapes
from .lines import USER_COLORS, fraction_axis, size_axis

PLOT_PX, TOP_PX, BELOW_PX, BETWEEN_PX = 240, 26, 48, 78
FIRST_OPACITY = 0.25  # opacity of the first evaluation
LOSS, ACCURACY = "training loss", "test accuracy so far (faint: early in training)"


@dataclass(frozen=True)
class SeedCurves:
    """One seed's training so far; ``accuracy`` is that of all test objects, None until it ends."""

    seed: int
    log: Sequence[TrainingLogEntry]
    accuracy: Line | None = None


def _loss(curves: SeedCurves, color: str, strong: bool) -> dict[str, Any]:
    known = [entry for entry in curves.log if np.isfinite(entry.loss)]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"seed {curves.seed}: loss",
        "x": [entry.step for entry in known],
        "y": [entry.loss for entry in known],
        "line": {"color": color, "width": 2},
        "opacity": 1 if strong else 0.45,
        "hovertemplate": "loss %{y:.3f} after %{x} steps<extra>%{fullData.name}</extra>",
    }


def _curve(name: str, plan: Plan, accuracy: Line, color: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(plan.test_px),
        "y": accuracy.tolist(),
        "xaxis": "x2",
        "yaxis": "y2",
        "line": {"color": color, "width": 1.5},
        "hovertemplate": "%{y:.1%} at %{x:.3g} px<extra>%{fullData.name}</extra>",
        **more,
    }


def _evaluations(curves: SeedCurves, plan: Plan, color: str) -> list[dict[str, Any]]:
    """The evaluations so far, the earliest faintest."""
    evaluated = [entry for entry in curves.log if entry.accuracy is not None]
    traces = []
    for index, entry in enumerate(evaluated):
        assert entry.accuracy is not None
        clear = FIRST_OPACITY + (0.9 - FIRST_OPACITY) * (index + 1) / len(evaluated)
        name = f"seed {curves.seed} after {entry.step} steps"
        traces.append(_curve(name, plan, entry.accuracy, color, opacity=clear))
    return traces


def _end(curves: SeedCurves, plan: Plan, color: str) -> list[dict[str, Any]]:
    if curves.accuracy is None:
        return []
    style = {"line": {"color": color, "width": 2.5}, "mode": "lines+markers"}
    return [_curve(f"seed {curves.seed}, all test objects", plan, curves.accuracy, color, **style)]


def _stacked() -> dict[str, Any]:
    """One panel above the other, for a phone."""
    whole = 2 * PLOT_PX + BETWEEN_PX
    share = PLOT_PX / whole
    return {
        "height": whole + TOP_PX + BELOW_PX,
        "xaxis": {"domain": [0, 1]},
        "yaxis": {"domain": [1 - share, 1]},
        "xaxis2": {"domain": [0, 1]},
        "yaxis2": {"domain": [0, share]},
        "annotations": [_title(LOSS, 0, 1), _title(ACCURACY, 0, share)],
    }


def _title(text: str, x: float, y: float) -> dict[str, Any]:
    return theme.title(text, x, y, yshift=4)


def _traces(plan: Plan, seeds: Sequence[SeedCurves]) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = []
    for index, curves in enumerate(seeds):
        color, last = USER_COLORS[index % len(USER_COLORS)], index == len(seeds) - 1
        data.append(_loss(curves, color, last))
        if last and curves.accuracy is None:
            data += _evaluations(curves, plan, color)
        data += _end(curves, plan, color)
    return data


def learning_figure(
    plan: Plan, seeds: Sequence[SeedCurves], chance_level: float, caption: str
) -> theme.Figure:
    """Draw the loss and the accuracy of ``seeds`` in training order; empty axes without any."""
    line, _ = chance_line(chance_level)
    across = {"xref": "x2 domain", "yref": "y2"}
    trained = [
        {**shape, "xref": "x2", "yref": "y2 domain"}
        for shape in trained_range_shapes(plan.low_px, plan.high_px, "#8a8a8a")
    ]
    layout = {
        "height": PLOT_PX + TOP_PX + BELOW_PX,
        "margin": {"l": 56, "r": 12, "t": TOP_PX, "b": BELOW_PX},
        "xaxis": {
            "domain": [0, 0.43],
            "range": [0, plan.steps],
            "title": {"text": "steps", "standoff": 6},
            "zeroline": False,
        },
        "yaxis": {
            "domain": [0, 1],
            "title": {"text": "cross-entropy, nats"},
            "rangemode": "tozero",
            "zeroline": False,
        },
        "xaxis2": size_axis(plan.test_px, domain=[0.55, 1], anchor="y2"),
        "yaxis2": fraction_axis("test accuracy", domain=[0, 1], anchor="x2"),
        "showlegend": False,
        "hovermode": "closest",
        "shapes": [{**line, **across}, *trained],
        "annotations": [_title(LOSS, 0, 1), _title(ACCURACY, 0.55, 1)],
        "uirevision": f"training-learning {plan.recipe} {plan.steps}",
        "meta": {
            "name": "training-learning",
            "alt": "The training loss over steps and the test accuracy over apparent size so far.",
            "narrow": _stacked(),
            "caption": [caption, ""],
        },
    }
    return {"data": _traces(plan, seeds), "layout": layout}
