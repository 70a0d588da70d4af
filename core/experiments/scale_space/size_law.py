"""The test that matters: is the size of a keypoint the size of the thing?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...imaging.scene import PlacedObject
from ...scale_space.keypoints import HALF_OCTAVE, Keypoints
from .result import Result
from .run import detect, picture_of
from .spec import Spec

Numbers = NDArray[np.float64]

RADII_PX = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 32.0)


@dataclass(frozen=True)
class Law:
    """The sigma of the strongest keypoint of an object of each radius (half its side), px."""

    object: str
    radii_px: tuple[float, ...]
    sigmas_px: tuple[float, ...]

    @property
    def per_radius(self) -> float:
        """Sigma over radius: the median over the radii from 3 px, where pixels matter little."""
        ratios = np.array(self.sigmas_px) / np.array(self.radii_px)
        return float(np.median(ratios[np.array(self.radii_px) >= 3]))


@lru_cache(maxsize=32)
def law(name: str, operator: str, intervals: int) -> Law:
    """Measured with the detector itself, each object alone in the middle of its canvas."""
    sigmas = []
    for radius in RADII_PX:
        spec = Spec(
            object=name, radius_px=radius, operator=operator, intervals=intervals, canvas_px=64
        )
        _, found = detect(spec, picture_of(spec)[0])
        sigmas.append(float(found.sigmas[0]))
    return Law(name, RADII_PX, tuple(sigmas))


@dataclass(frozen=True)
class Pair:
    """The same spot of the near and of the far object: sigmas in px, and how far their ratio is
    from that of the distances, in octaves."""

    near_px: float
    far_px: float
    error_octaves: float


@dataclass(frozen=True)
class Distances:
    """Keypoints of the near object (``near``), those of them that the far one is large enough to
    show (``could``), and those found there within half an octave (``pairs``)."""

    near: int
    could: int
    pairs: tuple[Pair, ...]

    @property
    def median_error(self) -> float | None:
        """The median of the errors' sizes, octaves."""
        errors = [abs(pair.error_octaves) for pair in self.pairs]
        return float(np.median(errors)) if errors else None


def of_thing(found: Keypoints, thing: PlacedObject) -> Keypoints:
    """The keypoints whose middle lies in the thing's box."""
    top, left, bottom, right = thing.box()
    rows, columns = found.rows + 0.5, found.columns + 0.5
    return found.only((rows >= top) & (rows <= bottom) & (columns >= left) & (columns <= right))


def _carried(found: Keypoints, near: PlacedObject, far: PlacedObject) -> Keypoints:
    """The near thing's keypoints where the far one should have them."""
    shrink = near.size_px / far.size_px
    return Keypoints(
        (found.rows + 0.5 - near.row) / shrink + far.row - 0.5,
        (found.columns + 0.5 - near.column) / shrink + far.column - 0.5,
        found.sigmas / shrink,
        found.responses,
    )


def distances(result: Result) -> Distances | None:
    """Near against far; None where there are not two objects."""
    if len(result.things) < 2:
        return None
    near, far = result.things
    found = of_thing(result.keypoints, near)
    wanted, there = _carried(found, near, far), of_thing(result.keypoints, far)
    pairs = []
    for at in np.flatnonzero(wanted.sigmas >= result.spec.low_px):
        error = np.log2(wanted.sigmas[at] / there.sigmas)
        apart = np.hypot(there.rows - wanted.rows[at], there.columns - wanted.columns[at])
        fits = (apart <= np.maximum(1, wanted.sigmas[at] / 2)) & (np.abs(error) <= HALF_OCTAVE)
        fits &= there.responses * wanted.responses[at] > 0
        if fits.any():
            best = int(np.argmin(np.where(fits, np.abs(error), np.inf)))
            sigmas = float(found.sigmas[at]), float(there.sigmas[best])
            pairs.append(Pair(*sigmas, float(error[best])))
    return Distances(len(found), int((wanted.sigmas >= result.spec.low_px).sum()), tuple(pairs))


@dataclass(frozen=True)
class Curve:
    """The response at one keypoint's place against sigma (px)."""

    name: str
    sigmas_px: Numbers
    responses: Numbers
    peak_px: float
    peak: float


MOST_CURVES = 4


def _picked(result: Result) -> list[tuple[str, Keypoints]]:
    """The strongest keypoint of each object, or the strongest ones of a photograph."""
    if not result.things:
        return [
            (f"row {found.rows[0]:.0f}, column {found.columns[0]:.0f}", found)
            for at in range(min(MOST_CURVES, len(result.keypoints)))
            for found in [result.keypoints.only(slice(at, at + 1))]
        ]
    names = ("near", "far") if len(result.things) > 1 else (result.spec.object,)
    parts = [of_thing(result.keypoints, thing).only(slice(1)) for thing in result.things]
    return [(name, part) for name, part in zip(names, parts, strict=True) if len(part)]


def curves(result: Result) -> tuple[Curve, ...]:
    """How the response at the strongest keypoints rises and falls with sigma."""
    spec, sigmas = result.spec, 2.0 ** np.arange(-0.5, 6.01, 0.125)
    made = []
    for name, found in _picked(result):
        rows, columns = (np.full(len(sigmas), part[0]) for part in (found.rows, found.columns))
        values = result.space.points(spec.operator, spec.intervals, rows, columns, sigmas)
        peak = float(found.sigmas[0]), float(found.responses[0])
        made.append(Curve(name, sigmas, values, *peak))
    return tuple(made)
