"""Whether the size of a keypoint follows the size of the object that it lies on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from ...imaging.scene import PlacedObject, compose
from ...scale_space.gaussian import SIGMA_PER_RADIUS
from ...scale_space.keypoints import HALF_OCTAVE, Keypoints
from .result import Result
from .run import detect
from .spec import Spec

Numbers = NDArray[np.float64]

RADII_PX = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 32.0)


MIN_RADIUS_PX = 3.0  # from it on the pixel grid matters little
ALIGNMENTS_PX = ((0.0, 0.0), (0.3, 0.7))  # of the object's center, off the middle of the canvas
LAW_CANVAS_PX = (64, 96)


@dataclass(frozen=True)
class SizeLaw:
    """The sigma of the strongest keypoint of an object of each radius (half its side), px.

    ``shifted_sigmas_px``: the same with the object at the other alignment of ALIGNMENTS_PX.
    """

    object: str
    radii_px: tuple[float, ...]
    sigmas_px: tuple[float, ...]
    shifted_sigmas_px: tuple[float, ...]

    @property
    def alignments(self) -> int:
        """At how many alignments with the pixel grid it was measured."""
        return len(ALIGNMENTS_PX)

    @property
    def ratios(self) -> Numbers:
        """Sigma over radius from MIN_RADIUS_PX on: float64 (sizes * alignments,)."""
        radii = np.array(self.radii_px * self.alignments)
        sigmas = np.array(self.sigmas_px + self.shifted_sigmas_px)
        return np.asarray((sigmas / radii)[radii >= MIN_RADIUS_PX])

    @property
    def sigma_per_radius(self) -> float:
        """The median of the ratios."""
        return float(np.median(self.ratios))

    @property
    def expected_ratio(self) -> float:
        """The ratio of the closed form for a disc; the median for another object."""
        return SIGMA_PER_RADIUS if self.object == "disc" else self.sigma_per_radius

    @property
    def departures_octaves(self) -> Numbers:
        """How far each ratio is from the expected one: float64 (sizes * alignments,)."""
        return np.asarray(np.log2(self.ratios / self.expected_ratio))


def _strongest_sigma(name: str, radius_px: float, offset: tuple[float, float], spec: Spec) -> float:
    rows, columns = (max(side, 16 * ceil(radius_px / 4)) for side in LAW_CANVAS_PX)
    canvas = np.zeros((rows, columns), dtype=np.float32)
    row, column = rows / 2 + offset[0], columns / 2 + offset[1]
    _, keypoints = detect(spec, compose(canvas, [PlacedObject(name, 2 * radius_px, row, column)]))
    return float(keypoints.sigmas[0])


@lru_cache(maxsize=32)
def measure_size_law(name: str, operator: str, intervals: int) -> SizeLaw:
    """Run the detector on the object ``name`` at every radius, alone in the middle of a canvas."""
    spec = Spec(operator=operator, intervals=intervals)
    sigmas, shifted = (
        tuple(_strongest_sigma(name, radius, offset, spec) for radius in RADII_PX)
        for offset in ALIGNMENTS_PX
    )
    return SizeLaw(name, RADII_PX, sigmas, shifted)


@dataclass(frozen=True)
class MatchedPair:
    """The same spot of the near and of the far object.

    Sigmas in px; ``error_octaves``: how far their ratio is from that of the distances.
    """

    near_px: float
    far_px: float
    error_octaves: float


@dataclass(frozen=True)
class DistanceComparison:
    """How many keypoints of the near object are detected on the far one.

    ``near``: all of the near object; ``detectable``: those of them whose sigma on the far one is
    not below the smallest that is searched; ``pairs``: those detected there within half an octave.
    """

    near: int
    detectable: int
    pairs: tuple[MatchedPair, ...]

    @property
    def median_error(self) -> float | None:
        """The median of the absolute errors, octaves; None without pairs."""
        errors = [abs(pair.error_octaves) for pair in self.pairs]
        return float(np.median(errors)) if errors else None


def keypoints_on(placed: PlacedObject, keypoints: Keypoints) -> Keypoints:
    """Return the keypoints whose center lies in the object's box."""
    top, left, bottom, right = placed.box()
    rows, columns = keypoints.rows + 0.5, keypoints.columns + 0.5
    return keypoints.select(
        (rows >= top) & (rows <= bottom) & (columns >= left) & (columns <= right)
    )


def _expected_on_far(near: PlacedObject, far: PlacedObject, keypoints: Keypoints) -> Keypoints:
    """Where the near object's keypoints should lie on the far one."""
    shrink = near.size_px / far.size_px
    return Keypoints(
        (keypoints.rows + 0.5 - near.row) / shrink + far.row - 0.5,
        (keypoints.columns + 0.5 - near.column) / shrink + far.column - 0.5,
        keypoints.sigmas / shrink,
        keypoints.responses,
    )


def _match(expected: Keypoints, index: np.intp, far: Keypoints) -> tuple[int, float] | None:
    """The far keypoint that fits an expected one best in scale, and its error in octaves."""
    sigma = expected.sigmas[index]
    errors = np.log2(sigma / far.sigmas)
    distance = np.hypot(far.rows - expected.rows[index], far.columns - expected.columns[index])
    fits = (distance <= np.maximum(1, sigma / 2)) & (np.abs(errors) <= HALF_OCTAVE)
    fits &= far.responses * expected.responses[index] > 0
    if not fits.any():
        return None
    best = int(np.argmin(np.where(fits, np.abs(errors), np.inf)))
    return best, float(errors[best])


def compare_distances(result: Result) -> DistanceComparison | None:
    """Compare the near object's keypoints with the far one's; None where there is one object."""
    if len(result.objects) < 2:
        return None
    near, far = result.objects
    on_near, on_far = (keypoints_on(placed, result.keypoints) for placed in (near, far))
    expected = _expected_on_far(near, far, on_near)
    detectable = np.flatnonzero(expected.sigmas >= result.spec.low_px)
    pairs = []
    for index in detectable:
        match = _match(expected, index, on_far)
        if match is not None:
            sigmas = float(on_near.sigmas[index]), float(on_far.sigmas[match[0]])
            pairs.append(MatchedPair(*sigmas, match[1]))
    return DistanceComparison(len(on_near), len(detectable), tuple(pairs))


@dataclass(frozen=True)
class ResponseCurve:
    """The response at one keypoint's position against sigma.

    ``sigmas_px`` and ``responses``: float64 (n,). ``peak_px`` and ``peak`` are the keypoint's own
    sigma and response.
    """

    name: str
    sigmas_px: Numbers
    responses: Numbers
    peak_px: float
    peak: float


MAX_CURVES = 4


def _strongest(result: Result) -> list[tuple[str, Keypoints]]:
    """The strongest keypoint of each object, or the strongest ones of a photograph."""
    if not result.objects:
        count = min(MAX_CURVES, len(result.keypoints))
        singles = [result.keypoints.select(slice(index, index + 1)) for index in range(count)]
        return [(f"row {one.rows[0]:.0f}, column {one.columns[0]:.0f}", one) for one in singles]
    names = ("near", "far") if len(result.objects) > 1 else (result.spec.object,)
    parts = [keypoints_on(placed, result.keypoints).select(slice(1)) for placed in result.objects]
    return [(name, part) for name, part in zip(names, parts, strict=True) if len(part)]


def response_curves(result: Result) -> tuple[ResponseCurve, ...]:
    """Compute the response at the strongest keypoints against sigma."""
    spec, sigmas = result.spec, 2.0 ** np.arange(-0.5, 6.01, 0.125)
    curves = []
    for name, keypoint in _strongest(result):
        rows, columns = (np.full(len(sigmas), xs[0]) for xs in (keypoint.rows, keypoint.columns))
        values = result.space.response_at(spec.operator, spec.intervals, rows, columns, sigmas)
        peak = float(keypoint.sigmas[0]), float(keypoint.responses[0])
        curves.append(ResponseCurve(name, sigmas, values, *peak))
    return tuple(curves)
