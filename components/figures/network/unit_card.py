"""One unit: its maps at six sizes, the receptive field of its peak, its tuning and its patches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ....core import formatting
from ...markup import bold
from .. import ladder, theme
from . import maps

if TYPE_CHECKING:
    from ....core.experiments.network.units.card import Card
    from ....core.experiments.network.units.mosaic import UnitView, UnitViews
    from ....core.imaging.palette import Palette

COLUMNS = 3
FIELD, LABELS = "#ff9f1c", "#ffffff"
TITLE_PX, BAR_PX = 24, 58


def _corners(unit_views: UnitViews) -> list[tuple[int, int]]:
    side = _side(unit_views)
    return [
        (panel // COLUMNS * side, panel % COLUMNS * side) for panel in range(len(unit_views.views))
    ]


def _side(unit_views: UnitViews) -> int:
    return int(max(view.picture.shape[1] for view in unit_views.views))


def _pictures(unit_views: UnitViews) -> NDArray[np.float32]:
    """All views in a grid, float32 (3, rows, columns); smaller inputs are padded with gray."""
    side, lines = _side(unit_views), -(-len(unit_views.views) // COLUMNS)
    whole = np.full(
        (3, lines * side, COLUMNS * side), unit_views.network.padding_gray, dtype=np.float32
    )
    for view, (row, column) in zip(unit_views.views, _corners(unit_views), strict=True):
        _, rows, columns = view.picture.shape
        whole[:, row : row + rows, column : column + columns] = view.picture
    return whole


def _moved(box: Sequence[float], corner: tuple[int, int]) -> ladder.Box:
    top, left, bottom, right = box
    return top + corner[0], left + corner[1], bottom + corner[0], right + corner[1]


def _outlines(unit_views: UnitViews) -> list[dict[str, Any]]:
    boxes = []
    for panel, (view, corner) in enumerate(
        zip(unit_views.views, _corners(unit_views), strict=True)
    ):
        side = view.picture.shape[1]
        for box, color in (((0, 0, side, side), LABELS), (view.field, FIELD)):
            inside = ladder.pixel_box(_moved(box, corner), maps.PIXELS)
            boxes.append({"trace": 0, "box": inside, "color": color, "label": ""})
        row, column = view.cell
        cell = (row - 0.5, column - 0.5, row + 0.5, column + 0.5)
        boxes.append({"trace": 1 + panel, "box": cell, "color": FIELD, "label": ""})
    return boxes


def _linked(unit_views: UnitViews, picture: NDArray[np.float32]) -> list[dict[str, Any]]:
    gray = np.rint(picture.mean(axis=0) * 255).astype(np.uint8)
    layer = unit_views.network.layer(unit_views.layer)
    rows = [maps.picture_link("gray level, 0 to 255", gray)]
    for panel, (view, corner) in enumerate(
        zip(unit_views.views, _corners(unit_views), strict=True)
    ):
        side, shape = view.picture.shape[1], (view.map.shape[0], view.map.shape[1])
        geometry = maps.geometry(unit_views.network, layer, side, shape, corner)
        label = f"unit {unit_views.unit}, {formatting.pixels(view.size_px)}"
        within = [*corner, corner[0] + side, corner[1] + side]
        rows.append({**maps.link(1 + panel, label, unit_views.unit, geometry), "within": within})
    return rows


def _boxes(unit_views: UnitViews, ratio: float, side_by_side: bool) -> tuple[list[ladder.Box], int]:
    """Boxes of the pictures and of the maps, side by side or below; and the height in px."""
    width = 960 if side_by_side else 350
    wide = (width - 24) / 2 if side_by_side else width
    tall = wide * ratio
    whole = TITLE_PX + tall + BAR_PX + (0 if side_by_side else TITLE_PX + tall)
    left, top = (wide + 24, TITLE_PX) if side_by_side else (0.0, 2 * TITLE_PX + tall)
    lines = -(-len(unit_views.views) // COLUMNS)
    cell, gap = (wide / COLUMNS, tall / lines), 4

    def box(at_left: float, at_top: float, across: float, down: float) -> ladder.Box:
        return (
            at_left / width,
            1 - (at_top + down) / whole,
            (at_left + across) / width,
            1 - at_top / whole,
        )

    layers = [box(0, TITLE_PX, wide, tall)]
    for panel in range(len(unit_views.views)):
        line, column = divmod(panel, COLUMNS)
        start = (left + column * cell[0], top + line * cell[1])
        layers.append(box(*start, cell[0] - gap, cell[1] - gap))
    return layers, round(whole)


def _arrangement(
    unit_views: UnitViews,
    shapes: Sequence[tuple[int, ...]],
    titles: tuple[str, str],
    side_by_side: bool,
) -> dict[str, Any]:
    ratio = shapes[0][0] / shapes[0][1]
    layers, height = _boxes(unit_views, ratio, side_by_side)
    layout: dict[str, Any] = {"height": height, "meta": {"width": 960 if side_by_side else 350}}
    for panel, (box, shape) in enumerate(zip(layers, shapes, strict=True)):
        layout |= maps.axes(panel, box, shape)
    low = min(box[1] for box in layers)
    bar = ladder.color_bar(
        f"all maps: activation of unit {unit_views.unit}", (layers[1][0], low, 0.49)
    )
    if not side_by_side:
        bar |= {"x": 0, "len": 1}
    layout["coloraxis2"] = {"colorbar": bar}
    layout["annotations"] = [
        theme.title(text, box[0], box[3]) for text, box in zip(titles, layers[:2], strict=True)
    ] + _sizes(unit_views)
    return layout


def _sizes(unit_views: UnitViews) -> list[dict[str, Any]]:
    """The size of every view, in its upper left corner."""
    return [
        {
            "text": formatting.pixels(view.size_px),
            "x": column,
            "y": row,
            "xref": "x",
            "yref": "y",
            "xanchor": "left",
            "yanchor": "top",
            "showarrow": False,
            "font": {"size": 11, "color": LABELS},
            "bgcolor": "#000000b0",
            "borderpad": 2,
        }
        for view, (row, column) in zip(unit_views.views, _corners(unit_views), strict=True)
    ]


def _panel(panel: int, values: NDArray[Any], view: UnitView | None) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": values,
        "name": "pictures" if view is None else formatting.pixels(view.size_px),
        "xaxis": f"x{theme.axis_suffix(panel)}",
        "yaxis": f"y{theme.axis_suffix(panel)}",
        "coloraxis": "coloraxis" if view is None else "coloraxis2",
        "hoverinfo": "none",
        "zsmooth": False,
    }


def views_figure(unit_views: UnitViews, palette: Palette) -> theme.Figure:
    """Draw the object at six sizes next to the unit's maps, with the peak's receptive field."""
    picture = _pictures(unit_views)
    data = [_panel(0, palette.color_indices(picture), None)]
    data += [_panel(1 + panel, view.map, view) for panel, view in enumerate(unit_views.views)]
    shapes = [trace["z"].shape for trace in data]
    rows, columns = shapes[-1]
    titles = (
        f"{bold('Peak response')}  outlined: receptive field of the strongest cell",
        f"{bold('Feature maps')}  {rows} x {columns} cells",
    )
    layout = _arrangement(unit_views, shapes, titles, side_by_side=True)
    scale = {"colorscale": palette.color_scale, "cmin": 0, "cmax": 255, "showscale": False}
    layout["coloraxis"] = scale
    layout["coloraxis2"] |= maps.color_axis([view.map for view in unit_views.views])
    sizes = formatting.join_with_and([formatting.pixels(view.size_px) for view in unit_views.views])
    unit = f"Unit {unit_views.unit} of {unit_views.layer}"
    layout["meta"] |= {
        "name": f"network-{unit_views.layer}-{unit_views.unit}",
        "alt": f"{unit}: receptive field of its peak at {sizes}.",
        "narrow": _arrangement(unit_views, shapes, titles, side_by_side=False),
        "maps": _linked(unit_views, picture),
        "boxes": _outlines(unit_views),
    }
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    layout |= {"margin": margin, "dragmode": "zoom", "uirevision": f"{shapes}"}
    return {"data": data, "layout": layout}


def _band(card: Card) -> list[dict[str, Any]]:
    names, fill = ("lower quartile", "upper quartile"), theme.translucent(theme.LINES[0])
    ends = card.low.tolist(), card.high.tolist()
    return theme.band(names, card.sizes_px.tolist(), *ends, fill)


def tuning_figure(card: Card, sizes_px: tuple[float, float], about: str) -> theme.Figure:
    """Draw response against apparent size, near and far marked; ``about`` is the caption."""
    data = _band(card)
    for name, values, dash in (("mean", card.mean, "solid"), ("median", card.median, "dot")):
        line = {"color": theme.LINES[0], "width": 2, "dash": dash}
        hover = "%{y:.3g} at %{x:.4g} px<extra>" + name + "</extra>"
        trace = {"type": "scatter", "mode": "lines", "x": card.sizes_px.tolist(), "line": line}
        data.append({**trace, "y": values.tolist(), "name": name, "hovertemplate": hover})
    marks = [
        {
            "type": "line", "xref": "x", "yref": "paper", "x0": size, "x1": size, "y0": 0, "y1": 1,
            "line": {"color": color, "width": 1.5, "dash": "dot"},
        }
        for size, color in zip(sizes_px, (theme.NEAR, theme.FAR), strict=True)
    ]  # fmt: skip
    low, high = np.log10([min(*sizes_px, 16) * 0.92, max(*sizes_px, 181) * 1.08]).tolist()
    ticks = [16, 32, 64, 128, 256]
    axis = {"type": "log", "range": [low, high], "tickvals": ticks, "zeroline": False}
    layout = {
        "height": 320,
        "margin": {"l": 52, "r": 8, "t": 26, "b": 84},
        "xaxis": {**axis, "title": {"text": "apparent size, px (log2)"}},
        "yaxis": {"title": {"text": "response above the blank canvas"}, "zeroline": True},
        "legend": {"orientation": "h", "x": 0, "y": -0.3, "yanchor": "top"},
        "shapes": marks,
        "annotations": [theme.title("band: interquartile range over the pictures", 0, 1.01)],
        "uirevision": "network-tuning",
        "meta": {
            "name": f"network-tuning-{card.layer}-{card.unit}",
            "alt": about,
            "caption": [about, ""],
        },
    }
    return {"data": data, "layout": layout}


def patches_figure(
    card: Card, picture: NDArray[np.float32], side: int, palette: Palette
) -> theme.Figure:
    """Draw the best patches, one column per size: float32 (3, best * side, sizes * side)."""
    numbers = palette.color_indices(picture)
    rows, columns = numbers.shape
    names = [
        {
            **theme.title(formatting.pixels(float(size)), panel * side - 0.5, 1),
            "xref": "x",
            "font": {"size": 11},
        }
        for panel, size in enumerate(card.sizes_px)
    ]
    tall = 960 * rows / columns
    across = theme.image_axis((0, 1), columns, constraintoward="left")
    down = theme.image_axis((0, 1), rows, scaleanchor="x", constraintoward="top")
    down["range"].reverse()
    scale = {"colorscale": palette.color_scale, "cmin": 0, "cmax": 255, "showscale": False}
    link = maps.picture_link("gray level", np.rint(picture.mean(0) * 255).astype(np.uint8))
    return {
        "data": [{**_panel(0, numbers, None), "name": "patches"}],
        "layout": {
            "height": round(tall) + 22,
            "xaxis": across,
            "yaxis": down,
            "coloraxis": scale,
            "margin": {"l": 0, "r": 0, "t": 20, "b": 2},
            "annotations": names,
            "uirevision": "network-patches",
            "meta": {
                "name": f"network-patches-{card.layer}-{card.unit}",
                "alt": "The patches with the strongest response, one column per apparent size.",
                "width": 960,
                "maps": [link],
            },
        },
    }
