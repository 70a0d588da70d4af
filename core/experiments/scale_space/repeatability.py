"""Our keypoints beside SIFT's, and who finds its keypoints again in a changed picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...scale_space.keypoints import Flags, Keypoints, agreeing, wrapped
from ...scale_space.sift import LOWEST_SIGMA, sift
from .result import Result
from .run import detect
from .spec import Spec
from .stack import ORDERS, OWN_SIGMA, Level, levels_of

if TYPE_CHECKING:
    from ...jobs.queue import Report

Plane = NDArray[np.float32]

LOOSE = 0.5  # of sigma: about the overlap of circles that Mikolajczyk et al. (IJCV 2005) ask for


@dataclass(frozen=True)
class Agreement:
    """``ours`` and ``sift``: all keypoints; the flags tell which have a partner on the other side
    within a pixel and half an octave; ``chance`` is the fraction of ours that would have one if
    SIFT's lay half a picture further."""

    ours: Keypoints
    sift: Keypoints
    ours_shared: Flags
    sift_shared: Flags
    chance: float


def _mean(flags: Flags) -> float:
    return float(flags.mean()) if flags.size else 0.0


def beside_sift(result: Result) -> Agreement:
    """Real SIFT on the same picture with the same thresholds."""
    ours, spec = result.keypoints, result.spec
    theirs = sift(result.picture, spec.contrast, spec.edge)
    far = wrapped(theirs, result.picture.shape)
    return Agreement(
        ours, theirs, agreeing(ours, theirs), agreeing(theirs, ours), _mean(agreeing(ours, far))
    )


def strongest_cells(levels: list[Level], contrast: float, most: int) -> Keypoints:
    """Cells that no neighbour on their level outdoes, as keypoints at their level's sigma."""
    from scipy import ndimage  # type: ignore[import-untyped]

    parts = []
    for level in levels:
        top = level.values == ndimage.maximum_filter(level.values, 3, mode="nearest")
        cells = np.argwhere(top & (level.values >= max(contrast, 1e-4)))
        middle = np.array(level.geometry.center(0, 0)) + cells * np.array(level.geometry.stride)
        sigmas = np.full(len(cells), level.sigma_px)
        parts.append(np.column_stack([middle, sigmas, level.values[tuple(cells.T)]]))
    rows, columns, sigmas, values = np.concatenate(parts).T.astype(np.float64)
    order = np.argsort(-values, kind="stable")[:most]
    return Keypoints(rows, columns, sigmas, values).only(order)


@dataclass(frozen=True)
class Change:
    """What is done to the picture: shrunk by a whole factor, or moved by whole pixels."""

    name: str
    shrink: int = 1
    move: int = 0

    def apply(self, picture: Plane) -> Plane:
        """Shrinking takes means over whole blocks; moving doubles the edge, as a mirror would."""
        if self.move:
            edge = np.repeat(picture[:, :1], self.move, axis=1)
            return np.concatenate([edge, picture[:, : -self.move]], axis=1)
        rows, columns = (side // self.shrink for side in picture.shape)
        whole = picture[: rows * self.shrink, : columns * self.shrink]
        blocks = whole.reshape(rows, self.shrink, columns, self.shrink)
        return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)

    def carry(self, found: Keypoints) -> Keypoints:
        """Where keypoints of the picture should be in the changed one."""
        return found.moved(0, self.move, self.shrink)


CHANGES = (
    Change("moved by 1 px", move=1),
    Change("shrunk by 1 octave", shrink=2),
    Change("shrunk by 2 octaves", shrink=4),
    Change("shrunk by 3 octaves", shrink=8),
)


@dataclass(frozen=True)
class Again:
    """How many keypoints of a detector are found again after a change.

    Of ``all`` keypoints ``could`` are large enough and inside afterwards; ``found`` of these have
    one within half an octave and a pixel (or half a sigma, where that is more); ``chance`` is the
    fraction of them that would if the new ones lay half a picture further.
    """

    detector: str
    change: str
    all: int
    could: int
    found: int
    chance: float

    @property
    def fraction(self) -> float | None:
        """Found of those that could be; None where none could."""
        return self.found / self.could if self.could else None


Detector = Callable[[Plane], Keypoints]


def detectors(spec: Spec, most: int) -> dict[str, tuple[Detector, float]]:
    """By name: what finds the keypoints of a picture, and the smallest sigma that it can find."""

    def cells(order: str) -> Detector:
        def found(picture: Plane) -> Keypoints:
            levels = levels_of(picture - picture.mean(), spec.layout(), order)
            return strongest_cells(levels, spec.contrast, most)

        return found

    stacks = {f"stack, {order}": (cells(order), OWN_SIGMA) for order in ORDERS}
    return {
        "SIFT": (lambda picture: sift(picture, spec.contrast, spec.edge), LOWEST_SIGMA),
        "ours": (lambda picture: detect(spec, picture)[1], spec.low_px),
        **stacks,
    }


def _again(
    before: Keypoints, after: Keypoints, change: Change, lowest: float, shape: tuple[int, ...]
) -> tuple[int, int, float]:
    moved = change.carry(before)
    inside = (moved.rows <= shape[0] - 0.5) & (moved.columns <= shape[1] - 0.5)
    could = moved.only(inside & (moved.sigmas >= lowest))
    found = agreeing(could, after, 1, LOOSE)
    return len(could), int(found.sum()), _mean(agreeing(could, wrapped(after, shape), 1, LOOSE))


def _nowhere(fraction: float, partial: object = None) -> None:
    """For those who wait for the whole."""


def repeatability(result: Result, report: Report = _nowhere) -> tuple[Again, ...]:
    """Every detector before and after every change of the picture.

    ``report`` is told the fraction done and, after every detector, the rows so far.
    """
    spec, rows = result.spec, []
    known = detectors(spec, max(20, len(result.keypoints)))
    steps = len(known) * len(CHANGES)
    pictures = [change.apply(result.picture) for change in CHANGES]
    for name, (detector, lowest) in known.items():
        before = detector(result.picture)
        for change, picture in zip(CHANGES, pictures, strict=True):
            after = detector(picture)
            could, found, chance = _again(before, after, change, lowest, picture.shape)
            rows.append(Again(name, change.name, len(before), could, found, chance))
            report(len(rows) / steps)
        report(len(rows) / steps, tuple(rows))
    return tuple(rows)
