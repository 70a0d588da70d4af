"""Preferred wavelengths by depth: planted trends, and what is written of them."""

import numpy as np
import pytest

from scalescope.core.evidence.verdict import NO, UNDECIDED, YES
from scalescope.core.experiments.network.units import grating_study
from scalescope.core.experiments.network.units.grating_study import (
    DEPTHWISE_UNITS,
    OUTPUTS,
    GratingStudy,
    describe,
    describe_middle,
    from_json,
    longer_waves,
    to_json,
)
from scalescope.core.networks import NETWORKS

SLUG = "efficientnet-lite0"
NAMES = tuple(
    name
    for layer in NETWORKS[SLUG].layers
    for name in (
        [f"{layer.name}.depthwise", layer.name] if "blocks" in layer.name else [layer.name]
    )
)
LEVEL = np.full(len(NAMES), 4.0)
RISING = 2 * 2 ** np.linspace(0, 4, len(NAMES))


def study(trained, *shuffled):
    return GratingStudy(SLUG, NAMES, np.array(trained), np.array(shuffled))


@pytest.mark.parametrize(
    ("trained", "shuffled", "answer"),
    [
        (RISING, [LEVEL] * 5, YES),
        (LEVEL, [LEVEL] * 5, NO),
        (LEVEL, [RISING] * 5, NO),
        (RISING, [LEVEL] * 4 + [RISING], UNDECIDED),  # one shuffled network rises as well
    ],
)
def test_the_answer_is_that_of_all_shuffled_networks(trained, shuffled, answer):
    found = study(trained, *shuffled)
    for group in (DEPTHWISE_UNITS, OUTPUTS):
        verdict = longer_waves(found, group)
        assert verdict.verdict == answer and verdict.subject == group
        text = describe(found, group)
        assert ("undecided" in text) == (answer == UNDECIDED)
        assert ("no more, by the line of 0.5 octaves" in text) == (answer == NO)
    assert verdict.rests_on.seeds == 5


def test_one_layer_alone_decides_nothing():
    """The middle of five places lifts the deeper half by itself."""
    trained = np.full(len(NAMES), np.nan)
    trained[[1, 3, 5, 7, 9]] = 2, 2, 9, 2, 9  # depthwise units
    verdict = longer_waves(study(trained, LEVEL, LEVEL), DEPTHWISE_UNITS)
    assert verdict.estimate.value > 2 and verdict.is_undecided


def test_too_few_layers_give_no_answer():
    trained = np.full(len(NAMES), np.nan)
    trained[:4] = 3
    verdict = longer_waves(study(trained, LEVEL), OUTPUTS)
    assert verdict.estimate is None and "Too few layers" in describe(study(trained, LEVEL), OUTPUTS)


def test_layers_that_the_border_reaches_are_named():
    found = study(LEVEL, LEVEL)
    assert "From blocks.9 on (8 of 18 layers)" in describe_middle(found)
    assert found.is_inside.sum() == 10 + 9  # the stem and nine blocks, and depthwise units of these


def test_numbers_survive_being_written():
    found = study(np.where(np.arange(len(NAMES)) == 3, np.nan, RISING), LEVEL)
    again = from_json(SLUG, to_json(found))
    np.testing.assert_allclose(again.trained, found.trained, atol=1e-3)
    assert again.names == NAMES and again.shuffled.shape == (1, len(NAMES))


def test_copies_count_once_they_have_been_shown_everything():
    step = grating_study.Step
    done = [step(None), step(None, {"stem": 2.0}), step(0), step(0, {"stem": None}), step(1)]
    found = grating_study.collect(SLUG, done)
    assert found.trained.tolist() == [2.0] and np.isnan(found.shuffled).tolist() == [[True]]
    assert not found.is_complete and grating_study.collect(SLUG, done[:1]) is None
