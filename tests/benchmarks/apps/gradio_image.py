"""Gradio with one image of page 1's maps, painted by Pillow. It answers no pointer."""

from __future__ import annotations

import gradio as gr
import numpy as np
from PIL import Image

from scalescope.components.figures.ladder import Grid
from scalescope.components.figures.theme import GRAYS, SIGNED, Scale, rgb
from tests.benchmarks.apps import gradio_page, maps

GRID = Grid(width=960, scene_fraction=0.56, columns=4, ratio=0.5)


def palette(scale: Scale) -> np.ndarray:
    """256 colors, uint8 (256, 3), evenly spaced on a color scale."""
    places = [place for place, _ in scale]
    colors = np.array([rgb(color) for _, color in scale], dtype=float)
    steps = np.linspace(0, 1, 256)
    channels = [np.interp(steps, places, colors[:, channel]) for channel in range(3)]
    table: np.ndarray = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    return table


PALETTES = [(palette(GRAYS), 0.0), (palette(SIGNED), -1.0)]


def painted(far_m: float) -> Image.Image:
    """All maps on one sheet, each where page 1 has it, cells as cells."""
    _, planes, span = maps.at(far_m)
    height = GRID.height(len(planes) - 1)
    sheet = Image.new("RGB", (GRID.width, height), "white")
    boxes = GRID.boxes(len(planes) - 1)
    for at, (plane, (left, bottom, right, top)) in enumerate(zip(planes, boxes, strict=True)):
        colors, low = PALETTES[min(at, 1)]
        share = (plane if at == 0 else plane / span) - low
        steps = np.clip(share * 255 / (1 - low), 0, 255).astype(np.uint8)
        size = round((right - left) * GRID.width), round((top - bottom) * height)
        cells = Image.fromarray(colors[steps]).resize(size, Image.Resampling.NEAREST)
        sheet.paste(cells, (round(left * GRID.width), round((1 - top) * height)))
    return sheet


gradio_page.serve(lambda first: gr.Image(first, format="png", show_label=False), painted)
