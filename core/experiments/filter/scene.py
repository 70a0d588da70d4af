"""The present scene, an object at a size or a photograph, and every filter's response to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from ...filters.kernels import Kernel, max_response
from ...filters.receptive_field import PIXEL, Geometry
from ...imaging.decode import Picture, gray, sample
from ...imaging.fit import resize_to_fit
from ...imaging.scene import PlacedObject, compose
from . import stack
from .spec import SCENE, Spec
from .stack import Pooling, Step, geometries, pooling_of, steps

Plane = NDArray[np.float32]

ROWS = (40, 80, 160, 320)  # heights of the canvas; it is 1.6 times as wide
CANVAS_MARGIN = 1.25  # of the object's size that the canvas must be high
PHOTOGRAPH_ROWS = (
    160  # rows that a photograph is shrunk to, unless a stack needs more for its cells
)


@dataclass(frozen=True)
class FilterResponse:
    """One filter in one stack: the feature map after every step, with its geometry.

    ``maps[0]`` is the picture with its background at 0, float32 (rows, columns) as every map;
    ``steps_taken`` names the step to each, ``geometries`` the receptive fields of its cells.
    """

    name: str
    kernel: Kernel
    pooling: Pooling
    steps_taken: tuple[Step | None, ...]
    maps: tuple[Plane, ...]
    geometries: tuple[Geometry, ...]

    @property
    def shown_map(self) -> int:
        """Index of the map that is shown: the last, or for the bare filter the one before ReLU."""
        return len(self.maps) - (2 if self.pooling.level == 0 else 1)

    @property
    def title(self) -> str:
        """Title of the map that is shown."""
        level = self.pooling.level
        if level == 0:
            return self.name
        if self.pooling.order.startswith("layers"):
            return f"in layer {level + 1}"
        where = "after" if self.pooling.order.startswith("filter") else "on"
        return f"{where} {count_pooling_layers(level)}"


def count_pooling_layers(count: int) -> str:
    """Count pooling layers in words: '1 pooling layer', '2 pooling layers'."""
    return f"{count} pooling layer{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Scene:
    """The picture and every filter's response to it.

    ``picture``: float32 (rows, columns) in [0, 1]; ``placed``: the object, None in a photograph;
    ``level``: what was subtracted from the picture, its background or, for a photograph, its mean;
    ``responses``: for every filter the filter by itself and, where there are levels, the whole
    stack; ``max_response``: the largest response that any of the filters can give to a picture
    from 0 to 1 or, for a photograph, that it gives.
    """

    picture: Plane
    placed: PlacedObject | None
    level: float
    responses: tuple[FilterResponse, ...]
    max_response: float

    @property
    def names(self) -> list[str]:
        """Of the maps on the page, the scene first."""
        return [
            "scene" if self.placed else "picture",
            *(response.title for response in self.responses),
        ]

    @property
    def values(self) -> list[Plane]:
        """The maps on the page, the scene first."""
        return [self.picture, *(response.maps[response.shown_map] for response in self.responses)]

    @property
    def geometries(self) -> list[Geometry]:
        """The receptive fields of the cells of each."""
        shape = (self.picture.shape[0], self.picture.shape[1])
        whole = Geometry(shape, (0, 0), (1, 1), PIXEL)
        shown = (response.geometries[response.shown_map] for response in self.responses)
        return [whole, *shown]


def _leaves_cells(spec: Spec, canvas: tuple[int, int]) -> bool:
    """Whether at least 2 x 2 cells are left at the top of every stack."""
    pooling = pooling_of(spec)
    tops = [geometries(pooling, kernel.shape[:2], canvas)[-1] for kernel in spec.kernels()]
    return all(min(top.shape) >= 2 for top in tops)


def canvas_of(spec: Spec) -> tuple[int, int]:
    """The smallest canvas that holds the object and leaves cells at the top of every stack."""
    canvases = [(rows, rows * 8 // 5) for rows in ROWS]
    for canvas in canvases:
        if canvas[0] >= spec.size_px * CANVAS_MARGIN and _leaves_cells(spec, canvas):
            return canvas
    return canvases[-1]


def _response(name: str, kernel: Kernel, pooling: Pooling, picture: Plane) -> FilterResponse:
    with torch.inference_mode():
        maps = stack.run(picture[None, None], kernel, pooling)
        planes = [picture, *(values[0, 0].numpy() for values in maps)]
    canvas = (picture.shape[0], picture.shape[1])
    fields = geometries(pooling, (kernel.shape[0], kernel.shape[1]), canvas)
    taken = (None, *steps(pooling))
    return FilterResponse(name, kernel, pooling, taken, tuple(planes), tuple(fields))


def _responses(spec: Spec, picture: Plane) -> tuple[FilterResponse, ...]:
    """``picture`` has its background at 0."""
    levels = sorted({0, spec.depth})
    return tuple(
        _response(name, kernel, pooling_of(spec, level), picture)
        for name, kernel in zip(spec.names, spec.kernels(), strict=True)
        for level in levels
    )


def _render_object(spec: Spec) -> Scene:
    """The object in the middle of the canvas."""
    canvas = canvas_of(spec)
    half = spec.size_px / 2
    starts = [np.floor(side / 2 - half) for side in canvas]  # unmoved, it stands on whole pixels
    row, column = starts[0] + half + spec.row_shift_px, starts[1] + half + spec.column_shift_px
    placed = PlacedObject(spec.object, spec.size_px, float(row), float(column))
    bright = compose(np.zeros(canvas, dtype=np.float32), [placed])
    dark = spec.contrast_sign == "negative"
    largest = max(max_response(-kernel if dark else kernel) for kernel in spec.kernels())
    responses = _responses(spec, -bright if dark else bright)
    return Scene(1 - bright if dark else bright, placed, float(dark), responses, largest)


def run_picture(spec: Spec, picture: Picture) -> Scene:
    """Filter a photograph, float32 (3, rows, columns) in [0, 1], instead of the object.

    It is turned to gray, and into its negative where the spec says so, shrunk to fit into the
    canvas, and its mean is subtracted. Not cached, since it may be a person's own.
    """
    min_rows = next((rows for rows in ROWS if _leaves_cells(spec, (rows, rows))), ROWS[-1])
    rows = max(PHOTOGRAPH_ROWS, min_rows)
    plane = np.ascontiguousarray(gray(picture), dtype=np.float32)
    plane = resize_to_fit(plane, (rows, rows * 8 // 5), min_rows)
    if spec.contrast_sign == "negative":
        plane = 1 - plane
    level = float(plane.mean())
    responses = _responses(spec, plane - np.float32(level))
    shown = (response.maps[response.shown_map] for response in responses)
    largest = max(float(np.abs(values).max()) for values in shown)
    return Scene(plane, None, level, responses, largest or 1.0)


@lru_cache(maxsize=64)  # the two parts of a page ask for the same scene
def run_scene(spec: Spec) -> Scene:
    """Filter the scene or photograph that the spec names. The result is cached and read-only."""
    return _render_object(spec) if spec.source == SCENE else run_picture(spec, sample(spec.source))
