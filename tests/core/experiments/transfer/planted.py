"""Scores of which everything is known: which layers and factors choose well and score well."""

from dataclasses import replace
from functools import cache

import numpy as np

from scalescope.core.experiments.transfer.result import collect
from scalescope.core.experiments.transfer.setup import (
    MEAN_COLOR,
    Protocol,
    Score,
    Step,
    View,
    can_be_chosen,
    protocols_of,
    target_views,
)
from scalescope.core.experiments.transfer.spec import Spec
from tests.core.experiments.transfer.test_transfer import QUICK, colored
from tests.core.networks.fake_network import fake

SCENES = Spec(gsd_m=4, labels_per_class=5, training_sets=6, gsds_m=(4, 8), factors=(0.5, 1, 2))


@cache
def landscapes(count: int = 3, weights=("trained", "shuffled")) -> tuple[Protocol, ...]:
    """Protocols of synthetic scenes, which are never drawn; layers 'color' and 'edges'."""
    network = fake(classes=False).network
    return protocols_of(replace(SCENES, landscapes=count), None, network, weights)


@cache
def photographs(weights=("trained",)) -> tuple[Protocol, ...]:
    """The protocol of one data set."""
    network = fake(classes=False).network
    return protocols_of(replace(QUICK, training_sets=6), colored(60), network, weights)


def planted(protocols, accuracy, validation=None, seed=0):
    """Make the steps of a measurement with the accuracies that were asked for.

    ``accuracy(landscape, view, layer)`` on test tiles; ``validation(view, layer)``: those that
    choose, or None for the same as on the first landscape's test tiles.
    """
    random, steps = np.random.default_rng(seed), []
    for protocol in protocols:
        gsd_m, count = protocol.tile_set.gsd_m, protocol.labels_per_class
        views = [*target_views(protocol), View(MEAN_COLOR, gsd_m, 1.0)]
        for view in views:
            layers = (MEAN_COLOR,) if view.weights == MEAN_COLOR else protocol.layers
            shape = (len(protocol.scoring_sets), len(protocol.split.test))
            rates = [accuracy(protocol.landscape, view, layer) for layer in layers]
            correct = np.stack([random.random(shape) < rate for rate in rates])
            chooses = None
            if can_be_chosen(protocol, view, count):
                rate = validation or (lambda view, layer: accuracy(0, view, layer))
                chooses = np.array([rate(view, layer) for layer in layers])
            steps.append(
                Step(
                    protocol,
                    0.5,
                    (Score(view, layers, count, correct, _interval(correct), chooses),),
                )
            )
    return steps


def _interval(correct):
    from scalescope.core.aerial.probing.intervals import bootstrap_interval

    return bootstrap_interval(correct, np.arange(correct.shape[-1]))


def result_of(*arguments, **more):
    """The result of planted steps."""
    return collect(planted(*arguments, **more))
