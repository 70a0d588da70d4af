"""Accuracy over apparent size: all recipes' finished runs, and runs of one's own over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....core import formatting
from ....core.experiments.training.result import Result
from ....core.experiments.training.spec import TEST_PX
from .. import theme
from .lines import COLORS, OWN, band, dash, faint, mean_line, share_axis, size_axis

PLAIN = "plain"
PLOT_PX, TOP_PX, BELOW_PX, NAMES_PX, ENTRY_PX = 380, 24, 48, 158, 21
NAME_PX = 15  # between two names at the right
STRONG_PX = 2  # from this width on a line is one of the strong ones
LONG = 17  # letters of a name that fills a line of a phone's legend
NOT_YET = "There are no finished runs here yet; train one yourself below."
GRAY = "#8a8a8a"


@dataclass(frozen=True)
class Own:
    """A run of one's own, under its title."""

    title: str
    result: Result


def _style(name: str, recipe: str, chosen: str) -> tuple[dict[str, Any], bool]:
    """A line's style, and whether it is one of the strong ones."""
    strong = name in (chosen, PLAIN)
    width = 3.5 if name == chosen else 2.5 if strong else 1.25
    return {"color": COLORS[recipe], "width": width, "dash": dash(recipe)}, strong


def _finished(name: str, result: Result, chosen: str) -> list[dict[str, Any]]:
    recipe = result.spec.recipe
    line, strong = _style(name, recipe, chosen)
    shown = mean_line(name, result.test_px, result.accuracy, line)
    if strong:
        return [*band(name, result.test_px, result.accuracy, line["color"]), shown]
    return [{**shown, "opacity": 0.6}]


def _own(one: Own, at: int) -> list[dict[str, Any]]:
    color, result = OWN[at % len(OWN)], one.result
    line = {"color": color, "width": 3, "dash": "solid"}
    marks = {"mode": "lines+markers", "marker": {"size": 6, "color": color, "symbol": "diamond"}}
    shown = mean_line(one.title, result.test_px, result.accuracy, line, **marks)
    return [*band(one.title, result.test_px, result.accuracy, color), shown]


def spread(places: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """The places moved as little as it takes to be ``apart`` from each other, in their order."""
    order = np.argsort(places, kind="stable")
    moved = np.array(places, dtype=float)[order]
    for at in range(1, len(moved)):
        moved[at] = max(moved[at], moved[at - 1] + apart)
    over = moved[-1] - high if len(moved) else 0.0
    if over > 0:  # push back down from the top
        moved[-1] = high
        for at in range(len(moved) - 2, -1, -1):
            moved[at] = min(moved[at], moved[at + 1] - apart)
    found = np.empty(len(moved))
    found[order] = np.maximum(moved, low)
    return [float(one) for one in found]


def _name(trace: dict[str, Any]) -> str:
    """What stands at a line's end: of a run of one's own its number alone."""
    name = trace["name"].partition(":")[0]
    return f"<b>{name}</b>" if trace["line"]["width"] > STRONG_PX else name


def _names(data: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every line's name at its right end, in its color."""
    lines = [trace for trace in data if trace.get("showlegend", True) and trace["y"]]
    apart = NAME_PX / PLOT_PX * 1.05
    heights = spread([trace["y"][-1] for trace in lines], apart, 0.0, 1.0)
    return [
        {
            "text": _name(trace),
            "x": 1,
            "xref": "paper",
            "xshift": 6,
            "y": height,
            "xanchor": "left",
            "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 12, "color": trace["line"]["color"]},
        }
        for trace, height in zip(lines, heights, strict=True)
    ]


def trained_range(low: float, high: float, color: str) -> list[dict[str, Any]]:
    """The sizes that were trained on, shaded: a line where it is one size."""
    ends = {"x0": low, "x1": high, "y0": 0, "y1": 1, "xref": "x", "yref": "paper", "layer": "below"}
    if low == high:
        return [{"type": "line", "line": {"color": faint(color, 0.5), "width": 5}, **ends}]
    return [{"type": "rect", "line": {"width": 0}, "fillcolor": faint(color, 0.1), **ends}]


def _range_name(text: str, low: float, high: float, color: str) -> dict[str, Any]:
    place = {"xref": "x", "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    middle = float(np.log10(np.sqrt(low * high)))
    font = {"size": 12, "color": color}
    return {"text": text, "x": middle, "y": 1, "showarrow": False, "font": font, **place}


def chance(share: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """The accuracy of guessing, as a line and its name."""
    dotted = {"color": GRAY, "width": 1, "dash": "dot"}
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": share, "y1": share}
    name = {
        "text": f"guessing, {formatting.percent(share)}",
        "x": 0.005,
        "xref": "paper",
        "y": share,
        "yshift": -1,
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "font": {"size": 11, "color": GRAY},
    }
    return {**line, "line": dotted}, name


def _narrow(data: Sequence[dict[str, Any]], kept: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """On a phone the names stand in a legend below: of recipes two in a line."""
    names = [trace["name"] for trace in data if trace.get("showlegend", True)]
    alone = sum(len(name) > LONG for name in names)
    below = BELOW_PX + ENTRY_PX * (alone + -(-(len(names) - alone) // 2))
    return {
        "height": 300 + TOP_PX + below,
        "margin": {"l": 48, "r": 8, "t": TOP_PX, "b": below},
        "showlegend": True,
        "annotations": list(kept),
        "yaxis": {"title": {"text": "accuracy"}},
    }


def _traces(
    chosen: str, finished: Mapping[str, Result], own: Sequence[Own]
) -> list[dict[str, Any]]:
    """The finished ones, plain and the chosen one over the others, and one's own on top."""
    data: list[dict[str, Any]] = []
    shown = [name for name, one in finished.items() if name in (chosen, one.spec.recipe)]
    for name in sorted(shown, key=lambda one: (one == chosen, one == PLAIN)):
        data += _finished(name, finished[name], chosen)
    for at, one in enumerate(own):
        data += _own(one, at)
    return data


def curves_figure(
    chosen: str,
    finished: Mapping[str, Result],
    own: Sequence[Own],
    guessing: float,
    caption: tuple[str, str],
) -> theme.Figure:
    """``chosen``: the finished run drawn strongly, with plain; ``guessing``: accuracy by chance.

    Others that are trained unlike the rest of the recipes, in the middle, are left out. ``own`` are
    drawn over the finished ones. ``caption``: what is said above, and the remark.
    """
    data = _traces(chosen, finished, own)
    line, name_of_chance = chance(guessing)
    shapes, notes = [line], [name_of_chance]
    if chosen in finished:
        low, high = finished[chosen].train_range_px
        color = COLORS[finished[chosen].spec.recipe]
        shapes += trained_range(low, high, color)
        notes.append(_range_name(f"trained at {finished[chosen].label}", low, high, color))
    every = [*finished.values(), *(mine.result for mine in own)]
    sizes = [px for one in every for px in one.test_px]
    layout = {
        "height": PLOT_PX + TOP_PX + BELOW_PX,
        "margin": {"l": 60, "r": NAMES_PX, "t": TOP_PX, "b": BELOW_PX},
        "xaxis": size_axis(sizes or TEST_PX),
        "yaxis": share_axis("accuracy on unseen objects"),
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "y": -44 / 300, "yanchor": "top"},
        "shapes": shapes,
        "annotations": [*notes, *_names(data)],
        "uirevision": "training",
        "meta": {
            "name": "training",
            "alt": "Accuracy over apparent size for every recipe; the chosen one and plain strong.",
            "narrow": _narrow(data, notes),
            "caption": list(caption) if every else [NOT_YET, ""],
        },
    }
    return {"data": data, "layout": layout}
