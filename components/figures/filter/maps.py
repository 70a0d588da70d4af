"""The responses of every filter to the present scene, and a kernel to paint on."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....core.experiments.filter import sentences
from ....core.experiments.filter.scene import Scene
from ....core.experiments.filter.spec import Spec
from .. import ladder, theme

WIDTH, SCENE, TALLEST = 430, 0.56, 1.25
BANK_HEIGHT, GAP = 700, 8  # of a square table, which is as wide as that; room below it


def _grid(shape: tuple[int, ...]) -> ladder.Grid:
    """The panels' shape is the picture's; taller ones than TALLEST leave room at their side."""
    ratio = min(TALLEST, shape[0] / shape[1])
    return ladder.Grid(width=WIDTH, scene=min(SCENE, 0.45 / ratio), columns=2, ratio=ratio)


def panels(scene: Scene) -> list[ladder.Panel]:
    """List the scene, then for every filter its response and, with pooling, the last map."""
    result = []
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
    texts = (f"{shown[0].name}: gray level", "all maps: response")
    bars = [ladder.bar(text, grid.bar(at, len(shown) - 1)) for at, text in enumerate(texts)]
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


def kernel_figure(name: str, kernel: np.ndarray[Any, np.dtype[np.float32]]) -> theme.Figure:
    """Draw the weights, float32 (rows, columns), as cells that can be painted."""
    rows, columns = kernel.shape
    span = float(np.abs(kernel).max()) or 1.0
    written = [[f"{weight:.3g}" for weight in row] for row in kernel.tolist()]
    heat = {
        "type": "heatmap",
        "z": kernel,
        "text": written,
        "texttemplate": "%{text}",
        "textfont": {"size": 11 if columns > 5 else 14},
        "coloraxis": "coloraxis",
        "hoverinfo": "none",
        "name": name,
        "xgap": 1,
        "ygap": 1,
    }
    across = theme.image_axis((0, 1), columns)
    down = theme.image_axis((0, 1), rows, scaleanchor="x")
    down["range"].reverse()
    hovered = {"trace": 0, "label": "weight", "channel": 0, "start": (0, 0), "stride": (1, 1)}
    layout = {
        "height": 380,
        "xaxis": across,
        "yaxis": down,
        "margin": {"l": 0, "r": 0, "t": 26, "b": 0},
        "coloraxis": {
            "colorscale": theme.SIGNED,
            "cmin": -span,
            "cmax": span,
            "colorbar": {"title": {"text": "weight"}, "thickness": 10, "outlinewidth": 0},
        },
        "annotations": [theme.title(f"<b>{name}</b>  {rows} x {columns} weights", 0, 1)],
        "dragmode": False,
        "meta": {
            "name": "filter-kernel",
            "alt": f"The {rows} x {columns} weights of {name}.",
            "maps": [{**hovered, "offsets": [[0, 0], [0, 0]], "layers": []}],
        },
    }
    return {"data": [heat], "layout": layout}


def bank_figure(layer: str, table: np.ndarray[Any, np.dtype[np.float32]]) -> theme.Figure:
    """Draw a layer's kernels, tiled as float32 (rows, columns), each in its own range."""
    rows, columns = table.shape
    heat = {"type": "heatmap", "z": table, "coloraxis": "coloraxis", "hoverinfo": "none"}
    across = theme.image_axis((0, 1), columns)
    down = theme.image_axis((0, 1), rows, scaleanchor="x")
    down["range"].reverse()
    hovered = {"trace": 0, "label": "weight", "channel": 0, "start": (0, 0), "stride": (1, 1)}
    layout = {
        "height": BANK_HEIGHT * rows / columns + GAP,
        "xaxis": across,
        "yaxis": down,
        "margin": {"l": 0, "r": 0, "t": 0, "b": GAP},
        "coloraxis": {"colorscale": theme.SIGNED, "cmin": -1, "cmax": 1, "showscale": False},
        "meta": {
            "name": f"kernels-{layer}",
            "alt": f"The depthwise kernels of {layer}.",
            "width": BANK_HEIGHT,
            "maps": [{**hovered, "offsets": [[0, 0], [0, 0]], "layers": []}],
        },
        "dragmode": False,
    }
    return {"data": [heat], "layout": layout}
