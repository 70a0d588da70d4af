"""Shared parts of the training charts: method colors, bands with all errors, the size axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.experiments.training import limits
from .. import theme

Line = NDArray[np.float64]

BLUE, ORANGE, TEAL, PURPLE, BROWN, RED = theme.LINES
# One color per kind of method; the second of each is dashed.
COLORS: dict[str, str] = {
    "plain": BLUE,
    "zoom": ORANGE,
    "natural": ORANGE,
    "blur": RED,
    "locally-invariant": TEAL,
    "multi-column": TEAL,
    "scale-channels": PURPLE,
    "scale-channels-naive": PURPLE,
    "reject-pyramid": RED,
    "steerable": BROWN,
}
DASHED = ("natural", "multi-column", "scale-channels-naive", "reject-pyramid")
USER_COLORS = ("#d81b80", "#7a5c00", "#5b6b7a", "#b1127f")  # a session's own runs
BAND_OPACITY = 0.16  # of a band's color
TICKS = (4, 8, 16, 32, 64, 128)
AXIS_TEXT = "apparent size, px (log2)"


def dash(name: str) -> str:
    """Give the dash style of a method's line."""
    return "dash" if name in DASHED else "solid"


def translucent(color: str, share: float = BAND_OPACITY) -> str:
    """Give a color as a translucent one."""
    return theme.translucent(color, share)


def size_axis(sizes_px: Sequence[float], **more: Any) -> dict[str, Any]:
    """Lay out a log axis over the sizes, with one tick per octave."""
    low, high = min(sizes_px), max(sizes_px)
    ticks = [tick for tick in TICKS if low / 1.05 <= tick <= high * 1.05]
    return {
        "type": "log",
        "title": {"text": AXIS_TEXT, "standoff": 6},
        "range": [float(np.log10(low / 1.05)), float(np.log10(high * 1.05))],
        "tickvals": ticks,
        "ticktext": [str(tick) for tick in ticks],
        "zeroline": False,
        **more,
    }


def fraction_axis(text: str, **more: Any) -> dict[str, Any]:
    """Lay out an axis from 0 to 100 %, with room for a line along the bottom."""
    return theme.fraction_axis(text, **{"range": [-0.02, 1.03], **more})


@dataclass(frozen=True)
class Shares:
    """Means over ``objects`` test objects, float64 (seeds, sizes) in [0, 1]."""

    lines: Line
    objects: int


def band(
    name: str, sizes_px: Line, shares: Shares, color: str, **more: Any
) -> list[dict[str, Any]]:
    """Draw the band from the lowest to the highest 95 % limit of any seed."""
    names = (f"{name}, lowest limit", f"{name}, highest limit")
    low, high = limits.band(shares.lines, shares.objects)
    more = {"legendgroup": name, **more}
    return theme.band(
        names, sizes_px.tolist(), low.tolist(), high.tolist(), translucent(color), **more
    )


def mean_line(
    name: str, sizes_px: Line, lines: Line, line: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """Draw the mean over seeds; ``lines``: float64 (seeds, sizes), ``line``: Plotly's style."""
    ends = np.stack([lines.min(axis=0), lines.max(axis=0)], axis=1).tolist()
    spread = "<br>seeds %{customdata[0]:.1%} to %{customdata[1]:.1%}" if len(lines) > 1 else ""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "legendgroup": name,
        "x": sizes_px.tolist(),
        "y": lines.mean(axis=0).tolist(),
        "customdata": ends,
        "line": line,
        "hovertemplate": f"%{{y:.1%}} at %{{x:.3g}} px{spread}<extra>%{{fullData.name}}</extra>",
        **more,
    }
