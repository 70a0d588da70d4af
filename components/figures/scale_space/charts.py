"""The charts beside the maps: response against scale, levels against scale space, found again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....core.experiments.scale_space.repeatability import CHANGES, Again
from ....core.experiments.scale_space.size_law import Curve, Law
from ....core.experiments.scale_space.stack import COMPARED, ORDERS, Likeness
from ....core.scale_space.gaussian import DISC
from .. import theme

FLOOR = "#8a8a8a"
OCTAVES_PX = [1, 2, 4, 8, 16, 32, 64]
PLOT_PX, TOP_PX, BELOW_PX, ENTRY_PX = 290, 20, 62, 20


def _layout(
    name: str, alt: str, across: dict[str, Any], down: dict[str, Any], entries: int
) -> dict[str, Any]:
    """``entries`` of the legend may each need a line of their own under the axis."""
    below = BELOW_PX + ENTRY_PX * entries
    return {
        "height": PLOT_PX + TOP_PX + below,
        "margin": {"l": 58, "r": 12, "t": TOP_PX, "b": below},
        "xaxis": {"zeroline": False, **across, "title": {"standoff": 6, **across.get("title", {})}},
        "yaxis": {"zeroline": False, **down},
        "legend": {"orientation": "h", "y": -(BELOW_PX - 8) / PLOT_PX, "yanchor": "top"},
        "meta": {"name": name, "alt": alt},
    }


def _octaves(text: str) -> dict[str, Any]:
    return {"title": {"text": text}, "type": "log", "tickvals": OCTAVES_PX}


def curves_figure(curves: Sequence[Curve]) -> theme.Figure:
    """The response at the strongest keypoints against sigma; the peaks are marked."""
    traces = []
    for at, curve in enumerate(curves):
        colour = theme.LINES[at % len(theme.LINES)]
        common = {"type": "scatter", "legendgroup": curve.name}
        line = {"mode": "lines", "line": {"color": colour, "width": 2}, "name": curve.name}
        peak = {
            "mode": "markers",
            "name": f"{curve.name}: sigma {curve.peak_px:.3g} px",
            "marker": {"color": colour, "size": 11},
            "hovertemplate": "%{y:.3f} at sigma %{x:.3f} px<extra>%{fullData.name}</extra>",
        }
        values = {"x": curve.sigmas_px.tolist(), "y": curve.responses.tolist()}
        traces.append({**common, **line, **values, "hoverinfo": "skip", "showlegend": False})
        traces.append({**common, **peak, "x": [curve.peak_px], "y": [curve.peak]})
    alt = "Response against sigma at the strongest keypoints, with their peaks marked."
    down = {"title": {"text": "response, contrast"}}
    layout = _layout("scale-space-curves", alt, _octaves("sigma, px"), down, len(curves))
    return {"data": traces, "layout": layout}


def law_figure(laws: Sequence[Law]) -> theme.Figure:
    """The sigma of the strongest keypoint against an object's size; lines through the measured."""
    traces = []
    for law, colour in zip(laws, theme.LINES, strict=False):
        radii = list(law.radii_px)
        slope, text = law.per_radius, f"{law.object}: {law.per_radius:.3f} radius"
        if law.object == "disc":
            slope, text = DISC, "disc: radius / sqrt(2)"
        line = {"mode": "lines", "line": {"color": colour, "width": 1.5}, "hoverinfo": "skip"}
        dots = {
            "mode": "markers",
            "marker": {"color": colour, "size": 9},
            "hovertemplate": "radius %{x} px: sigma %{y:.3f} px<extra>%{fullData.name}</extra>",
        }
        along = [slope * radius for radius in radii]
        traces.append({"type": "scatter", "name": text, "x": radii, "y": along, **line})
        measured: dict[str, Any] = {
            "x": radii,
            "y": list(law.sigmas_px),
            "name": f"{law.object}, measured",
        }
        measured["showlegend"] = False
        traces.append({"type": "scatter", **measured, **dots})
    alt = "Sigma of the strongest keypoint against the radius of a disc and of a square."
    across = _octaves("radius of the object (half a square's side), px")
    down = {"title": {"text": "sigma found, px"}, "type": "log", "tickvals": OCTAVES_PX}
    return {"data": traces, "layout": _layout("scale-space-sizes", alt, across, down, len(laws))}


def _line(rows: Sequence[Likeness], value: str, name: str, **style: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [one.level for one in rows],
        "y": [getattr(one, value) for one in rows],
        "hovertemplate": f"%{{y:.3f}} at level %{{x}}<extra>{name}</extra>",
        **style,
    }


def _stacks(found: Sequence[Likeness], value: str) -> list[dict[str, Any]]:
    traces = []
    for order, dash, symbol in zip(ORDERS, ("solid", "dot"), ("circle", "square"), strict=True):
        for pool, colour in zip(COMPARED, theme.LINES, strict=False):
            rows = [one for one in found if one.order == order and one.pool == pool]
            style = {
                "line": {"color": colour, "dash": dash, "width": 2},
                "marker": {"symbol": symbol, "size": 8},
            }
            traces.append(_line(rows, value, f"{pool}, {order}", **style))
    return traces


def _floor(found: Sequence[Likeness], value: str, name: str, pick: Any) -> dict[str, Any]:
    levels = sorted({one.level for one in found})
    known = [
        [getattr(one, value) for one in found if one.level == level and getattr(one, value)]
        for level in levels
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": levels,
        "y": [pick(values) if values else None for values in known],
        "line": {"color": FLOOR, "width": 5},
        "opacity": 0.55,
        "hovertemplate": f"%{{y:.3f}} at level %{{x}}<extra>{name}</extra>",
    }


def _levels(found: Sequence[Likeness]) -> dict[str, Any]:
    last = max((one.level for one in found), default=0)
    return {"title": {"text": "poolings"}, "dtick": 1, "range": [-0.2, last + 0.2]}


def likeness_figure(found: Sequence[Likeness], other: str) -> theme.Figure:
    """The correlation of every level with the scale space, over its floor."""
    floor = _floor(found, "floor", f"floor: the largest with '{other}'", max)
    down = {"title": {"text": "correlation with the scale space"}, "range": [-0.65, 1.06]}
    alt = "Correlation of pooled maps with the scale space at the matching sigma, by level."
    layout = _layout("scale-space-stack", alt, _levels(found), down, 7)
    return {"data": [floor, *_stacks(found, "like")], "layout": layout}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def shift_figure(found: Sequence[Likeness]) -> theme.Figure:
    """What a one-pixel shift does to every level, over what it does to the scale space."""
    fair = _floor(found, "fair_change", "the scale space itself", _mean)
    down = {"title": {"text": "change by a 1 px shift"}, "rangemode": "tozero"}
    alt = "How much a shift by one pixel changes pooled maps and the scale space, by level."
    layout = _layout("scale-space-shift", alt, _levels(found), down, 7)
    return {"data": [fair, *_stacks(found, "change")], "layout": layout}


def again_figure(rows: Sequence[Again]) -> theme.Figure:
    """The fraction of keypoints found again after each change, by detector."""
    traces = []
    for at, name in enumerate(dict.fromkeys(row.detector for row in rows)):
        mine = [row for row in rows if row.detector == name]
        traces.append(
            {
                "type": "bar",
                "name": name,
                "x": [row.change for row in mine],
                "y": [row.fraction for row in mine],
                "text": [f"{row.found}/{row.could}" for row in mine],
                "textposition": "none",
                "marker": {"color": theme.LINES[at % len(theme.LINES)]},
                "hovertemplate": "%{text} found again<extra>%{fullData.name}</extra>",
            }
        )
    names = [change.name for change in CHANGES]
    across = {
        "categoryorder": "array",
        "categoryarray": names,
        "tickvals": names,
        "ticktext": [name.replace(" by ", " by<br>") for name in names],
        "tickangle": 0,
        "tickfont": {"size": 11},
    }
    down = {"title": {"text": "fraction found again"}, "range": [0, 1.04]}
    alt = "By change of the picture and detector, the fraction of keypoints found again."
    layout = _layout("scale-space-again", alt, across, down, len(traces))
    return {"data": traces, "layout": {**layout, "barmode": "group"}}
