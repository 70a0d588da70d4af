"""One object at several sizes, above what filters of a stage make of it, to the same pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....core import formatting
from ....core.experiments.training.features import StageMaps
from .. import ladder, theme
from ..network import maps as network_maps
from .features import Grid, heat, tiled

LABELS_PX, BAR_PX, TITLE_PX, WIDTH_PX = 64, 66, 24, 900
GAP = 0.08  # between two panels, of a canvas's side


def edges(panels: int, cells: int, side: float, start: float = 0.0) -> list[float]:
    """Where the cells of panels in a row begin and end, px; each panel is ``side`` long."""
    step = side * (1 + GAP)
    return [start + at * step + side * k / cells for at in range(panels) for k in range(cells + 1)]


def _heat(name: str, values: Grid, panels: tuple[int, int], side: float, row: int) -> Any:
    """Panels (down, across) from the ``row``-th row of panels on."""
    down, across = panels
    rows = (values.shape[0] + 1) // down - 1
    columns = (values.shape[1] + 1) // across - 1
    return heat(
        name,
        values,
        x=edges(across, columns, side),
        y=edges(down, rows, side, row * side * (1 + GAP)),
        hovertemplate="%{z:.3f}<extra>%{fullData.name}</extra>",
    )


def _beside(names: Sequence[str], side: float) -> list[dict[str, Any]]:
    """Names at the left of the rows."""
    place = {"x": 0, "xref": "paper", "xshift": -6, "xanchor": "right", "yanchor": "middle"}
    style = {"showarrow": False, "font": {"size": 11}, **place}
    step = side * (1 + GAP)
    return [{"text": name, "y": at * step + side / 2, **style} for at, name in enumerate(names)]


def _above(sizes_px: Sequence[float], side: float) -> list[dict[str, Any]]:
    step = side * (1 + GAP)
    return [
        theme.title(formatting.pixels(size), at * step + side / 2, 1, xref="x", xanchor="center")
        for at, size in enumerate(sizes_px)
    ]


def _axes(across: int, down: int, side: float) -> dict[str, Any]:
    bare = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": ""}
    wide, tall = (side * (count * (1 + GAP) - GAP) for count in (across, down))
    return {"xaxis": {**bare, "range": [0, wide]}, "yaxis": {**bare, "range": [tall, 0]}}


def maps_figure(found: StageMaps, stage: int, units: Sequence[int]) -> theme.Figure:
    """The pictures in the first row, a filter's maps in each other, all maps in one range."""
    count, side = len(found.sizes_px), float(found.images.shape[-1])
    chosen = found.maps[stage][:, list(units)].transpose(1, 0, 2, 3)
    pictures = _heat(f"the object: {found.name}", tiled(found.images, count), (1, count), side, 0)
    pictures.pop("coloraxis")
    grays = {"colorscale": theme.GRAYS, "zmin": 0, "zmax": 1, "showscale": False}
    values = tiled(chosen.reshape(-1, *chosen.shape[2:]), count)
    maps = _heat(f"stage {stage + 1}", values, (len(units), count), side, 1)
    axes = _axes(count, len(units) + 1, side)
    whole = (WIDTH_PX - LABELS_PX) * axes["yaxis"]["range"][0] / axes["xaxis"]["range"][1]
    bar = ladder.color_bar(f"activation, stage {stage + 1}", (0.0, -8 / whole, 1.0))
    names = ["input", *(f"filter {unit}" for unit in units)]
    layout = {
        "height": round(whole) + TITLE_PX + BAR_PX,
        "margin": {"l": LABELS_PX, "r": 0, "t": TITLE_PX, "b": BAR_PX},
        **axes,
        "coloraxis": {**network_maps.color_axis([chosen]), "colorbar": bar},
        "annotations": [*_beside(names, side), *_above(found.sizes_px.tolist(), side)],
        "uirevision": f"training-maps {values.shape}",
        "meta": {
            "name": "training-maps",
            "alt": f"A {found.name} at {count} sizes, and maps of it in stage {stage + 1}.",
            "width": WIDTH_PX,
        },
    }
    return {"data": [{**pictures, **grays}, maps], "layout": layout}
