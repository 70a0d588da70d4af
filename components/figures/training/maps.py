"""One object at several sizes, above its feature maps of one stage, aligned to the pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....core import formatting
from ....core.experiments.training.features import StageMaps
from .. import ladder, theme
from ..network import maps as network_maps
from .features import Grid, heatmap, tile

LABELS_PX, BAR_PX, TITLE_PX, WIDTH_PX = 64, 66, 24, 900
GAP = 0.08  # between two panels, of a canvas's side


def edges(panels: int, cells: int, side: float, start: float = 0.0) -> list[float]:
    """Where the cells of panels in a row begin and end, px; each panel is ``side`` long."""
    step = side * (1 + GAP)
    return [
        start + index * step + side * k / cells for index in range(panels) for k in range(cells + 1)
    ]


def _heat(name: str, values: Grid, panels: tuple[int, int], side: float, row: int) -> Any:
    """Panels (down, across) from the ``row``-th row of panels on."""
    down, across = panels
    rows = (values.shape[0] + 1) // down - 1
    columns = (values.shape[1] + 1) // across - 1
    return heatmap(
        name,
        values,
        x=edges(across, columns, side),
        y=edges(down, rows, side, row * side * (1 + GAP)),
        hovertemplate="%{z:.3f}<extra>%{fullData.name}</extra>",
    )


def _row_names(names: Sequence[str], side: float) -> list[dict[str, Any]]:
    """Names at the left of the rows."""
    place = {"x": 0, "xref": "paper", "xshift": -6, "xanchor": "right", "yanchor": "middle"}
    style = {"showarrow": False, "font": {"size": 11}, **place}
    step = side * (1 + GAP)
    return [
        {"text": name, "y": index * step + side / 2, **style} for index, name in enumerate(names)
    ]


def _column_names(sizes_px: Sequence[float], side: float) -> list[dict[str, Any]]:
    step = side * (1 + GAP)
    return [
        theme.title(formatting.pixels(size), index * step + side / 2, 1, xref="x", xanchor="center")
        for index, size in enumerate(sizes_px)
    ]


def _axes(across: int, down: int, side: float) -> dict[str, Any]:
    bare = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": ""}
    wide, tall = (side * (count * (1 + GAP) - GAP) for count in (across, down))
    return {"xaxis": {**bare, "range": [0, wide]}, "yaxis": {**bare, "range": [tall, 0]}}


def maps_figure(stages: StageMaps, stage: int, units: Sequence[int]) -> theme.Figure:
    """Draw the images in the first row and each filter's maps below, in one color range."""
    count, side = len(stages.sizes_px), float(stages.images.shape[-1])
    chosen = stages.maps[stage][:, list(units)].transpose(1, 0, 2, 3)
    pictures = _heat(f"the object: {stages.name}", tile(stages.images, count), (1, count), side, 0)
    pictures.pop("coloraxis")
    grays = {"colorscale": theme.GRAYS, "zmin": 0, "zmax": 1, "showscale": False}
    values = tile(chosen.reshape(-1, *chosen.shape[2:]), count)
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
        "annotations": [*_row_names(names, side), *_column_names(stages.sizes_px.tolist(), side)],
        "uirevision": f"training-maps {values.shape}",
        "meta": {
            "name": "training-maps",
            "alt": f"A {stages.name} at {count} sizes, and its feature maps in stage {stage + 1}.",
            "width": WIDTH_PX,
        },
    }
    return {"data": [{**pictures, **grays}, maps], "layout": layout}
