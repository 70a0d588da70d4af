"""What all charts of training share: a color for each recipe, bands over seeds, the size axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import theme

Line = NDArray[np.float64]

BLUE, ORANGE, TEAL, PURPLE, BROWN, RED = theme.LINES
# One color for a way of thinking; the second of each is dashed.
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
OWN = ("#d81b80", "#7a5c00", "#5b6b7a", "#b1127f")  # runs of one's own
FAINT = 0.16  # of a band's color
TICKS = (4, 8, 16, 32, 64, 128)
AXIS_TEXT = "apparent size, px (log2)"


def dash(name: str) -> str:
    """How a recipe's line is drawn."""
    return "dash" if name in DASHED else "solid"


def faint(color: str, share: float = FAINT) -> str:
    """A color that lets what lies below shine through."""
    return theme.translucent(color, share)


def size_axis(sizes_px: Sequence[float], **more: Any) -> dict[str, Any]:
    """From the smallest to the largest size, an octave from one tick to the next."""
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


def share_axis(text: str, **more: Any) -> dict[str, Any]:
    """From 0 to 100 %, with room for a line along the bottom."""
    return theme.fraction_axis(text, **{"range": [-0.02, 1.03], **more})


def band(name: str, sizes_px: Line, lines: Line, color: str, **more: Any) -> list[dict[str, Any]]:
    """From the lowest to the highest seed; ``lines`` (seeds, sizes)."""
    names = (f"{name}, lowest seed", f"{name}, highest seed")
    ends = lines.min(axis=0).tolist(), lines.max(axis=0).tolist()
    more = {"legendgroup": name, **more}
    return theme.band(names, sizes_px.tolist(), *ends, faint(color), **more)


def mean_line(
    name: str, sizes_px: Line, lines: Line, line: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """The mean over seeds; ``lines`` (seeds, sizes), ``line`` as Plotly has it."""
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
