"""The scene and, under it, the maps of every level in one shared color range."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core import formatting
from ...core.experiments.near_far.cell import map_geometry, map_names, map_values
from ...core.experiments.near_far.result import Result
from ...core.experiments.near_far.sentences import describe, receptive_field_px, warnings
from ...core.experiments.near_far.walk import Walk, distances
from ...core.imaging.scene import PlacedObject
from ..markup import LINE_BREAK
from . import ladder, theme

WIDE = ladder.Grid(width=960, scene_fraction=0.56, columns=4, ratio=0.5, title_lines=2)
NARROW = ladder.Grid(width=350, scene_fraction=1.0, columns=2, ratio=0.5, title_lines=2)
OBJECTS = (("near", theme.NEAR), ("far", theme.FAR))


def panels(result: Result) -> list[ladder.Panel]:
    """List the scene, the convolution, then every level."""
    shown = []
    parts = zip(map_names(result), map_values(result), map_geometry(result), strict=True)
    for index, (name, values, geometry) in enumerate(parts):
        rows, columns = values.shape
        field = f"{LINE_BREAK}receptive field {receptive_field_px(geometry)}" if index else " px"
        shown.append(ladder.Panel(name, f"{rows} x {columns}{field}", values, geometry))
    return shown


def _outlines(result: Result, objects: tuple[PlacedObject, PlacedObject]) -> list[dict[str, Any]]:
    """Both objects on every map; on the scene with their names and sizes."""
    outlines = []
    for trace, geometry in enumerate(map_geometry(result)):
        for placed, (name, color) in zip(objects, OBJECTS, strict=True):
            label = f"{name} {formatting.pixels(placed.size_px)}" if trace == 0 else ""
            box = ladder.pixel_box(placed.box(), geometry)
            outlines.append({"trace": trace, "box": box, "color": color, "label": label})
    return outlines


def _arrange(result: Result, shown: list[ladder.Panel], grid: ladder.Grid) -> dict[str, Any]:
    texts = ("scene: brightness", f"all maps: response of {result.spec.filter}")
    bars = {
        f"coloraxis{number}": {
            "colorbar": ladder.color_bar(text, grid.bar_position(index, len(shown) - 1))
        }
        for index, (number, text) in enumerate(zip(("", "2"), texts, strict=True))
    }
    return {**ladder.arrange(shown, grid), **bars}


def _alt(result: Result) -> str:
    near, far = result.spec.apparent_px
    return (
        f"A near object of {formatting.pixels(near)} and a far one of {formatting.pixels(far)}, "
        f"with the maps of the {result.spec.filter} filter and {result.spec.depth} pooling layers."
    )


def _distance(distance_m: float, size_px: float) -> str:
    distance = formatting.significant_digits(distance_m)
    return f"far at {distance} m, {formatting.pixels(size_px)}"


def _player(result: Result, key: str) -> dict[str, Any]:
    path = np.array(distances(result.spec))
    far_m = result.spec.far_m
    return {
        "label": "Walk away",
        "key": key,
        "now": _distance(far_m, result.spec.apparent_px[1]),
        "at": int(np.abs(np.log(path / far_m)).argmin()),
        "count": len(path),
    }


def figure(result: Result, player_key: str = "") -> theme.Figure:
    """Draw the scene and the maps. ``player_key`` names the frames that belong to this picture."""
    shown, limit = panels(result), result.max_response
    layout = _arrange(result, shown, WIDE)
    layout["coloraxis"] |= {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1}
    layout["coloraxis2"] |= {"colorscale": theme.SIGNED, "cmin": -limit, "cmax": limit}
    layout["meta"] |= {
        "name": "near-far",
        "alt": _alt(result),
        "caption": [" ".join(describe(result)), " ".join(warnings(result))],
        "narrow": _arrange(result, shown, NARROW),
        "maps": ladder.maps(shown),
        "boxes": _outlines(result, result.objects),
        "player": _player(result, player_key),
    }
    layout |= {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": "zoom",
        "uirevision": f"{[panel.values.shape for panel in shown]}",
    }
    return {"data": ladder.traces(shown), "layout": layout}


def _steps(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Quantize values to 256 steps of a color scale from ``low`` to ``high``."""
    steps = (values - low) * (255 / (high - low))
    rounded: NDArray[np.uint8] = np.clip(np.rint(steps), 0, 255).astype(np.uint8)
    return rounded


def frames(result: Result, walk: Walk, key: str) -> dict[str, Any]:
    """Encode the walk as frames for the live chart, as color steps to keep the message small."""
    parts = []
    for trace, values in enumerate(walk.maps):
        limit = result.max_response
        low, high = (-limit, limit) if trace else (0.0, 1.0)
        parts.append({"trace": trace, "steps": _steps(values, low, high)})
    return {
        "key": key,
        "parts": parts,
        "labels": [
            _distance(distance_m, far.size_px)
            for distance_m, (_, far) in zip(walk.distances_m, walk.objects, strict=True)
        ],
        "boxes": [_outlines(result, objects) for objects in walk.objects],
    }
