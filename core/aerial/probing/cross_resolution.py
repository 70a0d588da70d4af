"""Train here, use there: probes that meet tiles at another ground sample distance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .probes import Floats, Labels, Probe, fit
from .splits import Indices

Views = Mapping[tuple[float, float], Floats]  # (gsd_m, factor) -> features (tiles, channels)
Right = NDArray[np.float32]

KINDS = ("as-is", "zoomed", "matched")
SAME_OCTAVES = 0.03  # two scales that differ by less are one: sides are whole pixels


@dataclass(frozen=True)
class Lesson:
    """What there is to train and test with, at every ground sample distance alike.

    ``views``: features of one layer; ``sets``: the training sets, indices of tiles; ``held``: the
    tiles that test. ``zooms``: the factors by which training tiles are zoomed.
    """

    views: Views
    gsds_m: tuple[float, ...]
    labels: Labels
    groups: Labels
    classes: int
    sets: Sequence[Indices]
    held: Indices
    zooms: tuple[float, ...]

    def probe(self, train_m: float, factors: Sequence[float], tiles: Indices) -> Probe:
        """Trained on tiles at ``train_m``, each resized by every one of the factors."""
        rows = np.concatenate([self.views[train_m, factor][tiles] for factor in factors])
        labels, groups = (np.tile(of[tiles], len(factors)) for of in (self.labels, self.groups))
        return fit(rows, labels, groups, self.classes)

    def factors(self, gsd_m: float) -> tuple[float, ...]:
        """The factors that tiles at this ground sample distance were seen with."""
        return tuple(sorted(factor for gsd, factor in self.views if gsd == gsd_m))

    def matching(self, gsd_m: float, train_m: float) -> float | None:
        """The factor that gives tiles at ``gsd_m`` the metres per pixel of ``train_m``."""
        wanted = math.log2(gsd_m / train_m)
        near = min(self.factors(gsd_m), key=lambda one: abs(math.log2(one) - wanted))
        return near if abs(math.log2(near) - wanted) < SAME_OCTAVES else None


def row(lesson: Lesson, train_m: float) -> dict[str, Right]:
    """What probes trained at ``train_m`` get right at every ground sample distance.

    By kind, float32 (gsds, training sets, held tiles), 0 or 1, NaN where there is no such view:
    'as-is'; 'zoomed', trained on every tile at several zooms at once; 'matched', trained as it is
    and used on tiles that are resized to the metres per pixel that it was trained at.
    """
    shape = (len(lesson.gsds_m), len(lesson.sets), len(lesson.held))
    found = {kind: np.full(shape, np.nan, dtype=np.float32) for kind in KINDS}
    zooms = [one for one in lesson.factors(train_m) if one in lesson.zooms or one == 1]
    for at, tiles in enumerate(lesson.sets):
        plain = lesson.probe(train_m, (1.0,), tiles)
        zoomed = lesson.probe(train_m, zooms, tiles)
        for there, gsd_m in enumerate(lesson.gsds_m):
            found["as-is"][there, at] = _right(lesson, plain, gsd_m, 1.0)
            found["zoomed"][there, at] = _right(lesson, zoomed, gsd_m, 1.0)
            factor = lesson.matching(gsd_m, train_m)
            if factor is not None:
                found["matched"][there, at] = _right(lesson, plain, gsd_m, factor)
    return found


def _right(lesson: Lesson, probe: Probe, gsd_m: float, factor: float) -> NDArray[np.bool_]:
    held = lesson.held
    right: NDArray[np.bool_] = (
        probe.answers(lesson.views[gsd_m, factor][held]) == lesson.labels[held]
    )
    return right
