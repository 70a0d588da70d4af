"""Our keypoints compared with SIFT's, and which detector repeats its keypoints after a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...scale_space.keypoints import (
    MIN_RESPONSE,
    Flags,
    Keypoints,
    have_match,
    shifted_by_half,
)
from ...scale_space.sift import MIN_SIGMA_PX, sift_keypoints
from .result import Result
from .run import detect
from .spec import Spec
from .stack import FILTER_SIGMA_PX, ORDERS, Level, stack_levels

if TYPE_CHECKING:
    from ...jobs.queue import Report

Plane = NDArray[np.float32]

# A match lies within a pixel, or within this many sigmas where that is more: about the overlap of
# circles that Mikolajczyk et al. (IJCV 2005) ask for.
MATCH_PX, MATCH_SIGMAS = 1, 0.5


@dataclass(frozen=True)
class Agreement:
    """Our keypoints and SIFT's on one picture.

    The flags, bool (n,), say which keypoints have a match on the other side, within a pixel and
    half an octave. ``chance`` is the fraction of ours that would have one if SIFT's were shifted by
    half the picture.
    """

    ours: Keypoints
    sift: Keypoints
    ours_matched: Flags
    sift_matched: Flags
    chance: float


def _mean(flags: Flags) -> float:
    return float(flags.mean()) if flags.size else 0.0


def compare_with_sift(result: Result) -> Agreement:
    """Run scikit-image's SIFT on the same picture with the same thresholds."""
    ours, spec = result.keypoints, result.spec
    sift = sift_keypoints(result.picture, spec.contrast_threshold, spec.max_curvature_ratio)
    shifted = shifted_by_half(sift, result.picture.shape)
    return Agreement(
        ours=ours,
        sift=sift,
        ours_matched=have_match(ours, sift),
        sift_matched=have_match(sift, ours),
        chance=_mean(have_match(ours, shifted)),
    )


def strongest_cells(levels: list[Level], contrast_threshold: float, max_count: int) -> Keypoints:
    """Return the cells that no neighbor on their level exceeds, as keypoints at its sigma."""
    from scipy import ndimage  # type: ignore[import-untyped]

    parts = []
    for level in levels:
        is_peak = level.values == ndimage.maximum_filter(level.values, 3, mode="nearest")
        cells = np.argwhere(is_peak & (level.values >= max(contrast_threshold, MIN_RESPONSE)))
        centers = np.array(level.geometry.center(0, 0)) + cells * np.array(level.geometry.stride)
        sigmas = np.full(len(cells), level.sigma_px)
        parts.append(np.column_stack([centers, sigmas, level.values[tuple(cells.T)]]))
    rows, columns, sigmas, values = np.concatenate(parts).T.astype(np.float64)
    order = np.argsort(-values, kind="stable")[:max_count]
    return Keypoints(rows, columns, sigmas, values).select(order)


@dataclass(frozen=True)
class Change:
    """A change of the picture: divided by a whole factor, or shifted by whole pixels."""

    name: str
    shrink: int = 1
    shift_px: int = 0

    def apply(self, picture: Plane) -> Plane:
        """Change a picture, float32 (rows, columns); the dtype and the range stay.

        Shrinking takes means over whole blocks; shifting repeats the edge, as a mirror would.
        """
        if self.shift_px:
            edge = np.repeat(picture[:, :1], self.shift_px, axis=1)
            return np.concatenate([edge, picture[:, : -self.shift_px]], axis=1)
        rows, columns = (side // self.shrink for side in picture.shape)
        whole = picture[: rows * self.shrink, : columns * self.shrink]
        blocks = whole.reshape(rows, self.shrink, columns, self.shrink)
        return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)

    def transform(self, keypoints: Keypoints) -> Keypoints:
        """Return where keypoints of the picture should lie in the changed one."""
        return keypoints.transformed(0, self.shift_px, self.shrink)


CHANGES = (
    Change("shifted by 1 px", shift_px=1),
    Change("downscaled by 1 octave", shrink=2),
    Change("downscaled by 2 octaves", shrink=4),
    Change("downscaled by 3 octaves", shrink=8),
)


@dataclass(frozen=True)
class Repeatability:
    """How many keypoints of a detector are detected again after a change of the picture.

    Of ``total`` keypoints ``detectable`` are large enough and inside afterwards; ``repeated`` of
    these have a match, within half an octave and a pixel (or half a sigma, where that is more).
    ``chance``: the fraction of them that would if the new keypoints were shifted by half the
    picture.
    """

    detector: str
    change: str
    total: int
    detectable: int
    repeated: int
    chance: float

    @property
    def fraction(self) -> float | None:
        """Repeated keypoints over detectable ones; None where none is detectable."""
        return self.repeated / self.detectable if self.detectable else None


@dataclass(frozen=True)
class Detector:
    """A detector: ``detect`` returns the keypoints of a picture, float32 (rows, columns) in [0, 1].

    ``min_sigma_px``: the smallest sigma that it can detect.
    """

    name: str
    detect: Callable[[Plane], Keypoints]
    min_sigma_px: float


def detectors(spec: Spec, max_count: int) -> tuple[Detector, ...]:
    """Return SIFT, ours, and the stack in both orders, with ``max_count`` keypoints at most."""

    def of_stack(order: str) -> Callable[[Plane], Keypoints]:
        def detect_cells(picture: Plane) -> Keypoints:
            levels = stack_levels(picture - picture.mean(), spec.layout(), order)
            return strongest_cells(levels, spec.contrast_threshold, max_count)

        return detect_cells

    thresholds = spec.contrast_threshold, spec.max_curvature_ratio
    return (
        Detector("SIFT", lambda picture: sift_keypoints(picture, *thresholds), MIN_SIGMA_PX),
        Detector("ours", lambda picture: detect(spec, picture)[1], spec.low_px),
        *(Detector(f"stack, {order}", of_stack(order), FILTER_SIGMA_PX) for order in ORDERS),
    )


def _compare(
    detector: Detector, change: Change, before: Keypoints, picture: Plane
) -> Repeatability:
    """``picture`` is the changed one, ``before`` the keypoints before the change."""
    after, (rows, columns) = detector.detect(picture), picture.shape
    expected = change.transform(before)
    is_inside = (expected.rows <= rows - 0.5) & (expected.columns <= columns - 0.5)
    detectable = expected.select(is_inside & (expected.sigmas >= detector.min_sigma_px))
    shifted = shifted_by_half(after, picture.shape)
    return Repeatability(
        detector=detector.name,
        change=change.name,
        total=len(before),
        detectable=len(detectable),
        repeated=int(have_match(detectable, after, MATCH_PX, MATCH_SIGMAS).sum()),
        chance=_mean(have_match(detectable, shifted, MATCH_PX, MATCH_SIGMAS)),
    )


def _no_report(fraction: float, partial: object = None) -> None:
    """For callers that wait for the whole result."""


def measure_repeatability(result: Result, report: Report = _no_report) -> tuple[Repeatability, ...]:
    """Compare the keypoints of every detector before and after every change of the picture.

    ``report`` is called with the fraction done and, after every detector, the rows so far.
    """
    rows: list[Repeatability] = []
    compared = detectors(result.spec, max(20, len(result.keypoints)))
    steps = len(compared) * len(CHANGES)
    pictures = [change.apply(result.picture) for change in CHANGES]
    for detector in compared:
        before = detector.detect(result.picture)
        for change, picture in zip(CHANGES, pictures, strict=True):
            rows.append(_compare(detector, change, before, picture))
            report(len(rows) / steps)
        report(len(rows) / steps, tuple(rows))
    return tuple(rows)
