"""The present scene, an object at a size or a photograph, and what every filter makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from ...filters.kernels import Kernel, strongest_response
from ...filters.receptive_field import PIXEL, Geometry
from ...imaging.decode import Picture, gray, sample
from ...imaging.fit import fitted
from ...imaging.scene import Thing, compose
from . import stack
from .spec import SCENE, Spec
from .stack import Pooling, Step, geometries, steps

Plane = NDArray[np.float32]

ROWS = (40, 80, 160, 320)  # heights of the canvas; it is 1.6 times as wide
ROOM = 1.25  # of the object's size that the canvas must be high
PHOTOGRAPH = 160  # rows that a photograph is shrunk to, unless a stack needs more for its cells


@dataclass(frozen=True)
class Passage:
    """One filter on its way through one stack: the maps after every step, and what cells see.

    ``maps[0]`` is the picture with its background at 0; ``taken`` names the step to each.
    """

    name: str
    kernel: Kernel
    pooling: Pooling
    taken: tuple[Step | None, ...]
    maps: tuple[Plane, ...]
    places: tuple[Geometry, ...]

    @property
    def shown(self) -> int:
        """The map that is shown: the last; for the bare filter the one before its ReLU."""
        return len(self.maps) - (2 if self.pooling.level == 0 else 1)

    @property
    def title(self) -> str:
        """What the map that is shown is called."""
        level = self.pooling.level
        if level == 0:
            return self.name
        if self.pooling.order.startswith("layers"):
            return f"in layer {level + 1}"
        return f"{'after' if self.pooling.order.startswith('filter') else 'on'} {poolings(level)}"


def poolings(count: int) -> str:
    """'1 pooling', '2 poolings'."""
    return f"{count} pooling{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Scene:
    """``picture``: float32 (rows, columns) in [0, 1]; ``thing``: the object, None in a photograph;
    ``level``: what was taken off the picture, its background or, for a photograph, its mean;
    ``passages``: for every filter the filter by itself and, where there are levels, the whole
    stack; ``span``: the largest response that any of the filters can give to a picture from 0 to 1
    or, for a photograph, that it gives."""

    picture: Plane
    thing: Thing | None
    level: float
    passages: tuple[Passage, ...]
    span: float

    @property
    def names(self) -> list[str]:
        """Of the maps on the page, the scene first."""
        return ["scene" if self.thing else "picture", *(one.title for one in self.passages)]

    @property
    def values(self) -> list[Plane]:
        """The maps on the page, the scene first."""
        return [self.picture, *(one.maps[one.shown] for one in self.passages)]

    @property
    def places(self) -> list[Geometry]:
        """What the cells of each see."""
        shape = (self.picture.shape[0], self.picture.shape[1])
        whole = Geometry(shape, (0, 0), (1, 1), PIXEL)
        return [whole, *(one.places[one.shown] for one in self.passages)]


def _leaves_cells(spec: Spec, canvas: tuple[int, int]) -> bool:
    """Whether at least 2 x 2 cells are left at the top of every stack."""
    tops = [geometries(spec.pooling(), one.shape[:2], canvas)[-1] for one in spec.kernels()]
    return all(min(top.shape) >= 2 for top in tops)


def canvas_of(spec: Spec) -> tuple[int, int]:
    """The smallest canvas that holds the object and leaves cells at the top of every stack."""
    canvases = [(rows, rows * 8 // 5) for rows in ROWS]
    for canvas in canvases:
        if canvas[0] >= spec.size_px * ROOM and _leaves_cells(spec, canvas):
            return canvas
    return canvases[-1]


def _passage(name: str, kernel: Kernel, pooling: Pooling, seen: Plane) -> Passage:
    with torch.inference_mode():
        maps = stack.run(seen[None, None], kernel, pooling)
        planes = [seen, *(one[0, 0].numpy() for one in maps)]
    canvas = (seen.shape[0], seen.shape[1])
    places = geometries(pooling, (kernel.shape[0], kernel.shape[1]), canvas)
    return Passage(name, kernel, pooling, (None, *steps(pooling)), tuple(planes), tuple(places))


def _passages(spec: Spec, seen: Plane) -> tuple[Passage, ...]:
    """``seen``: the picture with its background at 0."""
    levels = sorted({0, spec.depth})
    return tuple(
        _passage(name, kernel, spec.pooling(level), seen)
        for name, kernel in zip(spec.names, spec.kernels(), strict=True)
        for level in levels
    )


def _drawn(spec: Spec) -> Scene:
    """The object in the middle of the canvas."""
    canvas = canvas_of(spec)
    half = spec.size_px / 2
    starts = [np.floor(side / 2 - half) for side in canvas]  # unmoved, it stands on whole pixels
    row, column = starts[0] + half + spec.row_shift_px, starts[1] + half + spec.column_shift_px
    thing = Thing(spec.object, spec.size_px, float(row), float(column))
    bright = compose(np.zeros(canvas, dtype=np.float32), [thing])
    dark = spec.contrast == "negative"
    span = max(strongest_response(-one if dark else one) for one in spec.kernels())
    passages = _passages(spec, -bright if dark else bright)
    return Scene(1 - bright if dark else bright, thing, float(dark), passages, span)


def look_at(spec: Spec, colours: Picture) -> Scene:
    """A photograph, float32 (3, rows, columns) in [0, 1], in the object's place; kept nowhere.

    It is turned to gray, and into its negative where the spec says so, shrunk to fit into the
    canvas, and its mean is taken off.
    """
    least = next((rows for rows in ROWS if _leaves_cells(spec, (rows, rows))), ROWS[-1])
    rows = max(PHOTOGRAPH, least)
    plane = np.ascontiguousarray(gray(colours), dtype=np.float32)
    plane = fitted(plane, (rows, rows * 8 // 5), least)
    if spec.contrast == "negative":
        plane = 1 - plane
    level = float(plane.mean())
    passages = _passages(spec, plane - np.float32(level))
    span = max(float(np.abs(one.maps[one.shown]).max()) for one in passages)
    return Scene(plane, None, level, passages, span or 1.0)


@lru_cache(maxsize=64)  # the two parts of a page ask for the same scene
def look(spec: Spec) -> Scene:
    """The scene or photograph that the spec names, filtered. Read-only."""
    return _drawn(spec) if spec.source == SCENE else look_at(spec, sample(spec.source))
