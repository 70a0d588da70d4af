"""Choose the best layer and resize factor on validation tiles, and score the choice on test tiles.

Choosing the best of many and scoring it on the same tiles overestimates any network. So even
training sets and validation tiles choose, those of all landscapes together; odd training sets and
test tiles measure the gain, on every landscape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .gains import Correct, Gain, gain
from .setup import (
    BASELINE,
    CHOSEN,
    MEAN_COLOR,
    SHUFFLED,
    TRAINED,
    UNTRAINED,
    Protocol,
    Step,
    View,
    control_draws,
    target_views,
)

# Methods that are compared, beside those of the setup.
RESIZED = "last-layer-resized"
LAST_LAYER_BEST, UNRESIZED_BEST = "last-layer-best-factor", "unresized-best-layer"

# Gains by name: of one method over another. The second and the third add up to the first.
COMPARISONS = {
    "whole": (CHOSEN, BASELINE),
    "layer": (CHOSEN, RESIZED),
    "resize": (RESIZED, BASELINE),
    "over_mean_color": (CHOSEN, MEAN_COLOR),
    "over_shuffled": (CHOSEN, SHUFFLED),
    "over_untrained": (CHOSEN, UNTRAINED),
    "resize_alone": (LAST_LAYER_BEST, BASELINE),
    "layer_alone": (UNRESIZED_BEST, BASELINE),
}

Candidates = Mapping[tuple[str, float], float]  # validation accuracy by layer and factor


@dataclass(frozen=True, eq=False)
class Choice:
    """The best ``layer`` and resize ``factor``, and gains in accuracy.

    ``gains`` by the names of :data:`COMPARISONS`; the baseline is the last layer with unresized
    tiles, and shuffled or untrained weights are compared at the chosen layer and factor, where
    there is such a network. ``best_factor_last_layer`` and ``best_unresized_layer`` are the best
    where only one of the two may change. ``correct``: bool (landscapes, scoring sets, test tiles)
    by method. ``min_test_tiles``: of the smallest class on a landscape, of ``test_tiles`` in all.
    ``landscapes``: number of seeds of the terrain; 1 for photographs, which are one data set.
    ``control_draws``: random networks of one kind.
    """

    layer: str
    factor: float
    best_factor_last_layer: float
    best_unresized_layer: str
    gains: Mapping[str, Gain]
    correct: Mapping[str, Correct]
    test_tiles: int
    min_test_tiles: int
    landscapes: int
    control_draws: int

    @property
    def training_sets(self) -> int:
        """Number of training sets that score, on each landscape."""
        return int(self.correct[CHOSEN].shape[1])

    def accuracy(self, method: str) -> float:
        """Mean accuracy of a method, 0 to 1."""
        return float(self.correct[method].mean())


def can_choose(steps: Sequence[Step], landscapes: int) -> bool:
    """Whether everything at the target ground sample distance is measured."""
    scored = {
        (step.protocol.landscape, score.view) for step in steps for score in step.scores
    }  # fmt: skip
    protocol = steps[0].protocol
    needed = [*target_views(protocol), View(MEAN_COLOR, protocol.tile_set.gsd_m, 1.0)]
    return all((number, view) in scored for number in range(landscapes) for view in needed)


def choose(steps: Sequence[Step]) -> Choice:
    """Choose among all layers and factors at the target ground sample distance.

    ``steps``: those of :func:`can_choose`, and perhaps others.
    """
    protocols = {step.protocol.landscape: step.protocol for step in steps}
    landscapes = [protocols[number] for number in sorted(protocols)]
    first, last = landscapes[0], landscapes[0].layers[-1]
    accuracy = candidates(steps)
    layer, factor = best(first, accuracy)
    resized = best(first, {key: value for key, value in accuracy.items() if key[0] == last})[1]
    unresized = best(first, {key: value for key, value in accuracy.items() if key[1] == 1})[0]
    correct = _methods(steps, landscapes, (layer, factor, resized, unresized))
    labels = [each.tile_set.labels[each.split.test] for each in landscapes]
    classes = len(first.tile_set.classes)
    return Choice(
        layer,
        factor,
        resized,
        unresized,
        gains(landscapes, correct),
        correct,
        sum(map(len, labels)),
        min(int(np.bincount(each, minlength=classes).min()) for each in labels),
        len(landscapes),
        control_draws(landscapes),
    )


def candidates(steps: Sequence[Step]) -> Candidates:
    """Validation accuracy by layer and factor, the mean over landscapes."""
    values: dict[tuple[str, float], list[float]] = {}
    for score in (score for step in steps for score in step.scores):
        if score.validation is not None:
            for layer, accuracy in zip(score.layers, score.validation, strict=True):
                values.setdefault((layer, score.view.factor), []).append(float(accuracy))
    return {key: float(np.mean(each)) for key, each in values.items()}


def best(protocol: Protocol, accuracy: Candidates) -> tuple[str, float]:
    """Layer and factor with the highest validation accuracy.

    Ties go to the later layer, then to the factor nearest to 1.
    """
    order = {layer: index for index, layer in enumerate(protocol.layers)}

    def rank(key: tuple[str, float]) -> tuple[float, int, float]:
        layer, factor = key
        return accuracy[key], order[layer], -abs(float(np.log2(factor)))

    return max(accuracy, key=rank)


def _methods(
    steps: Sequence[Step], landscapes: Sequence[Protocol], chosen: tuple[str, float, float, str]
) -> dict[str, Correct]:
    """Correctness of every method that was measured, (landscapes, scoring sets, test tiles)."""
    layer, factor, resized, unresized = chosen
    gsd_m, last = landscapes[0].tile_set.gsd_m, landscapes[0].layers[-1]
    places = {
        CHOSEN: (View(TRAINED, gsd_m, factor), layer),
        BASELINE: (View(TRAINED, gsd_m, 1.0), last),
        RESIZED: (View(TRAINED, gsd_m, factor), last),
        LAST_LAYER_BEST: (View(TRAINED, gsd_m, resized), last),
        UNRESIZED_BEST: (View(TRAINED, gsd_m, 1.0), unresized),
        SHUFFLED: (View(SHUFFLED, gsd_m, factor), layer),
        UNTRAINED: (View(UNTRAINED, gsd_m, factor), layer),
        MEAN_COLOR: (View(MEAN_COLOR, gsd_m, 1.0), MEAN_COLOR),
    }
    count = landscapes[0].labels_per_class
    table = {
        (step.protocol.landscape, score.view, name): correct
        for step in steps
        for score in step.scores
        if score.count == count and score.view.gsd_m == gsd_m
        for name, correct in zip(score.layers, score.correct, strict=True)
    }
    return {
        method: np.stack([table[each.landscape, *place] for each in landscapes])
        for method, place in places.items()
        if (0, *place) in table
    }


def gains(landscapes: Sequence[Protocol], correct: Mapping[str, Correct]) -> dict[str, Gain]:
    """Gains by name, as far as both methods were measured.

    ``correct``: bool (landscapes, training sets, test tiles) by method.
    """
    return {
        name: gain(landscapes, correct[new], correct[old])
        for name, (new, old) in COMPARISONS.items()
        if new in correct and old in correct
    }
