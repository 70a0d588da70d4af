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
BAR_PX, LEFT_PX, TOP_PX = 62, 20, 14  # at the top: the numbers of the first line


def _names(mosaic: Mosaic) -> list[dict[str, Any]]:
    """The units' numbers, each in the gap above its maps."""
    notes = []
    for position, unit in enumerate(mosaic.units):
        row, column = mosaic.corner(position)
        layer = {"xref": "x", "yref": "y", "xanchor": "left", "yanchor": "bottom"}
        notes.append(
            {
                "text": str(unit),
                "x": column - 0.5,
                "y": row + mosaic.tops[0] - 0.5,
                "showarrow": False,
                "font": {"size": 11},
                "borderpad": 0,
                **layer,
            }
        )
    return notes


def _narrow_names(mosaic: Mosaic) -> list[dict[str, Any]]:
    """On a phone the numbers are higher than the gap: smaller, on a ground that hides the maps."""
    chip = {"font": {"size": 9, "color": "#ffffff"}, "bgcolor": "rgba(0,0,0,0.7)"}
    return [{**name, **chip} for name in _names(mosaic)]


def _distances(mosaic: Mosaic) -> list[dict[str, Any]]:
    """'near' and 'far' at the left of every line."""
    lines = -(-len(mosaic.units) // mosaic.columns)
    return [
        {
            "text": name,
            "x": 0,
            "xshift": -4,
            "y": line * mosaic.step[0] + top + size[0] / 2,
            "xref": "paper",
            "yref": "y",
            "xanchor": "right",
            "yanchor": "middle",
            "textangle": -90,
            "showarrow": False,
            "font": {"size": 11},
        }
        for line in range(lines)
        for name, top, size in zip(("near", "far"), mosaic.tops, mosaic.sizes, strict=True)
    ]


def _linked(pair: ViewPair, mosaic: Mosaic, per_map: bool) -> dict[str, Any]:
    """The mosaic for the live chart: one trace whose tiles are maps, with their geometry."""
    net, layer = pair.network, pair.network.layer(pair.spec.shown_layer)
    sides = [view.picture.shape[1] for view in (pair.near, pair.far)]
    geometries = [maps.geometry(net, layer, side, (1, 1)) for side in sides]
    label = layer.title.split(",")[0] + (" (fraction of its own maximum)" if per_map else "")
    return {
        **maps.link(0, label, 0, geometries[0]),
        "tiles": {
            "units": mosaic.units,
            "columns": mosaic.columns,
            "step": mosaic.step,
            "tops": mosaic.tops,
            "sizes": mosaic.sizes,
            "names": ("near", "far"),
            "starts": [geometry.start for geometry in geometries],
            "sides": sides,
        },
    }


def _chosen(mosaic: Mosaic, unit: int) -> list[dict[str, Any]]:
    if unit not in mosaic.units:
        return []
    row, column = mosaic.corner(mosaic.units.index(unit))
    bottom = row + mosaic.tops[1] + mosaic.sizes[1][0]
    right = column + max(size[1] for size in mosaic.sizes)
    box = (row + mosaic.tops[0] - 0.5, column - 0.5, bottom - 0.5, right - 0.5)
    return [{"trace": 0, "box": box, "color": CHOSEN, "label": ""}]


def _bar(pair: ViewPair, per_map: bool) -> str:
    layer = pair.spec.shown_layer
    if per_map:
        return f"each map of {layer} scaled by its own maximum: not comparable"
    return f"all maps: activation, {layer}"


def _heat(pair: ViewPair, mosaic: Mosaic) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": mosaic.values,
        "name": f"{pair.spec.shown_layer}, near above far",
        "coloraxis": "coloraxis",
        "hoverinfo": "none",
        "hoverongaps": False,
        "zsmooth": False,
    }


def figure(pair: ViewPair, mosaic: Mosaic, unit: int, per_map: bool = False) -> theme.Figure:
    """Draw the maps. ``unit``: the chosen one; ``per_map``: each map has a range of its own."""
    rows, columns = mosaic.values.shape
    tall = WIDTH * rows / columns
    down = theme.image_axis((0, 1), rows, scaleanchor="x")
    down["range"].reverse()
    colors = maps.color_axis([mosaic.values[~np.isnan(mosaic.values)]])
    if per_map:
        colors = {**colors, "cmax": 1, "cmin": -1 if colors["cmin"] < 0 else 0}
    bar = ladder.color_bar(_bar(pair, per_map), (0.0, -8 / tall, 1.0))
    layout = {
        "height": round(tall) + TOP_PX + BAR_PX,
        "xaxis": theme.image_axis((0, 1), columns),
        "yaxis": down,
        "coloraxis": {**colors, "colorbar": bar},
        "margin": {"l": LEFT_PX, "r": 0, "t": TOP_PX, "b": BAR_PX},
        "annotations": [*_names(mosaic), *_distances(mosaic)],
        "dragmode": "zoom",
        "uirevision": f"{mosaic.values.shape}",
        "meta": {
            "name": f"network-{pair.spec.shown_layer}",
            "alt": f"Maps of {len(mosaic.units)} units of {pair.spec.shown_layer}, near above far.",
            "width": WIDTH + LEFT_PX,
            "maps": [_linked(pair, mosaic, per_map)],
            "boxes": _chosen(mosaic, unit),
            "narrow": {"annotations": [*_narrow_names(mosaic), *_distances(mosaic)]},
        },
    }
    return {"data": [_heat(pair, mosaic)], "layout": layout}
