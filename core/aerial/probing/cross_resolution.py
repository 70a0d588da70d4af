"""Cross-resolution tests: probes trained at one ground sample distance, used at another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .probes import Floats, Labels, Probe, fit
from .splits import Indices

Views = Mapping[tuple[float, float], Floats]  # (gsd_m, factor) -> features (tiles, channels)
Correct = NDArray[np.float32]

CONDITIONS = ("as-is", "zoomed", "matched")
SAME_OCTAVES = 0.03  # scales that differ by less count as equal: sides are whole pixels


@dataclass(frozen=True)
class CrossResolutionData:
    """Features of one layer at every ground sample distance (GSD), with labels and splits.

    ``views``: features (tiles, channels) by (GSD in m, resize factor). ``labels`` and ``groups``:
    int64 (tiles,). ``training_sets`` and ``held_out``: indices of tiles, int64. ``zooms``: factors
    by which training tiles are resized as augmentation.
    """

    views: Views
    gsds_m: tuple[float, ...]
    labels: Labels
    groups: Labels
    classes: int
    training_sets: Sequence[Indices]
    held_out: Indices
    zooms: tuple[float, ...]

    def probe(self, train_m: float, factors: Sequence[float], tiles: Indices) -> Probe:
        """Train on ``tiles``, indices int64 (n,), at ``train_m``, resized by each factor."""
        rows = np.concatenate([self.views[train_m, factor][tiles] for factor in factors])
        labels, groups = (
            np.tile(values[tiles], len(factors)) for values in (self.labels, self.groups)
        )
        return fit(rows, labels, groups, self.classes)

    def factors(self, gsd_m: float) -> tuple[float, ...]:
        """Resize factors with features at this ground sample distance, ascending."""
        return tuple(sorted(factor for gsd, factor in self.views if gsd == gsd_m))

    def matching(self, gsd_m: float, train_m: float) -> float | None:
        """Factor that resizes tiles at ``gsd_m`` to ``train_m`` meters per pixel, or None."""
        wanted = math.log2(gsd_m / train_m)
        nearest = min(self.factors(gsd_m), key=lambda factor: abs(math.log2(factor) - wanted))
        return nearest if abs(math.log2(nearest) - wanted) < SAME_OCTAVES else None


def evaluate_row(data: CrossResolutionData, train_m: float) -> dict[str, Correct]:
    """Test probes trained at ``train_m`` at every ground sample distance.

    Returns by condition whether each prediction is correct: float32 (GSDs, training sets, held-out
    tiles), 0 or 1, NaN where there is no such view. 'as-is': tiles are not resized. 'zoomed':
    trained on every tile at several zooms. 'matched': test tiles are resized to the meters per
    pixel of the training tiles.
    """
    shape = (len(data.gsds_m), len(data.training_sets), len(data.held_out))
    correct = {name: np.full(shape, np.nan, dtype=np.float32) for name in CONDITIONS}
    zooms = [factor for factor in data.factors(train_m) if factor in data.zooms or factor == 1]
    for index, tiles in enumerate(data.training_sets):
        plain = data.probe(train_m, (1.0,), tiles)
        zoomed = data.probe(train_m, zooms, tiles)
        for test, gsd_m in enumerate(data.gsds_m):
            correct["as-is"][test, index] = _is_correct(data, plain, gsd_m, 1.0)
            correct["zoomed"][test, index] = _is_correct(data, zoomed, gsd_m, 1.0)
            factor = data.matching(gsd_m, train_m)
            if factor is not None:
                correct["matched"][test, index] = _is_correct(data, plain, gsd_m, factor)
    return correct


def _is_correct(
    data: CrossResolutionData, probe: Probe, gsd_m: float, factor: float
) -> NDArray[np.bool_]:
    tiles = data.held_out
    correct: NDArray[np.bool_] = (
        probe.predict(data.views[gsd_m, factor][tiles]) == data.labels[tiles]
    )
    return correct
