"""Choose the best layer and resize factor on validation tiles, and score the choice on test tiles.

Choosing the best of many and scoring it on the same tiles overestimates any network. So even
training sets and validation tiles choose; odd training sets and test tiles measure the gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing.probes import bootstrap_interval
from .setup import SHUFFLED, TRAINED, Protocol, Score

MIN_TEST_TILES = 10  # per class; with fewer, nothing is recommended

# By (layer, factor): bool (training sets, held-out tiles).
Correctness = dict[tuple[str, float], NDArray[np.bool_]]


@dataclass(frozen=True)
class Gain:
    """Difference in accuracy between two methods in percentage points, with its 95 % interval."""

    points: float
    low: float
    high: float

    @property
    def is_significant(self) -> bool:
        """Whether the interval lies above 0."""
        return self.low > 0


@dataclass(frozen=True)
class Choice:
    """The best ``layer`` and resize ``factor``, and their gains in accuracy.

    ``gain``: over the baseline, which is the last layer with unresized tiles. ``over_shuffled``:
    over shuffled weights at the same layer and factor; None without such a network.
    ``resize_gain``: of ``best_factor_last_layer`` at the last layer. ``layer_gain``: of
    ``best_unresized_layer`` without resizing. ``min_test_tiles``: of the smallest class among the
    ``test_tiles``. ``training_sets``: number of sets that score.
    """

    layer: str
    factor: float
    gain: Gain
    over_shuffled: Gain | None
    best_factor_last_layer: float
    resize_gain: Gain
    best_unresized_layer: str
    layer_gain: Gain
    test_tiles: int
    min_test_tiles: int
    training_sets: int

    @property
    def rejection_reason(self) -> str:
        """Why nothing is recommended, in one sentence; empty if the choice is recommended."""
        if self.min_test_tiles < MIN_TEST_TILES:
            return (
                f"Only {self.min_test_tiles} test tiles are in the smallest class; "
                f"a recommendation needs at least {MIN_TEST_TILES}."
            )
        if not self.gain.is_significant:
            return (
                "The interval of the gain includes 0: on these tiles the best layer and factor are "
                "not significantly better than the last layer with unresized tiles."
            )
        if self.over_shuffled is not None and not self.over_shuffled.is_significant:
            return (
                "The same network with shuffled weights is not significantly worse there, so "
                "there is no evidence that training on photographs helps."
            )
        return ""


def choose(protocol: Protocol, scores: Sequence[Score]) -> Choice:
    """Choose among all layers and factors at the target ground sample distance.

    ``scores``: those of the trained network at every factor, and of the shuffled one if present.
    """
    trained = correctness(protocol, scores, TRAINED)
    shuffled = correctness(protocol, scores, SHUFFLED)
    last = protocol.layers[-1]
    layer, factor = best(protocol, trained)
    resized = best(protocol, {key: value for key, value in trained.items() if key[0] == last})[1]
    unresized = best(protocol, {key: value for key, value in trained.items() if key[1] == 1})[0]
    labels = protocol.tile_set.labels[protocol.split.test]
    baseline, chosen = trained[last, 1.0], trained[layer, factor]
    control = shuffled.get((layer, factor))
    return Choice(
        layer,
        factor,
        gain(protocol, chosen, baseline),
        None if control is None else gain(protocol, chosen, control),
        resized,
        gain(protocol, trained[last, resized], baseline),
        unresized,
        gain(protocol, trained[unresized, 1.0], baseline),
        len(labels),
        int(np.bincount(labels, minlength=len(protocol.tile_set.classes)).min()),
        len(range(1, protocol.spec.training_sets, 2)),
    )


def correctness(protocol: Protocol, scores: Sequence[Score], weights: str) -> Correctness:
    """Whether each prediction is correct at the target GSD, by layer and resize factor.

    Values are bool (training sets, held-out tiles).
    """
    return {
        (layer, score.view.factor): correct
        for score in scores
        if score.view.weights == weights and score.view.gsd_m == protocol.tile_set.gsd_m
        and score.count == protocol.labels_per_class
        for layer, correct in zip(score.layers, score.correct, strict=True)
    }  # fmt: skip


def best(protocol: Protocol, candidates: Correctness) -> tuple[str, float]:
    """Layer and factor with the highest validation accuracy.

    ``candidates``: bool (training sets, held-out tiles) by layer and factor. Ties go to the later
    layer, then to the factor nearest to 1.
    """
    tiles = slice(0, len(protocol.split.validation))
    order = {layer: index for index, layer in enumerate(protocol.layers)}

    def rank(key: tuple[str, float]) -> tuple[float, int, float]:
        layer, factor = key
        accuracy = float(candidates[key][0::2, tiles].mean())
        return accuracy, order[layer], -abs(float(np.log2(factor)))

    return max(candidates, key=rank)


def gain(protocol: Protocol, new: NDArray[np.bool_], old: NDArray[np.bool_]) -> Gain:
    """Difference in test accuracy of two methods, paired by training set and tile.

    ``new`` and ``old``: bool (training sets, held-out tiles).
    """
    tiles = slice(len(protocol.split.validation), None)
    difference = 100.0 * (new[1::2, tiles].astype(np.float64) - old[1::2, tiles])
    groups = protocol.tile_set.groups[protocol.split.test]
    return Gain(*bootstrap_interval(difference, groups).cell())
