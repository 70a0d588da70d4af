"""Lines of accuracy with their intervals, and their axis, for all charts of transfer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ....core.aerial.probing.intervals import Interval
from .. import theme

GRAY, CHANCE, MEAN_COLOR = "#8a8a8a", "#b9a06a", theme.LINES[4]
INTERVAL = "interval"


def _known(values: Any) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def accuracy_axis(text: str, **more: Any) -> dict[str, Any]:
    """Axis from 0 to 100 %."""
    return theme.fraction_axis(text, **{"title": {"text": text, "standoff": 4}, **more})


def band(name: str, across: Sequence[Any], interval: Interval, color: str) -> list[dict[str, Any]]:
    """Shaded area of the interval, from its lower to its upper limit."""
    names, ends = (
        (f"{name}, lower limit", f"{name}, upper limit"),
        (_known(interval.low), _known(interval.high)),
    )
    return theme.band(names, list(across), *ends, theme.translucent(color), legendgroup=name)


def line(
    name: str,
    across: Sequence[Any],
    interval: Interval,
    color: str,
    dash: str = "solid",
    width: float = 2.0,
) -> dict[str, Any]:
    """Line of the means; what is not measured yet is omitted."""
    ends = np.stack([interval.low, interval.high], axis=-1)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendgroup": name,
        "x": list(across),
        "y": _known(interval.mean),
        "customdata": [_known(row) for row in ends],
        "line": {"color": color, "width": width, "dash": dash},
        "marker": {"color": color, "size": 5},
        "hovertemplate": (
            "%{y:.1%} at %{x}<br>" + INTERVAL + " %{customdata[0]:.1%} to %{customdata[1]:.1%}"
            "<extra>%{fullData.name}</extra>"
        ),
    }
