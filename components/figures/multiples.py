"""Small panels with the same axes, side by side or, on a narrow screen, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import theme

PANEL_PX, GAP_PX, BELOW_PX, ABOVE_PX = 250, 44, 128, 30
BETWEEN = 0.05  # of the width


@dataclass(frozen=True)
class Panel:
    """``traces``: Plotly scatter traces, still without axes."""

    title: str
    traces: list[dict[str, Any]]


def suffix(at: int) -> str:
    """Plotly's suffix of the ``at``-th axis pair."""
    return "" if at == 0 else str(at + 1)


def _arrangement(
    panels: Sequence[Panel], columns: int, across: dict[str, Any], texts: tuple[str, str]
) -> dict[str, Any]:
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    whole = rows * PANEL_PX + (rows - 1) * GAP_PX
    wide = (1 - BETWEEN * (columns - 1)) / columns
    layout: dict[str, Any] = {"height": whole + BELOW_PX + ABOVE_PX, "annotations": []}
    for at, panel in enumerate(panels):
        row, column = divmod(at, columns)
        top = 1 - row * (PANEL_PX + GAP_PX) / whole
        left = column * (wide + BETWEEN)
        lowest = at + columns >= len(panels)
        layout[f"xaxis{suffix(at)}"] = {
            **across,
            "domain": [left, left + wide],
            "anchor": f"y{suffix(at)}",
            "title": {"text": texts[0] if lowest else ""},
        }
        layout[f"yaxis{suffix(at)}"] = {
            "domain": [top - PANEL_PX / whole, top],
            "anchor": f"x{suffix(at)}",
            "rangemode": "tozero",
            "zeroline": False,
            "matches": "y" if at else None,
            "title": {"text": texts[1] if column == 0 else ""},
        }
        layout["annotations"].append(theme.title(f"<b>{panel.title}</b>", left, top))
    layout["legend"] = {"orientation": "h", "x": 0, "y": -66 / whole, "yanchor": "top"}
    return layout


def figure(
    panels: Sequence[Panel], across: dict[str, Any], texts: tuple[str, str], name: str, alt: str
) -> theme.Figure:
    """All panels share the axis ``across`` and one range of responses; ``texts`` name the axes."""
    data = [
        {**trace, "xaxis": f"x{suffix(at)}", "yaxis": f"y{suffix(at)}"}
        for at, panel in enumerate(panels)
        for trace in panel.traces
    ]
    layout = _arrangement(panels, 2, across, texts)
    narrow = _arrangement(panels, 1, across, texts)
    layout |= {
        "margin": {"l": 56, "r": 8, "t": ABOVE_PX, "b": BELOW_PX},
        "uirevision": name,
        "meta": {"name": name, "alt": alt, "narrow": narrow},
    }
    return {"data": data, "layout": layout}
