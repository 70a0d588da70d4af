"""Colors, scales and axes that all figures share. Ink and paper come from the page's theme.

Signed maps diverge around a neutral zero, blue positive and red negative; maps that start at zero
use the positive half of the same scale, so that equal colors mean equal numbers everywhere.
The diverging scale is ColorBrewer's RdBu, which color-blind people can tell apart.
"""

from __future__ import annotations

from typing import Any

Figure = dict[str, Any]
Scale = list[tuple[float, str]]

NEUTRAL = "#f7f7f7"
SIGNED: Scale = [
    (0.0, "#67001f"),
    (0.125, "#b2182b"),
    (0.25, "#d6604d"),
    (0.375, "#f4a582"),
    (0.5, NEUTRAL),
    (0.625, "#92c5de"),
    (0.75, "#4393c3"),
    (0.875, "#2166ac"),
    (1.0, "#053061"),
]
GRAYS: Scale = [(0.0, "#000000"), (1.0, "#ffffff")]

NEAR, FAR = "#a05fd6", "#00a6a6"  # the outlines of the two objects
LINES = ("#3366cc", "#e08214", "#00a6a6", "#a05fd6", "#8c6d31", "#d6604d")  # one per curve
# Two detectors, and both in one cell.
FIRST, SECOND, BOTH = "#2f6fde", "#e08214", "#293911"


def axis_suffix(index: int) -> str:
    """Give Plotly's suffix of an axis pair, counted from 0: '', '2', '3'."""
    return "" if index == 0 else str(index + 1)


def rgb(color: str) -> tuple[int, int, int]:
    """Parse '#rrggbb' as three numbers from 0 to 255."""
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def translucent(color: str, alpha: float = 0.18) -> str:
    """Make '#rrggbb' translucent, as the fill of a band."""
    red, green, blue = rgb(color)
    return f"rgba({red},{green},{blue},{alpha})"


def band(
    names: tuple[str, str],
    across: list[Any],
    low: list[Any],
    high: list[Any],
    fill: str,
    **more: Any,
) -> list[dict[str, Any]]:
    """Fill the area between two lines that are not drawn; ``names``: of the lower and the upper."""
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "x": across}
    hidden = {**edge, "hoverinfo": "skip", "showlegend": False, **more}
    filled = {"fill": "tonexty", "fillcolor": fill}
    return [
        {**hidden, "name": names[0], "y": low},
        {**hidden, "name": names[1], "y": high, **filled},
    ]


def fraction_axis(text: str, **more: Any) -> dict[str, Any]:
    """Make an axis from 0 to 100 %."""
    return {
        "title": {"text": text},
        "range": [0, 1.03],
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "tickformat": ".0%",
        "zeroline": False,
        **more,
    }


def title(text: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    """Make a panel's title with its lower left corner at (x, y), as fractions of the figure."""
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": {"size": 12}, **place, **more}


def image_axis(domain: tuple[float, float], cells: int, **more: Any) -> dict[str, Any]:
    """Make an axis whose cells are centered on whole numbers, without ticks or lines."""
    plain = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": ""}
    edges = [-0.5, cells - 0.5]
    return {**plain, "domain": list(domain), "range": edges, "constrain": "domain", **more}
