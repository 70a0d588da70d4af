"""What all charts of transfer share: lines of shares with 95 % bands, and their axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ....core.aerial.probing.probes import Interval
from .. import theme

GRAY, CHANCE, MEAN_COLOR = "#8a8a8a", "#b9a06a", theme.LINES[4]
BAND = "95 % band"


def _known(values: Any) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def accuracy_axis(text: str, **more: Any) -> dict[str, Any]:
    """From 0 to 100 %."""
    return theme.fraction_axis(text, **{"title": {"text": text, "standoff": 4}, **more})


def band(name: str, across: Sequence[Any], of: Interval, color: str) -> list[dict[str, Any]]:
    """From the lower end of the band to the upper one."""
    names, ends = (f"{name}, lower end", f"{name}, upper end"), (_known(of.low), _known(of.high))
    return theme.band(names, list(across), *ends, theme.translucent(color), legendgroup=name)


def line(
    name: str,
    across: Sequence[Any],
    of: Interval,
    color: str,
    dash: str = "solid",
    width: float = 2.0,
) -> dict[str, Any]:
    """The means; what is not measured yet is left out."""
    ends = np.stack([of.low, of.high], axis=-1)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendgroup": name,
        "x": list(across),
        "y": _known(of.mean),
        "customdata": [_known(row) for row in ends],
        "line": {"color": color, "width": width, "dash": dash},
        "marker": {"color": color, "size": 5},
        "hovertemplate": (
            "%{y:.1%} at %{x}<br>" + BAND + " %{customdata[0]:.1%} to %{customdata[1]:.1%}"
            "<extra>%{fullData.name}</extra>"
        ),
    }
