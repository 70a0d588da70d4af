"""One tile of every class at the distance that is set, over what probes get right at every one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.aerial.probing.probes import Interval
from ....core.experiments.transfer.pictures import SIDE_PX, SMALL_PX, Pictures
from ....core.experiments.transfer.result import Result
from ....core.experiments.transfer.sentences import title_of
from ....core.experiments.transfer.setup import SHUFFLED, TRAINED, UNTRAINED
from ....core.formatting import significant_digits
from ...markup import bold
from .. import ladder, theme
from .grid import HIGH_M, LOW_M, NARROW, WIDE, Grid, gsd_axis
from .lines import CHANCE, GRAY, MEAN_COLOR, accuracy_axis, band, line

APART_OCTAVES = 0.97  # so that no tile of the strip covers another
LAST, BEST, EARLY = theme.LINES[0], theme.LINES[1], theme.LINES[2]
MARK = theme.NEAR


@dataclass(frozen=True)
class Shown:
    """What the first screen shows: ``pictures`` at ``gsd_m``, a ``result``, those that were
    ``results`` about other distances too, and the ``caption``."""

    pictures: Pictures
    gsd_m: float
    result: Result | None
    results: Mapping[float, Result]
    caption: tuple[str, str]


def _tile_heatmap(at: int, name: str, cells: NDArray[np.uint8]) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": cells,
        "name": name,
        "xaxis": f"x{theme.axis_suffix(at)}",
        "yaxis": f"y{theme.axis_suffix(at)}",
        "coloraxis": "coloraxis",
        "hoverinfo": "none",
        "zsmooth": False,
    }


def strip_of(shown: Shown) -> list[float]:
    """The distances that the strip shows: of those that are close the finer one."""
    found: list[float] = []
    if shown.result is not None:
        for gsd_m in shown.result.protocol.tile_set.gsds_m:
            if not found or np.log2(gsd_m / found[-1]) > APART_OCTAVES:
                found.append(gsd_m)
    return found


def _strip_class(pictures: Pictures) -> int:
    return pictures.names.index("parking") if "parking" in pictures.names else 0


def tiles(shown: Shown) -> list[dict[str, Any]]:
    """The large ones, then those of the strip."""
    pictures = shown.pictures
    large = zip(pictures.names, pictures.cells_at(shown.gsd_m), strict=True)
    found = [_tile_heatmap(at, *part) for at, part in enumerate(large)]
    one = _strip_class(pictures)
    for gsd_m in strip_of(shown):
        name = f"{pictures.names[one]} at {significant_digits(gsd_m)} m"
        found.append(_tile_heatmap(len(found), name, pictures.small_cells_at(gsd_m, one)))
    return found


def _row(of: Interval, at: int) -> Interval:
    return Interval(of.mean[at], of.low[at], of.high[at])


def lines(result: Result, results: Mapping[float, Result]) -> list[dict[str, Any]]:
    """Shares that are right over the ground sample distance, and their floors."""
    one = result.protocol
    gsds, last = one.tile_set.gsds_m, one.layers[-1]
    trained = result.by_gsd[TRAINED]
    name = f"last layer ({title_of(result, last)}), tiles as they are"
    whole = _row(trained, -1)
    found = [*band(name, gsds, whole, LAST), line(name, gsds, whole, LAST)]
    if result.choice is not None:
        layer = one.layers.index(result.choice.layer)
        name = f"{title_of(result, result.choice.layer)}, tiles as they are"
        if result.choice.layer != last:
            found.append(line(name, gsds, _row(trained, layer), EARLY))
        found += _chosen(results)
    found.append(
        line("mean colour alone", gsds, _row(result.mean_color, 0), MEAN_COLOR, dash="dot")
    )
    chance = {"x": [LOW_M, HIGH_M], "y": [one.chance] * 2, "mode": "lines", "hoverinfo": "skip"}
    style = {"color": CHANCE, "width": 1}
    return [*found, {"type": "scatter", "name": "chance", "line": style, **chance}]


CONTROLS = {SHUFFLED: ("the same, shuffled weights", "solid"), UNTRAINED: ("untrained", "dash")}


def _points(
    results: Mapping[float, Result], weights: str
) -> tuple[list[float], Interval, list[str]]:
    """At each distance the layer and factor that were chosen there: shares, and what they are."""
    gsds, rows, said = list[float](), list[tuple[float, float, float]](), list[str]()
    for gsd_m, one in results.items():
        picked, protocol = one.choice, one.protocol
        if picked is None or weights not in one.by_factor:
            continue
        factor = protocol.factors(protocol.tile_set.gsd_m).index(picked.factor)
        gsds.append(gsd_m)
        rows.append(one.by_factor[weights].cell(protocol.layers.index(picked.layer), factor))
        said.append(
            f"{title_of(one, picked.layer)}, resized by {significant_digits(picked.factor)}"
        )
    return gsds, Interval(*np.array(rows, dtype=np.float64).reshape(-1, 3).T), said


def _chosen(results: Mapping[float, Result]) -> list[dict[str, Any]]:
    """The layer and factor that were chosen at each distance, and their floors."""
    gsds, of, said = _points(results, TRAINED)
    best = line("layer and resize factor chosen", gsds, of, BEST)
    best |= {
        "text": said,
        "marker": {"color": BEST, "size": 9, "symbol": "diamond"},
        "error_y": {
            "array": (of.high - of.mean).tolist(), "arrayminus": (of.mean - of.low).tolist(),
            "type": "data", "symmetric": False, "thickness": 1.5, "width": 3, "color": BEST,
        },
        "hovertemplate": "%{y:.1%} at %{x:.3g} m: %{text}<extra>chosen</extra>",
    }  # fmt: skip
    found = [best]
    for name, (title, dash) in CONTROLS.items():
        gsds, of, _ = _points(results, name)
        found.append(line(title, gsds, of, GRAY, dash, 1.5))
    return found


def _mark(gsd_m: float) -> dict[str, Any]:
    """An upright line at the distance that is set."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "the tiles above",
        "x": [gsd_m, gsd_m],
        "y": [0, 1],
        "line": {"color": MARK, "width": 2},
        "hoverinfo": "skip",
    }


def arrangement(grid: Grid, shown: Shown) -> dict[str, Any]:
    """What depends on the width."""
    names, strip = shown.pictures.names, strip_of(shown)
    boxes = [grid.tile(at) for at in range(len(names))]
    notes = [
        theme.title(bold(name), box[0], box[3]) for name, box in zip(names, boxes, strict=True)
    ]
    layout: dict[str, Any] = {"height": grid.height, "meta": {"width": grid.width}}
    for at, box in enumerate([*boxes, *(grid.small_tile(gsd_m) for gsd_m in strip)]):
        side = SIDE_PX if at < len(boxes) else SMALL_PX
        layout |= ladder.axes(at, box, (side, side))
    if strip:
        top = 1 - grid.strip_top / grid.height
        said = f"One tile of {bold(names[_strip_class(shown.pictures)])} at the distances below"
        notes.append(theme.title(said, 0, top + 2 / grid.height))
    left, low, right, high = grid.chart()
    name = theme.axis_suffix(len(boxes) + len(strip))
    layout[f"xaxis{name}"] = {**gsd_axis(), "domain": [left, right], "anchor": f"y{name}"}
    layout[f"yaxis{name}"] = {
        **accuracy_axis("right answers"), "domain": [low, high], "anchor": f"x{name}",
    }  # fmt: skip
    bottom = (21 * grid.entries + 4) / grid.height
    layout["legend"] = {"orientation": "h", "x": 0, "y": bottom, "yanchor": "top"}
    return {**layout, "annotations": notes}


def figure(shown: Shown) -> theme.Figure:
    """Tiles above; below them the chart, over which the strip's tiles stand at their distances."""
    data = tiles(shown)
    axes = {f"{axis}axis": f"{axis}{theme.axis_suffix(len(data))}" for axis in "xy"}
    curves = [] if shown.result is None else lines(shown.result, shown.results)
    wide, narrow = (replace(one, count=len(shown.pictures.names)) for one in (WIDE, NARROW))
    layout = arrangement(wide, shown)
    layout["meta"] |= {
        "name": "transfer",
        "alt": "A tile of every class at one ground sample distance, and the share of right "
        "answers of linear probes over ground sample distance, with floors.",
        "caption": list(shown.caption),
        "narrow": arrangement(narrow, shown),
    }
    layout |= {
        "coloraxis": {
            "colorscale": shown.pictures.palette.color_scale, "cmin": 0, "cmax": 255, "showscale": False,
        },
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "dragmode": False,
        "uirevision": "transfer",
    }  # fmt: skip
    return {
        "data": [*data, *({**one, **axes} for one in [*curves, _mark(shown.gsd_m)])],
        "layout": layout,
    }
