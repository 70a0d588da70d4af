"""Charts of page scale-space: responses, size laws, correlations and repeatability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ....core.experiments.scale_space.repeatability import CHANGES, Repeatability
from ....core.experiments.scale_space.size_law import ResponseCurve, SizeLaw
from ....core.experiments.scale_space.stack import ORDERS, POOL_WINDOWS, LevelCorrelation
from ....core.experiments.scale_space.stack_evidence import LevelEvidence
from ....core.scale_space.gaussian import SIGMA_PER_RADIUS
from .. import theme

Medians = dict[tuple[str, str], list[LevelEvidence]]  # by order and kind of pooling

REFERENCE = "#8a8a8a"
TICKS_PX = [1, 2, 4, 8, 16, 32, 64]
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


def _pixel_axis(text: str) -> dict[str, Any]:
    return {"title": {"text": text}, "type": "log", "tickvals": TICKS_PX}


def curves_figure(curves: Sequence[ResponseCurve]) -> theme.Figure:
    """Draw the response at the strongest keypoints against sigma, with the maxima marked."""
    traces = []
    for index, curve in enumerate(curves):
        color = theme.LINES[index % len(theme.LINES)]
        common = {"type": "scatter", "legendgroup": curve.name}
        line = {"mode": "lines", "line": {"color": color, "width": 2}, "name": curve.name}
        peak = {
            "mode": "markers",
            "name": f"{curve.name}: sigma {curve.peak_px:.3g} px",
            "marker": {"color": color, "size": 11},
            "hovertemplate": "%{y:.3f} at sigma %{x:.3f} px<extra>%{fullData.name}</extra>",
        }
        values = {"x": curve.sigmas_px.tolist(), "y": curve.responses.tolist()}
        traces.append({**common, **line, **values, "hoverinfo": "skip", "showlegend": False})
        traces.append({**common, **peak, "x": [curve.peak_px], "y": [curve.peak]})
    alt = "Response against sigma at the strongest keypoints, with their maxima marked."
    down = {"title": {"text": "normalized response"}}
    layout = _layout("scale-space-curves", alt, _pixel_axis("sigma, px"), down, len(curves))
    return {"data": traces, "layout": layout}


def size_law_figure(laws: Sequence[SizeLaw]) -> theme.Figure:
    """Draw the sigma of the strongest keypoint against object size, with lines of one ratio."""
    traces = []
    for law, color in zip(laws, theme.LINES, strict=False):
        radii = list(law.radii_px)
        slope = law.sigma_per_radius
        text = f"{law.object}: sigma = {slope:.3f} radius"
        if law.object == "disc":
            slope, text = SIGMA_PER_RADIUS, "disc: sigma = radius / sqrt(2)"
        line = {"mode": "lines", "line": {"color": color, "width": 1.5}, "hoverinfo": "skip"}
        dots = {
            "mode": "markers",
            "marker": {"color": color, "size": 9},
            "hovertemplate": "radius %{x} px: sigma %{y:.3f} px<extra>%{fullData.name}</extra>",
        }
        expected = [slope * radius for radius in radii]
        traces.append({"type": "scatter", "name": text, "x": radii, "y": expected, **line})
        measured: dict[str, Any] = {
            "x": radii * 2,
            "y": [*law.sigmas_px, *law.shifted_sigmas_px],
            "name": f"{law.object}, measured",
        }
        measured["showlegend"] = False
        traces.append({"type": "scatter", **measured, **dots})
    alt = "Sigma of the strongest keypoint against the radius of a disc and of a square."
    across = _pixel_axis("object radius (half the side of a square), px")
    down = _pixel_axis("sigma of the strongest keypoint, px")
    return {"data": traces, "layout": _layout("scale-space-sizes", alt, across, down, len(laws))}


def _line(rows: Sequence[LevelCorrelation], field: str, name: str, **style: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [row.level for row in rows],
        "y": [getattr(row, field) for row in rows],
        "hovertemplate": f"%{{y:.3f}} at level %{{x}}<extra>{name}</extra>",
        **style,
    }


def _stack_style(order: str, pool: str) -> dict[str, Any]:
    dash, symbol = ("solid", "circle") if order == ORDERS[0] else ("dot", "square")
    color = theme.LINES[list(POOL_WINDOWS).index(pool)]
    return {
        "line": {"color": color, "dash": dash, "width": 2},
        "marker": {"symbol": symbol, "size": 8, "color": color},
    }


def _of_stack(rows: Sequence[LevelCorrelation], order: str, pool: str) -> list[LevelCorrelation]:
    return [row for row in rows if row.order == order and row.pool == pool]


def _stack_lines(rows: Sequence[LevelCorrelation], field: str) -> list[dict[str, Any]]:
    return [
        _line(_of_stack(rows, order, pool), field, f"{pool}, {order}", **_stack_style(order, pool))
        for order in ORDERS
        for pool in POOL_WINDOWS
    ]


def _median_line(order: str, pool: str, levels: Sequence[LevelEvidence]) -> dict[str, Any]:
    """The median over objects of every level, with its interval."""
    estimates = [level.correlation for level in levels]
    name, style = f"{pool}, {order}", _stack_style(order, pool)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [level.level for level in levels],
        "y": [estimate.value for estimate in estimates],
        "line": style["line"],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [estimate.high - estimate.value for estimate in estimates],
            "arrayminus": [estimate.value - estimate.low for estimate in estimates],
            "color": style["line"]["color"],
            "thickness": 1,
            "width": 3,
        },
        "customdata": [[level.objects, level.pictures] for level in levels],
        "hovertemplate": "median %{y:.3f} at level %{x}<br>over %{customdata[0]} objects, "
        f"%{{customdata[1]}} pictures<extra>{name}</extra>",
    }


def _picture_markers(rows: Sequence[LevelCorrelation], order: str, pool: str) -> dict[str, Any]:
    """The picture on screen: one among those of the median."""
    trace = _line(
        _of_stack(rows, order, pool), "correlation", f"this picture: {pool}, {order}",
        **_stack_style(order, pool),
    )  # fmt: skip
    trace["marker"] = {**trace["marker"], "symbol": f"{trace['marker']['symbol']}-open"}
    return {**trace, "mode": "markers", "showlegend": False}


def _reference_line(
    rows: Sequence[LevelCorrelation],
    field: str,
    name: str,
    combine: Callable[[Sequence[float]], float],
) -> dict[str, Any]:
    """One line for all stacks: their values of each level, combined."""
    levels = sorted({row.level for row in rows})
    known = [
        [getattr(row, field) for row in rows if row.level == level and getattr(row, field)]
        for level in levels
    ]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": levels,
        "y": [combine(values) if values else None for values in known],
        "line": {"color": REFERENCE, "width": 5},
        "opacity": 0.55,
        "hovertemplate": f"%{{y:.3f}} at level %{{x}}<extra>{name}</extra>",
    }


def _level_axis(rows: Sequence[LevelCorrelation]) -> dict[str, Any]:
    last = max((row.level for row in rows), default=0)
    return {"title": {"text": "pooling layers"}, "dtick": 1, "range": [-0.2, last + 0.2]}


def correlation_figure(
    rows: Sequence[LevelCorrelation], baseline: str, medians: Medians
) -> theme.Figure:
    """Draw the correlation of every level with the scale space, and the baseline.

    Lines are ``medians`` over objects, markers the picture on screen. ``baseline``: the name of the
    photograph that the baseline is made with.
    """
    reference = _reference_line(rows, "baseline", f"baseline: largest with '{baseline}'", max)
    down = {"title": {"text": "correlation with the scale space"}, "range": [-0.65, 1.06]}
    alt = "Correlation of pooled maps with the scale space at the matching sigma, by level."
    layout = _layout("scale-space-stack", alt, _level_axis(rows), down, 7)
    lines = [_median_line(order, pool, levels) for (order, pool), levels in medians.items()]
    markers = [_picture_markers(rows, order, pool) for order, pool in medians]
    return {"data": [reference, *lines, *markers], "layout": layout}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def shift_figure(rows: Sequence[LevelCorrelation]) -> theme.Figure:
    """Draw the relative change of every level after a shift by one pixel, and the scale space's."""
    reference = _reference_line(rows, "reference_change", "scale space", _mean)
    down = {"title": {"text": "relative change after a 1 px shift"}, "rangemode": "tozero"}
    alt = "Relative change of pooled maps and of the scale space after a 1 px shift, by level."
    layout = _layout("scale-space-shift", alt, _level_axis(rows), down, 7)
    return {"data": [reference, *_stack_lines(rows, "shift_change")], "layout": layout}


def _change_axis() -> dict[str, Any]:
    names = [change.name for change in CHANGES]
    return {
        "categoryorder": "array",
        "categoryarray": names,
        "tickvals": names,
        "ticktext": [name.replace(" by ", "<br>by ") for name in names],
        "tickangle": 0,
        "tickfont": {"size": 11},
    }


def repeatability_figure(rows: Sequence[Repeatability]) -> theme.Figure:
    """Draw the repeatability of each detector as bars, by change of the picture."""
    traces = []
    for index, name in enumerate(dict.fromkeys(row.detector for row in rows)):
        of_detector = [row for row in rows if row.detector == name]
        traces.append(
            {
                "type": "bar",
                "name": name,
                "x": [row.change for row in of_detector],
                "y": [row.fraction for row in of_detector],
                "text": [f"{row.repeated}/{row.detectable}" for row in of_detector],
                "textposition": "none",
                "marker": {"color": theme.LINES[index % len(theme.LINES)]},
                "hovertemplate": "%{text} repeated<extra>%{fullData.name}</extra>",
            }
        )
    down = {"title": {"text": "repeatability"}, "range": [0, 1.04]}
    alt = "Repeatability of each detector's keypoints, by change of the picture."
    layout = _layout("scale-space-repeatability", alt, _change_axis(), down, len(traces))
    return {"data": traces, "layout": {**layout, "barmode": "group"}}
