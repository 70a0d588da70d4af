"""All maps of a layer, near above far, as one heatmap with gaps in one shared color range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.experiments.network.units.mosaic import Mosaic
from .. import ladder, theme
from . import maps

if TYPE_CHECKING:
    from ....core.experiments.network.views import ViewPair

WIDTH = 960
CHOSEN = "#ff9f1c"  # as the live chart outlines cells
BAR_PX, LEFT_PX = 62, 20


def _names(found: Mosaic) -> list[dict[str, Any]]:
    """The units' numbers, each in the gap above its maps."""
    notes = []
    for at, unit in enumerate(found.units):
        row, column = found.corner(at)
        layer = {"xref": "x", "yref": "y", "xanchor": "left", "yanchor": "bottom"}
        notes.append(
            {
                "text": str(unit),
                "x": column - 0.5,
                "y": row + found.tops[0] - 0.5,
                "showarrow": False,
                "font": {"size": 11},
                "borderpad": 0,
                **layer,
            }
        )
    return notes


def _distances(found: Mosaic) -> list[dict[str, Any]]:
    """'near' and 'far' at the left of every line."""
    lines = -(-len(found.units) // found.columns)
    return [
        {
            "text": name,
            "x": 0,
            "xshift": -4,
            "y": line * found.step[0] + top + size[0] / 2,
            "xref": "paper",
            "yref": "y",
            "xanchor": "right",
            "yanchor": "middle",
            "textangle": -90,
            "showarrow": False,
            "font": {"size": 11},
        }
        for line in range(lines)
        for name, top, size in zip(("near", "far"), found.tops, found.sizes, strict=True)
    ]


def _linked(shown: ViewPair, found: Mosaic, per_map: bool) -> dict[str, Any]:
    """The mosaic for the live chart: one trace whose tiles are maps with what their cells see."""
    net, layer = shown.network, shown.network.layer(shown.spec.shown_layer)
    sides = [one.picture.shape[1] for one in (shown.near, shown.far)]
    seen = [maps.geometry(net, layer, side, (1, 1)) for side in sides]
    label = layer.title.split(",")[0] + (" (fraction of its own maximum)" if per_map else "")
    return {
        **maps.link(0, label, 0, seen[0]),
        "tiles": {
            "units": found.units,
            "columns": found.columns,
            "step": found.step,
            "tops": found.tops,
            "sizes": found.sizes,
            "names": ("near", "far"),
            "starts": [one.start for one in seen],
            "sides": sides,
        },
    }


def _chosen(found: Mosaic, unit: int) -> list[dict[str, Any]]:
    if unit not in found.units:
        return []
    row, column = found.corner(found.units.index(unit))
    bottom = row + found.tops[1] + found.sizes[1][0]
    right = column + max(size[1] for size in found.sizes)
    box = (row + found.tops[0] - 0.5, column - 0.5, bottom - 0.5, right - 0.5)
    return [{"trace": 0, "box": box, "color": CHOSEN, "label": ""}]


def _bar(shown: ViewPair, per_map: bool) -> str:
    layer = shown.spec.shown_layer
    if per_map:
        return f"each map of {layer} scaled by its own maximum: not comparable"
    return f"all maps: activation, {layer}"


def _heat(shown: ViewPair, found: Mosaic) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": found.values,
        "name": f"{shown.spec.shown_layer}, near above far",
        "coloraxis": "coloraxis",
        "hoverinfo": "none",
        "hoverongaps": False,
        "zsmooth": False,
    }


def figure(shown: ViewPair, found: Mosaic, unit: int, per_map: bool = False) -> theme.Figure:
    """``unit``: the one that is chosen; ``per_map``: whether each map has a range of its own."""
    rows, columns = found.values.shape
    tall = WIDTH * rows / columns
    down = theme.image_axis((0, 1), rows, scaleanchor="x")
    down["range"].reverse()
    colors = maps.color_axis([found.values[~np.isnan(found.values)]])
    if per_map:
        colors = {**colors, "cmax": 1, "cmin": -1 if colors["cmin"] < 0 else 0}
    bar = ladder.color_bar(_bar(shown, per_map), (0.0, -8 / tall, 1.0))
    layout = {
        "height": round(tall) + BAR_PX,
        "xaxis": theme.image_axis((0, 1), columns),
        "yaxis": down,
        "coloraxis": {**colors, "colorbar": bar},
        "margin": {"l": LEFT_PX, "r": 0, "t": 0, "b": BAR_PX},
        "annotations": [*_names(found), *_distances(found)],
        "dragmode": "zoom",
        "uirevision": f"{found.values.shape}",
        "meta": {
            "name": f"network-{shown.spec.shown_layer}",
            "alt": f"Maps of {len(found.units)} units of {shown.spec.shown_layer}, near above far.",
            "width": WIDTH + LEFT_PX,
            "maps": [_linked(shown, found, per_map)],
            "boxes": _chosen(found, unit),
        },
    }
    return {"data": [_heat(shown, found)], "layout": layout}
