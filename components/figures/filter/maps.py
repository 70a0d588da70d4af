"""The responses of every filter to the present scene."""

from __future__ import annotations

from typing import Any

from ....core.experiments.filter import sentences
from ....core.experiments.filter.scene import Scene
from ....core.experiments.filter.spec import Spec
from .. import ladder, theme

WIDTH, SCENE, TALLEST = 430, 0.56, 1.25


def _grid(shape: tuple[int, ...]) -> ladder.Grid:
    """The panels' shape is the picture's; taller ones than TALLEST leave room at their side."""
    ratio = min(TALLEST, shape[0] / shape[1])
    return ladder.Grid(width=WIDTH, scene_fraction=min(SCENE, 0.45 / ratio), columns=2, ratio=ratio)


def panels(scene: Scene) -> list[ladder.Panel]:
    """List the scene, then for every filter its response and, with pooling, the last map."""
    result: list[ladder.Panel] = []
    for name, values, geometry in zip(scene.names, scene.values, scene.geometries, strict=True):
        about = f"{values.shape[0]} x {values.shape[1]}"
        about += "" if result else " px"
        result.append(ladder.Panel(name, about, values, geometry))
    return result


def _outlines(scene: Scene) -> list[dict[str, Any]]:
    if scene.placed is None:
        return []
    outlines = []
    for trace, geometry in enumerate(scene.geometries):
        label = f"{scene.placed.size_px:.4g} px" if trace == 0 else ""
        box = ladder.pixel_box(scene.placed.box(), geometry)
        outlines.append({"trace": trace, "box": box, "color": theme.NEAR, "label": label})
    return outlines


def _about(spec: Spec, scene: Scene) -> str:
    shown = f"A {spec.object} of {spec.size_px:.4g} px" if scene.placed else "A photograph"
    return f"{shown}, and the responses of these filters to it: {', '.join(spec.names)}."


def figure(spec: Spec, scene: Scene) -> theme.Figure:
    """Draw the scene or photograph and the maps, all maps in one shared color range."""
    shown, grid = panels(scene), _grid(scene.picture.shape)
    layout = ladder.arrange(shown, grid)
    layout["meta"] |= {
        "name": "filter",
        "caption": [sentences.describe_peaks(spec, scene), sentences.scene_note(spec, scene)],
        "alt": _about(spec, scene),
        "narrow": ladder.arrange(shown, grid),
        "maps": ladder.maps(shown),
        "boxes": _outlines(scene),
    }
    texts = (f"{shown[0].name}: brightness", "all maps: response")
    bars = [
        ladder.color_bar(text, grid.bar_position(index, len(shown) - 1))
        for index, text in enumerate(texts)
    ]
    layout |= {
        "coloraxis": {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1, "colorbar": bars[0]},
        "coloraxis2": {
            "colorscale": theme.SIGNED,
            "cmin": -scene.max_response,
            "cmax": scene.max_response,
            "colorbar": bars[1],
        },
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "dragmode": "zoom",
        "uirevision": f"{[panel.values.shape for panel in shown]}",
    }
    return {"data": ladder.traces(shown), "layout": layout}
