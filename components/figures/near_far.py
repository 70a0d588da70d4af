"""The scene and, under it, the ladder of maps, all in one shared colour range."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core import formatting
from ...core.experiments.near_far.cell import map_geometry, map_names, map_values
from ...core.experiments.near_far.result import Result
from ...core.experiments.near_far.sentences import sentence, warnings
from ...core.experiments.near_far.walk import Walk, distances
from ...core.imaging.scene import PlacedObject
from . import ladder, theme

WIDE = ladder.Grid(width=960, scene=0.56, columns=4, ratio=0.5)
NARROW = ladder.Grid(width=350, scene=1.0, columns=2, ratio=0.5)
OBJECTS = (("near", theme.NEAR), ("far", theme.FAR))


def panels(result: Result) -> list[ladder.Panel]:
    """The scene, the convolution, then every level."""
    found = []
    parts = zip(map_names(result), map_values(result), map_geometry(result), strict=True)
    for at, (name, values, place) in enumerate(parts):
        rows, columns = values.shape
        sees = "px" if at == 0 else f", sees {max(place.size)} px"
        about = f"{rows} x {columns} {sees}".replace(" ,", ",")
        found.append(ladder.Panel(name, about, values, place))
    return found


def _outlines(result: Result, things: tuple[PlacedObject, PlacedObject]) -> list[dict[str, Any]]:
    """Both objects on every map; on the scene with their names and sizes."""
    found = []
    for trace, place in enumerate(map_geometry(result)):
        for thing, (name, colour) in zip(things, OBJECTS, strict=True):
            label = (
                f"{name} {formatting.significant_digits(thing.size_px)} px" if trace == 0 else ""
            )
            box = ladder.pixel_box(thing.box(), place)
            found.append({"trace": trace, "box": box, "color": colour, "label": label})
    return found


def _arrangement(result: Result, shown: list[ladder.Panel], grid: ladder.Grid) -> dict[str, Any]:
    texts = ("scene: gray level", f"all maps: response of {result.spec.filter}")
    bars = {
        f"coloraxis{number}": {"colorbar": ladder.bar(text, grid.bar(at, len(shown) - 1))}
        for at, (number, text) in enumerate(zip(("", "2"), texts, strict=True))
    }
    return {**ladder.arrange(shown, grid), **bars}


def _about(result: Result) -> str:
    near, far = result.spec.apparent_px
    return (
        f"A near object of {formatting.pixels(near)} and a far one of {formatting.pixels(far)}, and what the "
        f"{result.spec.filter} filter and {result.spec.depth} poolings make of them."
    )


def _distance(distance_m: float, size_px: float) -> str:
    return f"far at {formatting.significant_digits(distance_m)} m, {formatting.significant_digits(size_px)} px"


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
    """The scene and the ladder. ``player_key`` names the frames that belong to this picture."""
    shown, span = panels(result), result.span
    layout = _arrangement(result, shown, WIDE)
    layout["coloraxis"] |= {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1}
    layout["coloraxis2"] |= {"colorscale": theme.SIGNED, "cmin": -span, "cmax": span}
    layout["meta"] |= {
        "name": "near-far",
        "alt": _about(result),
        "caption": [sentence(result), " ".join(warnings(result))],
        "narrow": _arrangement(result, shown, NARROW),
        "maps": ladder.maps(shown),
        "boxes": _outlines(result, result.things),
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
    """Values as one of 256 steps of a colour scale from ``low`` to ``high``."""
    steps = (values - low) * (255 / (high - low))
    return np.clip(np.rint(steps), 0, 255).astype(np.uint8)


def frames(result: Result, walk: Walk, key: str) -> dict[str, Any]:
    """The walk as frames for the live chart: colour steps instead of numbers, to travel light."""
    parts = []
    for at, values in enumerate(walk.maps):
        low, high = (0.0, 1.0) if at == 0 else (-result.span, result.span)
        parts.append({"trace": at, "steps": _steps(values, low, high)})
    return {
        "key": key,
        "parts": parts,
        "labels": [
            _distance(distance, things[1].size_px)
            for distance, things in zip(walk.distances_m, walk.things, strict=True)
        ],
        "boxes": [_outlines(result, things) for things in walk.things],
    }
