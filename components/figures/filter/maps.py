"""The present scene under every filter, and a kernel to paint on."""

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
    """The scene, then for every filter its response and, where there is pooling, the top map."""
    found = []
    for name, values, place in zip(scene.names, scene.values, scene.places, strict=True):
        about = f"{values.shape[0]} x {values.shape[1]}"
        about += " px" if not found else ""
        found.append(ladder.Panel(name, about, values, place))
    return found


def _outlines(scene: Scene) -> list[dict[str, Any]]:
    if scene.thing is None:
        return []
    found = []
    for trace, place in enumerate(scene.places):
        label = f"{scene.thing.size_px:.4g} px" if trace == 0 else ""
        box = ladder.pixel_box(scene.thing.box(), place)
        found.append({"trace": trace, "box": box, "colour": theme.NEAR, "label": label})
    return found


def _about(spec: Spec, scene: Scene) -> str:
    seen = f"A {spec.object} of {spec.size_px:.4g} px" if scene.thing else "A photograph"
    return f"{seen} and what these filters answer: {', '.join(spec.names)}."


def figure(spec: Spec, scene: Scene) -> theme.Figure:
    """The scene or photograph and the maps, all maps in one shared colour range."""
    shown, grid = panels(scene), _grid(scene.picture.shape)
    layout = ladder.arrange(shown, grid)
    layout["meta"] |= {
        "name": "filter",
        "caption": [sentences.here(spec, scene), sentences.notes(spec, scene)],
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
            "cmin": -scene.span,
            "cmax": scene.span,
            "colorbar": bars[1],
        },
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "dragmode": "zoom",
        "uirevision": f"{[panel.values.shape for panel in shown]}",
    }
    return {"data": ladder.traces(shown), "layout": layout}


def kernel_figure(name: str, kernel: np.ndarray[Any, np.dtype[np.float32]]) -> theme.Figure:
    """The weights as cells that can be painted, with their numbers."""
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
    seen = {"trace": 0, "label": "weight", "channel": 0, "start": (0, 0), "stride": (1, 1)}
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
            "maps": [{**seen, "offsets": [[0, 0], [0, 0]], "layers": []}],
        },
    }
    return {"data": [heat], "layout": layout}


def bank_figure(place: str, table: np.ndarray[Any, np.dtype[np.float32]]) -> theme.Figure:
    """A layer's kernels as one table of cells, each kernel in its own range."""
    rows, columns = table.shape
    heat = {"type": "heatmap", "z": table, "coloraxis": "coloraxis", "hoverinfo": "none"}
    across = theme.image_axis((0, 1), columns)
    down = theme.image_axis((0, 1), rows, scaleanchor="x")
    down["range"].reverse()
    seen = {"trace": 0, "label": "weight", "channel": 0, "start": (0, 0), "stride": (1, 1)}
    layout = {
        "height": BANK_HEIGHT * rows / columns + GAP,
        "xaxis": across,
        "yaxis": down,
        "margin": {"l": 0, "r": 0, "t": 0, "b": GAP},
        "coloraxis": {"colorscale": theme.SIGNED, "cmin": -1, "cmax": 1, "showscale": False},
        "meta": {
            "name": f"kernels-{place}",
            "alt": f"The depthwise kernels of {place}.",
            "width": BANK_HEIGHT,
            "maps": [{**seen, "offsets": [[0, 0], [0, 0]], "layers": []}],
        },
        "dragmode": False,
    }
    return {"data": [heat], "layout": layout}
