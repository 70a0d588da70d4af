"""Small panels with the same axes, side by side or, on a narrow screen, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..markup import bold
from . import theme

PANEL_PX, GAP_PX, BELOW_PX, ABOVE_PX = 250, 44, 128, 30
BETWEEN = 0.05  # of the width


@dataclass(frozen=True)
class Panel:
    """``traces``: Plotly scatter traces, still without axes."""

    title: str
    traces: list[dict[str, Any]]


def _arrange(
    panels: Sequence[Panel], columns: int, x_axis: dict[str, Any], titles: tuple[str, str]
) -> dict[str, Any]:
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    height = rows * PANEL_PX + (rows - 1) * GAP_PX
    width = (1 - BETWEEN * (columns - 1)) / columns
    layout: dict[str, Any] = {"height": height + BELOW_PX + ABOVE_PX, "annotations": []}
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        top = 1 - row * (PANEL_PX + GAP_PX) / height
        left, name = column * (width + BETWEEN), theme.axis_suffix(index)
        is_lowest = index + columns >= len(panels)
        layout[f"xaxis{name}"] = {
            **x_axis,
            "domain": [left, left + width],
            "anchor": f"y{name}",
            "title": {"text": titles[0] if is_lowest else ""},
        }
        layout[f"yaxis{name}"] = {
            "domain": [top - PANEL_PX / height, top],
            "anchor": f"x{name}",
            "rangemode": "tozero",
            "zeroline": False,
            "matches": "y" if index else None,
            "title": {"text": titles[1] if column == 0 else ""},
        }
        layout["annotations"].append(theme.title(bold(panel.title), left, top))
    layout["legend"] = {"orientation": "h", "x": 0, "y": -66 / height, "yanchor": "top"}
    return layout


def figure(
    panels: Sequence[Panel], x_axis: dict[str, Any], titles: tuple[str, str], name: str, alt: str
) -> theme.Figure:
    """Draw panels that share ``x_axis`` and one range of responses; ``titles``: of x and y."""
    data = [
        {
            **trace,
            "xaxis": f"x{theme.axis_suffix(index)}",
            "yaxis": f"y{theme.axis_suffix(index)}",
        }
        for index, panel in enumerate(panels)
        for trace in panel.traces
    ]
    layout = _arrange(panels, 2, x_axis, titles)
    narrow = _arrange(panels, 1, x_axis, titles)
    layout |= {
        "margin": {"l": 56, "r": 8, "t": ABOVE_PX, "b": BELOW_PX},
        "uirevision": name,
        "meta": {"name": name, "alt": alt, "narrow": narrow},
    }
    return {"data": data, "layout": layout}
