"""Objects in photographs, given by a box, and how they are rendered for a network.

A size is always that of the longer side of the box on the canvas, in pixels. Three resize modes
change it:

- ``distance``: the content of the box is resized, on a canvas of fixed size with the chosen
  background, like an object seen from farther away in front of a plain wall.
- ``resolution``: the whole photograph is resized with what surrounds the box; the canvas keeps its
  size. Beyond the photograph's edge is the chosen background.
- ``input-size``: the network's input itself changes; the box fills :data:`INPUT_SIZE_FRACTION` of
it at every
  size.

This module is cheap to import; the drawing is in :mod:`core.imaging.subject_views`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError

Picture = NDArray[np.float32]
Box = tuple[float, float, float, float]  # top, left, bottom, right

RESIZE_MODES = ("distance", "resolution", "input-size")
BACKGROUNDS = ("gray", "mean", "black", "white", "texture")
RESAMPLINGS = ("lanczos", "area", "aliased")

INPUT_SIZE_FRACTION = (
    0.7  # of the input's side that the box's longer side takes when the input is resized
)
CAT_CLASSES = (281, 282, 283, 284, 285)  # tabby, tiger cat, Persian, Siamese, Egyptian
LONGEST_PX = 512  # of a bundled photograph: no object is shown larger


@dataclass(frozen=True)
class SampleObject:
    """A box in one of :data:`core.imaging.decode.SAMPLES`.

    ``box``: top, left, bottom, right in percent of the photograph's rows and columns. ``classes``:
    the ImageNet classes that are correct for it; empty where ImageNet has no class for it.
    """

    photograph: str
    title: str
    box: Box
    classes: tuple[int, ...] = ()


FULL_IMAGE: Box = (0, 0, 100, 100)

SUBJECTS = {
    "chelsea": SampleObject("chelsea", "a cat", (0, 4, 100, 80), CAT_CLASSES),
    "coffee": SampleObject("coffee", "a cup of coffee", (2, 12, 97, 82), (504, 967, 968)),
    "camera": SampleObject("camera", "a photographer at a tripod", (12, 4, 100, 68), (759, 872)),
    "shuttle": SampleObject("astronaut", "a space shuttle", (0, 66, 64, 94), (812,)),
    "rocket": SampleObject("rocket", "a rocket", (28, 44, 100, 57), (657, 744)),
    "astronaut": SampleObject("astronaut", "an astronaut", (2, 4, 100, 72)),
    "retina": SampleObject("retina", "the back of an eye", FULL_IMAGE),
    "hubble": SampleObject("hubble", "a field of galaxies", FULL_IMAGE),
    "brick": SampleObject("brick", "brick paving", FULL_IMAGE),
    "grass": SampleObject("grass", "grass", FULL_IMAGE),
    "gravel": SampleObject("gravel", "gravel", FULL_IMAGE),
}


@dataclass(frozen=True, eq=False)
class Subject:
    """An object in a photograph.

    ``picture``: float32 (3, rows, columns) in [0, 1]; ``box``: top, left, bottom, right in whole
    pixels of it, at least one pixel each way; ``classes``: see :class:`SampleObject`.
    """

    picture: Picture
    box: tuple[int, int, int, int]
    name: str
    classes: tuple[int, ...] = ()

    @property
    def crop(self) -> Picture:
        """The content of the box, float32 (3, rows, columns) in [0, 1]."""
        top, left, bottom, right = self.box
        return self.picture[:, top:bottom, left:right]

    @cached_property
    def mean(self) -> tuple[float, ...]:
        """The mean red, green and blue of the box, in [0, 1]."""
        return tuple(self.crop.mean((1, 2), dtype=np.float64).tolist())

    @property
    def longer_px(self) -> int:
        """The longer side of the box, in pixels of the photograph."""
        top, left, bottom, right = self.box
        return max(bottom - top, right - left)


@dataclass(frozen=True)
class RenderSettings:
    """How a subject is rendered, apart from its size and position.

    ``canvas_px``: the side of the canvas, which ``input-size`` ignores; ``detail_px``: the longer
    side to which the object is reduced before it gets its size, None for no such loss; ``gray``:
    the level of the gray ground, in [0, 1]; ``seed`` places the ``texture``, a piece of grass.
    """

    resize_mode: str = "distance"
    background: str = "gray"
    canvas_px: int = 224
    detail_px: int | None = None
    resampling: str = "lanczos"
    gray: float = 127 / 255
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("resize_mode", self.resize_mode, RESIZE_MODES),
            ("background", self.background, BACKGROUNDS),
            ("resampling", self.resampling, RESAMPLINGS),
        ):
            if value not in allowed:
                raise ValueError(f"{name}: '{value}' is not one of {', '.join(allowed)}")

    def canvas(self, size_px: float) -> int:
        """The side of the canvas for an object of this size, px."""
        if self.resize_mode == "input-size":
            return max(1, round(size_px / INPUT_SIZE_FRACTION))
        return self.canvas_px


def box_in_pixels(box: Box, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Convert a box in percent to whole pixels of a picture (..., rows, columns), never empty."""
    rows, columns = shape[-2:]
    top, left = (
        min(round(low * side / 100), side - 1)
        for low, side in zip(box[:2], (rows, columns), strict=True)
    )
    bottom, right = round(box[2] * rows / 100), round(box[3] * columns / 100)
    return top, left, max(top + 1, bottom), max(left + 1, right)


def make_subject(
    picture: Picture, box: Box = FULL_IMAGE, classes: Sequence[int] = (), name: str = "own"
) -> Subject:
    """Make a subject from a picture, float32 (3, rows, columns) in [0, 1]; ``box`` in percent.

    Raises UserError unless 0 <= top < bottom <= 100 and 0 <= left < right <= 100.
    """
    top, left, bottom, right = box
    if not (0 <= top < bottom <= 100 and 0 <= left < right <= 100):
        raise UserError(
            f"the box {box} is not allowed; give top,left,bottom,right in percent of the picture"
        )
    return Subject(picture, box_in_pixels(box, picture.shape), name, tuple(classes))


@cache
def photograph(name: str) -> Picture:
    """Load a sample, float32 (3, rows, columns) in [0, 1], at most :data:`LONGEST_PX` long.

    Shrunk by Lanczos; read-only.
    """
    from PIL import Image

    from . import decode

    picture = decode.sample(name)
    share = LONGEST_PX / max(picture.shape)
    if share >= 1:
        return picture
    rows, columns = (max(1, round(share * side)) for side in picture.shape[1:])
    small = [
        np.asarray(Image.fromarray(plane).resize((columns, rows), Image.Resampling.LANCZOS))
        for plane in picture
    ]
    shrunk: Picture = np.clip(np.stack(small), 0, 1).astype(np.float32)
    shrunk.setflags(write=False)
    return shrunk


@cache
def bundled_subject(name: str) -> Subject:
    """Load one of :data:`SUBJECTS`, read-only. Raises ValueError for another name."""
    if name not in SUBJECTS:
        raise ValueError(f"there is no subject '{name}'; there are {', '.join(SUBJECTS)}")
    cut = SUBJECTS[name]
    return make_subject(photograph(cut.photograph), cut.box, cut.classes, name)
