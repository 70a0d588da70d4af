"""Kernels as cells: one to paint on, and all of a layer to choose from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...markup import bold
from .. import theme

Weights = NDArray[np.float32]

BANK_PX, GAP_PX = 700, 8  # width of a layer's kernels; room below them
MANY_COLUMNS = 5  # more than these leave little room for a weight


def _layout(weights: Weights, name: str, alt: str) -> dict[str, Any]:
    """What both figures share: square cells, row 0 on top, and what a click reports."""
    rows, columns = weights.shape
    down = theme.image_axis((0, 1), rows, scaleanchor="x")
    down["range"].reverse()
    cells = {"trace": 0, "label": "weight", "channel": 0, "start": (0, 0), "stride": (1, 1)}
    return {
        "xaxis": theme.image_axis((0, 1), columns),
        "yaxis": down,
        "dragmode": False,
        "meta": {
            "name": name,
            "alt": alt,
            "maps": [{**cells, "offsets": [[0, 0], [0, 0]], "layers": []}],
        },
    }


def _weight_text(weight: float, columns: int) -> str:
    """Write a weight so that it fits into its cell: cells are narrow where there are many."""
    if columns <= MANY_COLUMNS or weight == 0:
        return f"{weight:.3g}"
    text = f"{weight:.2f}" if abs(weight) < 10 else f"{weight:.0f}"
    return "0.00" if text == "-0.00" else text


def kernel_figure(name: str, kernel: Weights) -> theme.Figure:
    """Draw the weights, float32 (rows, columns), as cells that can be painted."""
    rows, columns = kernel.shape
    largest = float(np.abs(kernel).max()) or 1.0
    heat = {
        "type": "heatmap",
        "z": kernel,
        "text": [[_weight_text(weight, columns) for weight in row] for row in kernel.tolist()],
        "texttemplate": "%{text}",
        "textfont": {"size": 9 if columns > MANY_COLUMNS else 14},
        "coloraxis": "coloraxis",
        "hoverinfo": "none",
        "name": name,
        "xgap": 1,
        "ygap": 1,
    }
    bar = {"title": {"text": "weight"}, "thickness": 10, "outlinewidth": 0}
    color_axis = {"colorscale": theme.SIGNED, "cmin": -largest, "cmax": largest, "colorbar": bar}
    layout = {
        **_layout(kernel, "filter-kernel", f"The {rows} x {columns} weights of {name}."),
        "height": 380,
        "margin": {"l": 0, "r": 0, "t": 26, "b": 0},
        "coloraxis": color_axis,
        "annotations": [theme.title(f"{bold(name)}  {rows} x {columns} weights", 0, 1)],
    }
    return {"data": [heat], "layout": layout}


def bank_figure(layer: str, table: Weights) -> theme.Figure:
    """Draw a layer's kernels, tiled as float32 (rows, columns), each in its own range."""
    rows, columns = table.shape
    heat = {"type": "heatmap", "z": table, "coloraxis": "coloraxis", "hoverinfo": "none"}
    layout = _layout(table, f"kernels-{layer}", f"The depthwise kernels of {layer}.")
    layout["meta"]["width"] = BANK_PX
    layout |= {
        "height": BANK_PX * rows / columns + GAP_PX,
        "margin": {"l": 0, "r": 0, "t": 0, "b": GAP_PX},
        "coloraxis": {"colorscale": theme.SIGNED, "cmin": -1, "cmax": 1, "showscale": False},
    }
    return {"data": [heat], "layout": layout}
