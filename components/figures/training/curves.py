"""Accuracy over apparent size: all precomputed runs, and the session's own runs over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....core import formatting
from ....core.experiments.training.result import Result
from ....core.experiments.training.spec import TEST_PX
from ...markup import bold
from .. import theme
from .lines import (
    COLORS,
    USER_COLORS,
    Shares,
    band,
    dash,
    fraction_axis,
    mean_line,
    size_axis,
    translucent,
)

PLAIN = "plain"
PLOT_PX, TOP_PX, BELOW_PX, NAMES_PX, ENTRY_PX = 380, 24, 48, 158, 21
NAME_PX = 15  # between two names at the right
EMPHASIS_WIDTH_PX = 2  # from this width on a line is emphasized
LONG = 17  # letters of a name that fills a line of a phone's legend
NOT_YET = "There are no precomputed runs; train a network below."
GRAY = "#8a8a8a"


@dataclass(frozen=True)
class UserRun:
    """A session's own run, under its title."""

    title: str
    result: Result


def _style(name: str, recipe: str, chosen: str) -> tuple[dict[str, Any], bool]:
    """A line's style, and whether it is emphasized."""
    strong = name in (chosen, PLAIN)
    width = 3.5 if name == chosen else 2.5 if strong else 1.25
    return {"color": COLORS[recipe], "width": width, "dash": dash(recipe)}, strong


def _shares(result: Result) -> Shares:
    return Shares(result.accuracy, result.test_objects)


def _precomputed(name: str, result: Result, chosen: str) -> list[dict[str, Any]]:
    recipe = result.spec.recipe
    line, strong = _style(name, recipe, chosen)
    shown = mean_line(name, result.test_px, result.accuracy, line)
    if strong:
        return [*band(name, result.test_px, _shares(result), line["color"]), shown]
    return [{**shown, "opacity": 0.6}]


def _user_run(run: UserRun, index: int) -> list[dict[str, Any]]:
    color, result = USER_COLORS[index % len(USER_COLORS)], run.result
    line = {"color": color, "width": 3, "dash": "solid"}
    marks = {"mode": "lines+markers", "marker": {"size": 6, "color": color, "symbol": "diamond"}}
    shown = mean_line(run.title, result.test_px, result.accuracy, line, **marks)
    return [*band(run.title, result.test_px, _shares(result), color), shown]


def spread_apart(places: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Move places as little as needed to be ``apart`` from each other, keeping their order."""
    order = np.argsort(places, kind="stable")
    moved = np.array(places, dtype=float)[order]
    for index in range(1, len(moved)):
        moved[index] = max(moved[index], moved[index - 1] + apart)
    over = moved[-1] - high if len(moved) else 0.0
    if over > 0:  # push back down from the top
        moved[-1] = high
        for index in range(len(moved) - 2, -1, -1):
            moved[index] = min(moved[index], moved[index + 1] - apart)
    placed = np.empty(len(moved))
    placed[order] = np.maximum(moved, low)
    return [float(place) for place in placed]


def _name(trace: dict[str, Any]) -> str:
    """The label at a line's end: of a session's own run its number alone."""
    name = trace["name"].partition(":")[0]
    return bold(name) if trace["line"]["width"] > EMPHASIS_WIDTH_PX else name


def _names(data: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every line's name at its right end, in its color."""
    lines = [trace for trace in data if trace.get("showlegend", True) and trace["y"]]
    apart = NAME_PX / PLOT_PX * 1.05
    heights = spread_apart([trace["y"][-1] for trace in lines], apart, 0.0, 1.0)
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


def trained_range_shapes(low: float, high: float, color: str) -> list[dict[str, Any]]:
    """The sizes that were trained on, shaded: a line where it is one size."""
    ends = {"x0": low, "x1": high, "y0": 0, "y1": 1, "xref": "x", "yref": "paper", "layer": "below"}
    if low == high:
        return [{"type": "line", "line": {"color": translucent(color, 0.5), "width": 5}, **ends}]
    return [{"type": "rect", "line": {"width": 0}, "fillcolor": translucent(color, 0.1), **ends}]


def _range_name(text: str, low: float, high: float, color: str) -> dict[str, Any]:
    place = {"xref": "x", "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    middle = float(np.log10(np.sqrt(low * high)))
    font = {"size": 12, "color": color}
    return {"text": text, "x": middle, "y": 1, "showarrow": False, "font": font, **place}


def chance_line(share: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """The accuracy of guessing, as a line and its name."""
    dotted = {"color": GRAY, "width": 1, "dash": "dot"}
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": share, "y1": share}
    name = {
        "text": f"chance level, {formatting.percent(share)}",
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


def _narrow(data: Sequence[dict[str, Any]], notes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """On a phone the names stand in a legend below: of recipes two in a line."""
    names = [trace["name"] for trace in data if trace.get("showlegend", True)]
    alone = sum(len(name) > LONG for name in names)
    below = BELOW_PX + ENTRY_PX * (alone + -(-(len(names) - alone) // 2))
    return {
        "height": 300 + TOP_PX + below,
        "margin": {"l": 48, "r": 8, "t": TOP_PX, "b": below},
        "showlegend": True,
        "annotations": list(notes),
        "yaxis": {"title": {"text": "test accuracy"}},
    }


def _traces(
    chosen: str, precomputed: Mapping[str, Result], user_runs: Sequence[UserRun]
) -> list[dict[str, Any]]:
    """The precomputed runs, plain and the chosen one over the others, and own runs on top."""
    data: list[dict[str, Any]] = []
    shown = [name for name, run in precomputed.items() if name in (chosen, run.spec.recipe)]
    for name in sorted(shown, key=lambda name: (name == chosen, name == PLAIN)):
        data += _precomputed(name, precomputed[name], chosen)
    for index, run in enumerate(user_runs):
        data += _user_run(run, index)
    return data


def _training_sizes(result: Result | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The shading of a run's training sizes, and their name; empty for None."""
    if result is None:
        return [], []
    low, high = result.train_range_px
    color = COLORS[result.spec.recipe]
    name = _range_name(f"trained at {result.label}", low, high, color)
    return trained_range_shapes(low, high, color), [name]


def curves_figure(
    chosen: str,
    precomputed: Mapping[str, Result],
    user_runs: Sequence[UserRun],
    chance_level: float,
    caption: tuple[str, str],
) -> theme.Figure:
    """Draw test accuracy over apparent size, the session's own runs over the precomputed ones.

    ``chosen``: the precomputed run that is emphasized, with plain; other runs that were trained on
    centered objects are left out. ``chance_level``: in [0, 1]. ``caption``: the text above the
    chart, and a note.
    """
    data = _traces(chosen, precomputed, user_runs)
    line, name_of_chance = chance_line(chance_level)
    range_shapes, range_names = _training_sizes(precomputed.get(chosen))
    notes = [name_of_chance, *range_names]
    results = [*precomputed.values(), *(run.result for run in user_runs)]
    sizes = [px for result in results for px in result.test_px]
    layout = {
        "height": PLOT_PX + TOP_PX + BELOW_PX,
        "margin": {"l": 60, "r": NAMES_PX, "t": TOP_PX, "b": BELOW_PX},
        "xaxis": size_axis(sizes or TEST_PX),
        "yaxis": fraction_axis("test accuracy"),
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "y": -44 / 300, "yanchor": "top"},
        "shapes": [line, *range_shapes],
        "annotations": [*notes, *_names(data)],
        "uirevision": "training",
        "meta": {
            "name": "training",
            "alt": "Test accuracy by apparent size, by method; plain and the chosen one stand out.",
            "narrow": _narrow(data, notes),
            "caption": list(caption) if results else [NOT_YET, ""],
        },
    }
    return {"data": data, "layout": layout}
