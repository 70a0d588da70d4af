"""A training while it runs: the loss over steps, and accuracy over size as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....core.training.plan import Plan
from ....core.training.trained import Line, TrainingLogEntry
from .. import theme
from .curves import chance, trained_range
from .lines import OWN, share_axis, size_axis

PLOT_PX, TOP_PX, BELOW_PX, BETWEEN_PX = 240, 26, 48, 78
EARLIEST = 0.25  # opacity of the first look
LOSS, LOOKS = "loss while it learns", "accuracy so far (faint: early), at the end in full"


@dataclass(frozen=True)
class Seed:
    """One seed's training so far; ``accuracy`` is that of all test objects, None until it ends."""

    seed: int
    log: Sequence[TrainingLogEntry]
    accuracy: Line | None = None


def _loss(one: Seed, color: str, strong: bool) -> dict[str, Any]:
    known = [moment for moment in one.log if np.isfinite(moment.loss)]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"seed {one.seed}: loss",
        "x": [moment.step for moment in known],
        "y": [moment.loss for moment in known],
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


def _looks(one: Seed, plan: Plan, color: str) -> list[dict[str, Any]]:
    """The looks on the way, the earliest faintest; the end in full."""
    seen = [moment for moment in one.log if moment.accuracy is not None]
    found = []
    for at, moment in enumerate(seen):
        assert moment.accuracy is not None
        clear = EARLIEST + (0.9 - EARLIEST) * (at + 1) / len(seen)
        name = f"seed {one.seed} after {moment.step} steps"
        found.append(_curve(name, plan, moment.accuracy, color, opacity=clear))
    return found


def _end(one: Seed, plan: Plan, color: str) -> list[dict[str, Any]]:
    if one.accuracy is None:
        return []
    style = {"line": {"color": color, "width": 2.5}, "mode": "lines+markers"}
    return [_curve(f"seed {one.seed}, all test objects", plan, one.accuracy, color, **style)]


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
        "annotations": [_title(LOSS, 0, 1), _title(LOOKS, 0, share)],
    }


def _title(text: str, x: float, y: float) -> dict[str, Any]:
    return theme.title(text, x, y, yshift=4)


def _traces(plan: Plan, seeds: Sequence[Seed]) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = []
    for at, one in enumerate(seeds):
        color, last = OWN[at % len(OWN)], at == len(seeds) - 1
        data.append(_loss(one, color, last))
        if last and one.accuracy is None:
            data += _looks(one, plan, color)
        data += _end(one, plan, color)
    return data


def learning_figure(
    plan: Plan, seeds: Sequence[Seed], guessing: float, caption: str
) -> theme.Figure:
    """``seeds`` in the order of training, the last the one that trains; a frame without any."""
    line, _ = chance(guessing)
    across = {"xref": "x2 domain", "yref": "y2"}
    trained = [
        {**shape, "xref": "x2", "yref": "y2 domain"}
        for shape in trained_range(plan.low_px, plan.high_px, "#8a8a8a")
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
        "yaxis2": share_axis("accuracy", domain=[0, 1], anchor="x2"),
        "showlegend": False,
        "hovermode": "closest",
        "shapes": [{**line, **across}, *trained],
        "annotations": [_title(LOSS, 0, 1), _title(LOOKS, 0.55, 1)],
        "uirevision": f"training-learning {plan.recipe} {plan.steps}",
        "meta": {
            "name": "training-learning",
            "alt": "The loss over steps and the accuracy over size of a training, as it learns.",
            "narrow": _stacked(),
            "caption": [caption, ""],
        },
    }
    return {"data": _traces(plan, seeds), "layout": layout}
