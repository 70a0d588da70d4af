"""The picture with its keypoints, the map at one scale, and the levels of the stack below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.experiments.scale_space.repeatability import Agreement
from ....core.experiments.scale_space.result import Result
from ....core.experiments.scale_space.sentences import at_scale, is_near_scale, sentence
from ....core.experiments.scale_space.spec import Spec
from ....core.filters.receptive_field import PIXEL, Geometry
from ....core.scale_space.gaussian import DISC, LARGEST_RESPONSE
from ....core.scale_space.keypoints import Keypoints
from .. import ladder, theme

Plane = NDArray[np.float32]

BRIGHT, DARK, HERE = "#00a6a6", "#e0479e", theme.NEAR  # bright blob, dark blob, the slider
TALLEST = 430  # CSS pixels of a large panel
PHOTOGRAPH = 0.5  # photographs answer less than scenes: half the range
OPERATORS = {"dog": "Difference of Gaussians", "laplacian": "Laplacian"}


@dataclass(frozen=True)
class Pair(ladder.Grid):
    """Two large panels side by side (one above the other where they fill the width), the colour
    bars under them, and the small maps in rows below."""

    def _large(self) -> float:
        return self.width * self.scene_fraction * self.ratio

    def _under_scene(self) -> float:
        if self.bars_beside:
            bars = ladder.BAR_PX if self.bars else 0
            return ladder.TOP_PX + self._large() + bars + ladder.GAP_PX
        each = self._large() + ladder.TITLE_PX + ladder.GAP_PX
        return 2 * each + self.bars * ladder.BAR_PX + ladder.GAP_PX

    def height(self, maps: int) -> int:
        """Height in CSS pixels with ``maps`` maps besides the first."""
        return max(super().height(maps - 1), round(self._under_scene()))

    def boxes(self, maps: int) -> list[ladder.Box]:
        """Left, bottom, right, top of the two large panels and of the small ones."""
        first, *small = super().boxes(maps - 1)
        left, low, right, top = first
        if self.bars_beside:
            second = (0.51, low, 0.51 + right - left, top)
        else:
            down = (self._large() + ladder.TITLE_PX + ladder.GAP_PX) / self.height(maps)
            second = (left, low - down, right, top - down)
        return [first, second, *small]

    def bar_position(self, at: int, maps: int) -> tuple[float, float, float]:
        """Left, top and width of the ``at``-th colour bar."""
        under = self.boxes(maps)[1][1] - 8 / self.height(maps)
        if self.bars_beside:
            return (0.51 * at, under, 0.46)
        return 0.0, under - at * ladder.BAR_PX / self.height(maps), 1.0


def _grid(width: int, large: float, columns: int, ratio: float) -> Pair:
    """Tall pictures get narrower panels and more columns, so that all of it stays on a screen."""
    scene = min(large, TALLEST / (width * ratio))
    tall = ratio > 1.2
    return Pair(width, scene, columns * 2 if tall else columns, ratio)


def grids(shape: tuple[int, ...]) -> tuple[Pair, Pair]:
    """For wide and for narrow screens."""
    ratio = shape[0] / shape[1]
    return _grid(960, 0.49, 4, ratio), _grid(350, 1.0, 2, ratio)


def _own_grid(shape: tuple[int, ...], sigma_px: float) -> Geometry:
    """A map of one cell per pixel, each of which sees three sigmas around it."""
    reach = math.ceil(3 * sigma_px)
    return Geometry((shape[0], shape[1]), (-reach, -reach), (1, 1), (range(2 * reach + 1),) * 2)


def panels(result: Result, spec: Spec) -> list[ladder.Panel]:
    """The picture, the map and the blurred picture at the slider's scale, then every level."""
    blurred, response = result.at(spec.sigma_px)
    shape = result.picture.shape
    size = f"{shape[0]} x {shape[1]} px"
    whole = Geometry((shape[0], shape[1]), (0, 0), (1, 1), PIXEL)
    sees = _own_grid(shape, spec.sigma_px)
    found = [
        ladder.Panel("Keypoints", size, result.picture, whole),
        ladder.Panel(OPERATORS[spec.operator], f"{size}, at sigma", response, sees),
        ladder.Panel("Blurred", f"{size}, by sigma", blurred, sees),
    ]
    for level, like in zip(result.levels, result.likes, strict=True):
        rows, columns = level.values.shape
        name = "0: ReLU" if level.level == 0 else f"{level.level}: {spec.pool} pool"
        alike = "flat" if like is None else f"alike {like + 0.0:.2f}".replace("-0.00", "0.00")
        found.append(
            ladder.Panel(name, f"{rows} x {columns}, {alike}", level.values, level.geometry)
        )
    return found


def circle(trace: int, row: float, column: float, sigma: float, colour: str) -> dict[str, Any]:
    """A blob's outline: a disc that answers most at ``sigma`` has radius sqrt(2) sigma."""
    radius = sigma / DISC
    box = [row - radius, column - radius, row + radius, column + radius]
    return {"trace": trace, "box": box, "color": colour, "label": "", "round": True}


def _circles(trace: int, found: Keypoints, colours: Sequence[str]) -> list[dict[str, Any]]:
    parts = zip(found.rows, found.columns, found.sigmas, colours, strict=True)
    return [
        circle(trace, float(row), float(column), float(sigma), color)
        for row, column, sigma, color in parts
    ]


def _signs(found: Keypoints) -> list[str]:
    return [BRIGHT if response > 0 else DARK for response in found.responses]


def _measure(result: Result, spec: Spec) -> dict[str, Any]:
    """The slider's own circle, in the lower left corner of the map."""
    radius = spec.sigma_px / DISC
    row = result.picture.shape[0] - 1.5 - radius
    mark = circle(1, row, 1 + radius, spec.sigma_px, HERE)
    return {**mark, "label": f"sigma {spec.sigma_px:.3g} px"}


def _boxes(result: Result, spec: Spec) -> list[dict[str, Any]]:
    drawn = result.keypoints.only(slice(spec.most))
    here = result.keypoints.only(is_near_scale(result.keypoints.sigmas, spec))
    here = here.only(slice(spec.most))
    return [
        *_circles(0, drawn, _signs(drawn)),
        *_circles(1, here, _signs(here)),
        _measure(result, spec),
    ]


def span_of(result: Result) -> float:
    """The end of the maps' colour range: it follows the kind of picture, not what is on it."""
    return LARGEST_RESPONSE * (1 if result.things else PHOTOGRAPH)


def _arrangement(shown: list[ladder.Panel], grid: Pair) -> dict[str, Any]:
    texts = ("picture: gray level", "all maps: response, in contrast (2/e at most)")
    bars = {
        f"coloraxis{number}": {
            "colorbar": ladder.color_bar(text, grid.bar_position(at, len(shown) - 1))
        }
        for at, (number, text) in enumerate(zip(("", "2"), texts, strict=True))
    }
    return {**ladder.arrange(shown, grid), **bars}


PLAIN = {"margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "showlegend": False, "dragmode": "zoom"}


def figure(result: Result, spec: Spec) -> theme.Figure:
    """``spec`` chooses what is shown of the result: its sigma and how many circles."""
    shown, span = panels(result, spec), span_of(result)
    wide, narrow = grids(result.picture.shape)
    layout = _arrangement(shown, wide)
    layout["coloraxis"] |= {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1}
    layout["coloraxis2"] |= {"colorscale": theme.SIGNED, "cmin": -span, "cmax": span}
    layout["meta"] |= {
        "name": "scale-space",
        "alt": f"{len(result.keypoints)} keypoints as circles on the picture, its scale space at "
        f"sigma {spec.sigma_px:.3g} px, and {len(result.levels)} levels of a filter and poolings.",
        "caption": [sentence(result), at_scale(result, spec)],
        "narrow": _arrangement(shown, narrow),
        "maps": ladder.maps(shown),
        "boxes": _boxes(result, spec),
    }
    layout |= {**PLAIN, "uirevision": f"{[panel.values.shape for panel in shown]}"}
    traces = ladder.traces(shown)
    traces[2]["coloraxis"] = "coloraxis"
    return {"data": traces, "layout": layout}


MOST_CIRCLES = 150


def sift_figure(result: Result, found: Agreement) -> theme.Figure:
    """Ours and SIFT's keypoints on the same picture; those with a partner in the first colour."""
    shape = result.picture.shape
    whole = Geometry((shape[0], shape[1]), (0, 0), (1, 1), PIXEL)
    shown, boxes = [], []
    lots = (("Ours", found.ours, found.ours_shared), ("SIFT", found.sift, found.sift_shared))
    for trace, (name, lot, shared) in enumerate(lots):
        size = f"{len(lot)} keypoints, {shape[0]} x {shape[1]} px"
        shown.append(ladder.Panel(name, size, result.picture, whole))
        colours = [BRIGHT if partner else DARK for partner in shared]
        boxes += _circles(trace, lot.only(slice(MOST_CIRCLES)), colours[:MOST_CIRCLES])
    wide, narrow = (_bare(shown, grid) for grid in grids(shape))
    wide["meta"] |= {
        "name": "scale-space-sift",
        "alt": f"{len(found.ours)} keypoints of ours beside {len(found.sift)} of SIFT.",
        "narrow": narrow,
        "maps": ladder.maps(shown),
        "boxes": boxes,
    }
    scale = {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1, "showscale": False}
    traces = [{**trace, "coloraxis": "coloraxis"} for trace in ladder.traces(shown)]
    return {"data": traces, "layout": {**wide, **PLAIN, "coloraxis": scale}}


def _bare(shown: list[ladder.Panel], grid: Pair) -> dict[str, Any]:
    return ladder.arrange(
        shown, Pair(grid.width, grid.scene_fraction, grid.columns, grid.ratio, bars=0)
    )
