"""The picture with its keypoints, the map at one scale, and the levels of the stack below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.experiments.scale_space.repeatability import Agreement
from ....core.experiments.scale_space.result import Result
from ....core.experiments.scale_space.sentences import (
    describe,
    describe_scale,
    is_near_scale,
)
from ....core.experiments.scale_space.spec import Spec
from ....core.experiments.scale_space.stack import MIN_LIT_CELLS
from ....core.experiments.scale_space.stack_sentences import two_decimals
from ....core.filters.receptive_field import PIXEL, Geometry
from ....core.scale_space.gaussian import MAX_RESPONSE, SIGMA_PER_RADIUS
from ....core.scale_space.keypoints import Keypoints
from ...markup import LINE_BREAK
from .. import ladder, theme

Plane = NDArray[np.float32]

BRIGHT, DARK, SLIDER = "#00a6a6", "#e0479e", theme.NEAR  # bright blob, dark blob, slider's scale
MAX_PANEL_PX = 430  # height of a large panel, CSS pixels
PHOTOGRAPH_RANGE = 0.5  # responses to photographs are weaker than to scenes: half the color range
OPERATORS = {"dog": "Difference of Gaussians", "laplacian": "Laplacian"}
RESPONSES = {"dog": "normalized DoG response", "laplacian": "normalized response"}


@dataclass(frozen=True)
class Pair(ladder.Grid):
    """Two large panels above rows of small maps.

    The large ones stand side by side, or one above the other where each fills the width; the color
    bars stand under them.
    """

    def _large_px(self) -> float:
        return self.width * self.scene_fraction * self.ratio

    def _under_scene(self) -> float:
        if self.bars_at_side:
            bars = ladder.BAR_PX if self.bars else 0
            return ladder.TOP_PX + self._large_px() + bars + ladder.GAP_PX
        each = self._large_px() + ladder.TITLE_PX + ladder.GAP_PX
        return 2 * each + self.bars * ladder.BAR_PX + ladder.GAP_PX

    def height(self, maps: int) -> int:
        """Compute the height in CSS pixels with ``maps`` maps besides the first."""
        return max(super().height(maps - 1), round(self._under_scene()))

    def boxes(self, maps: int) -> list[ladder.Box]:
        """Place the large panels and the small ones: left, bottom, right, top, as fractions."""
        first, *small = super().boxes(maps - 1)
        left, low, right, top = first
        if self.bars_at_side:
            second = (0.51, low, 0.51 + right - left, top)
        else:
            down = (self._large_px() + ladder.TITLE_PX + ladder.GAP_PX) / self.height(maps)
            second = (left, low - down, right, top - down)
        return [first, second, *small]

    def bar_position(self, index: int, maps: int) -> tuple[float, float, float]:
        """Place the ``index``-th color bar: left, top and width, as fractions."""
        under = self.boxes(maps)[1][1] - 8 / self.height(maps)
        if self.bars_at_side:
            return (0.51 * index, under, 0.46)
        return 0.0, under - index * ladder.BAR_PX / self.height(maps), 1.0


def _grid(width: int, large: float, columns: int, ratio: float) -> Pair:
    """Tall pictures get narrower panels and more columns, so that all of it stays on a screen."""
    scene = min(large, MAX_PANEL_PX / (width * ratio))
    tall = ratio > 1.2
    return Pair(width, scene, columns * 2 if tall else columns, ratio, title_lines=2)


def grids(shape: tuple[int, ...]) -> tuple[Pair, Pair]:
    """Return the grids for wide and for narrow screens; ``shape``: rows and columns."""
    ratio = shape[0] / shape[1]
    return _grid(960, 0.49, 4, ratio), _grid(350, 1.0, 2, ratio)


def _per_pixel(shape: tuple[int, ...], sigma_px: float) -> Geometry:
    """One cell per pixel, each with a receptive field of three sigmas around it."""
    reach = math.ceil(3 * sigma_px)
    return Geometry((shape[0], shape[1]), (-reach, -reach), (1, 1), (range(2 * reach + 1),) * 2)


def panels(result: Result, spec: Spec) -> list[ladder.Panel]:
    """Make the panels: picture, map and blurred picture at the slider's scale, and every level."""
    blurred, response = result.maps_at(spec.sigma_px)
    shape = result.picture.shape
    size = f"{shape[0]} x {shape[1]} px"
    whole = Geometry((shape[0], shape[1]), (0, 0), (1, 1), PIXEL)
    cells = _per_pixel(shape, spec.sigma_px)
    shown = [
        ladder.Panel("Keypoints", size, result.picture, whole),
        ladder.Panel(OPERATORS[spec.operator], f"{size}, at the slider's sigma", response, cells),
        ladder.Panel("Blurred", f"{size}{LINE_BREAK}with the slider's sigma", blurred, cells),
    ]
    numbers = zip(result.levels, result.correlations, result.lit_cells, strict=True)
    for level, value, lit in numbers:
        rows, columns = level.values.shape
        name = "0: ReLU" if level.level == 0 else f"{level.level}: {spec.pool} pool"
        match = "flat" if value is None else f"correlation {two_decimals(value)}"
        if value is not None and lit < MIN_LIT_CELLS:
            match = f"{lit} lit cells: too few"
        subtitle = f"{rows} x {columns}{LINE_BREAK}{match}"
        shown.append(ladder.Panel(name, subtitle, level.values, level.geometry))
    return shown


def circle(trace: int, row: float, column: float, sigma: float, color: str) -> dict[str, Any]:
    """Outline a blob; the response to a disc is largest at ``sigma`` for radius sqrt(2) sigma."""
    radius = sigma / SIGMA_PER_RADIUS
    box = [row - radius, column - radius, row + radius, column + radius]
    return {"trace": trace, "box": box, "color": color, "label": "", "round": True}


def _circles(trace: int, keypoints: Keypoints, colors: Sequence[str]) -> list[dict[str, Any]]:
    parts = zip(keypoints.rows, keypoints.columns, keypoints.sigmas, colors, strict=True)
    return [
        circle(trace, float(row), float(column), float(sigma), color)
        for row, column, sigma, color in parts
    ]


def _sign_colors(keypoints: Keypoints) -> list[str]:
    return [BRIGHT if response > 0 else DARK for response in keypoints.responses]


def _scale_marker(result: Result, spec: Spec) -> dict[str, Any]:
    """The circle of the slider's scale, in the lower left corner of the map."""
    radius = spec.sigma_px / SIGMA_PER_RADIUS
    row = result.picture.shape[0] - 1.5 - radius
    mark = circle(1, row, 1 + radius, spec.sigma_px, SLIDER)
    return {**mark, "label": f"sigma {spec.sigma_px:.3g} px"}


def _outlines(result: Result, spec: Spec) -> list[dict[str, Any]]:
    strongest = result.keypoints.select(slice(spec.max_keypoints))
    near = result.keypoints.select(is_near_scale(result.keypoints.sigmas, spec))
    near = near.select(slice(spec.max_keypoints))
    return [
        *_circles(0, strongest, _sign_colors(strongest)),
        *_circles(1, near, _sign_colors(near)),
        _scale_marker(result, spec),
    ]


def color_limit(result: Result) -> float:
    """Return the end of the maps' color range: it depends on the kind of picture alone."""
    return MAX_RESPONSE * (1 if result.objects else PHOTOGRAPH_RANGE)


def _arrange(shown: list[ladder.Panel], grid: Pair, spec: Spec) -> dict[str, Any]:
    texts = ("picture: brightness", f"maps: {RESPONSES[spec.operator]} (maximum 2/e)")
    bars = {
        f"coloraxis{number}": {
            "colorbar": ladder.color_bar(text, grid.bar_position(index, len(shown) - 1))
        }
        for index, (number, text) in enumerate(zip(("", "2"), texts, strict=True))
    }
    return {**ladder.arrange(shown, grid), **bars}


PLAIN = {"margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "showlegend": False, "dragmode": "zoom"}


def figure(result: Result, spec: Spec) -> theme.Figure:
    """Draw the result; ``spec`` chooses what is shown of it: sigma and the number of circles."""
    shown, limit = panels(result, spec), color_limit(result)
    wide, narrow = grids(result.picture.shape)
    layout = _arrange(shown, wide, spec)
    layout["coloraxis"] |= {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1}
    layout["coloraxis2"] |= {"colorscale": theme.SIGNED, "cmin": -limit, "cmax": limit}
    layout["meta"] |= {
        "name": "scale-space",
        "alt": f"{len(result.keypoints)} keypoints as circles on the picture, its scale space at "
        f"sigma {spec.sigma_px:.3g} px, and {len(result.levels)} levels of a filter with pooling.",
        "caption": [describe(result), describe_scale(result, spec)],
        "narrow": _arrange(shown, narrow, spec),
        "maps": ladder.maps(shown),
        "boxes": _outlines(result, spec),
    }
    layout |= {**PLAIN, "uirevision": f"{[panel.values.shape for panel in shown]}"}
    traces = ladder.traces(shown)
    traces[2]["coloraxis"] = "coloraxis"
    return {"data": traces, "layout": layout}


MAX_CIRCLES = 150


def sift_figure(result: Result, agreement: Agreement) -> theme.Figure:
    """Draw our keypoints and SIFT's on the same picture, colored by whether they have a match."""
    shape = result.picture.shape
    whole = Geometry((shape[0], shape[1]), (0, 0), (1, 1), PIXEL)
    shown, boxes = [], []
    sides = (
        ("Ours", agreement.ours, agreement.ours_matched),
        ("SIFT", agreement.sift, agreement.sift_matched),
    )
    for trace, (name, keypoints, matched) in enumerate(sides):
        size = f"{len(keypoints)} keypoints, {shape[0]} x {shape[1]} px"
        shown.append(ladder.Panel(name, size, result.picture, whole))
        colors = [BRIGHT if has_match else DARK for has_match in matched]
        boxes += _circles(trace, keypoints.select(slice(MAX_CIRCLES)), colors[:MAX_CIRCLES])
    wide, narrow = (ladder.arrange(shown, replace(grid, bars=0)) for grid in grids(shape))
    wide["meta"] |= {
        "name": "scale-space-sift",
        "alt": f"{len(agreement.ours)} keypoints of ours and {len(agreement.sift)} of SIFT.",
        "narrow": narrow,
        "maps": ladder.maps(shown),
        "boxes": boxes,
    }
    scale = {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1, "showscale": False}
    traces = [{**trace, "coloraxis": "coloraxis"} for trace in ladder.traces(shown)]
    return {"data": traces, "layout": {**wide, **PLAIN, "coloraxis": scale}}
