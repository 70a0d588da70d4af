"""The sentences about H2 and the layers: true of planted measurements."""

from dataclasses import replace

import numpy as np
import pytest

from scalescope.core.experiments.network.similarity import LayerSimilarity
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.study.h2 import gains, h2_verdict
from scalescope.core.experiments.network.study.sentences import size_or_detail, tolerance_of_layers
from scalescope.core.experiments.network.sweep import Result, sweep_setting
from scalescope.core.networks import NETWORKS

NET = NETWORKS["efficientnet-lite0"]
LAYERS = ("blocks.0", "blocks.1", "blocks.2", "blocks.3")  # strides 2, 4, 4, 8
SIZES = (16.0, 32.0, 64.0, 128.0)


def swept(tolerances=(0.5, 1.5, 1.5, 2.5), probabilities=(0, 0, 1, 1), **fields):
    """A sweep whose layers tolerate so many octaves; None where the sweep cuts it off."""
    spec = Spec(sizes_px=SIZES, **fields)
    line = np.zeros(4)
    layers = {
        name: LayerSimilarity(line, line[None], line, line, line, line, value)
        for name, value in zip(LAYERS, tolerances, strict=True)
    }
    shown = np.array(probabilities, dtype=float)[:, None]
    setting = sweep_setting(spec, None, NET)
    return Result(setting, np.array(SIZES), 3, shown, (281,), False, ((),), layers, True)


def sweeps(trained=(0.5, 1.5, 1.5, 2.5), shuffled=(0.5, 0.5, 0.5, 0.5)):
    return swept(trained), swept(shuffled, weights="shuffled")


def test_gains_are_told_apart_by_where_the_resolution_halves():
    result = gains(swept((0.5, 1.5, 1.25, 2.0)))
    assert result.halving == (1.0, 0.75) and result.others == (-0.25,) and result.last == 2.0


def test_two_layers_that_are_both_cut_off_are_not_compared():
    result = gains(swept((None, None, 2.0, None)))
    assert result.halving == (1.0,) and result.others == (-1.0,)  # the whole range is 3 octaves


@pytest.mark.parametrize(
    ("trained", "shuffled", "verdict"),
    [
        ((0.5, 1.5, 1.5, 2.5), (0.5, 0.5, 0.5, 0.5), "does grow where this network down-samples"),
        ((0.5, 1.5, 1.5, 2.5), (0.5, 1.5, 1.5, 2.5), "no more than with shuffled weights"),
        ((0.5, 1.0, 2.0, 2.5), (0.5, 0.5, 0.5, 0.5), "but no more where it down-samples"),
        ((2.0, 1.5, 1.5, 1.0), (0.5, 0.5, 0.5, 0.5), "does not make this network more tolerant"),
    ],
)
def test_the_verdict_on_down_sampling_follows_the_numbers(trained, shuffled, verdict):
    text = h2_verdict(NET, sweeps(trained, shuffled))
    assert verdict in text and text.startswith("H2")
    assert f"Its last layer tolerates {trained[-1]:.1f} octaves" in text
    assert "strided convolution" in text


def test_max_pooling_is_named_where_there_is_some():
    assert "max-pooling;" in h2_verdict(NETWORKS["vgg16-hed"], sweeps())


def test_what_is_not_measured_is_named():
    assert h2_verdict(NET, None).endswith("not measured yet: what the layers keep across sizes.")


def details(odds, amounts=(16, 32, 64)):
    """Results at one size each, with so much detail."""
    results = []
    for amount, value in zip(amounts, odds, strict=True):
        one = swept(detail_px=amount)
        results.append(replace(one, probability=np.array([[value]])))
    return results


@pytest.mark.parametrize(
    ("odds", "verdict"),
    [
        ((1, 1, 1), "2.0 octaves are lost although the detail is there"),
        ((0, 0, 1), "the apparent size makes no difference"),
    ],
)
def test_lost_detail_and_apparent_size_are_told_apart(odds, verdict):
    text = size_or_detail(swept(), details(odds))  # really small it is recognized from 64 px on
    assert verdict in text and "from 64 px on when its apparent size is reduced" in text


def test_blur_may_be_worse_than_being_small():
    text = size_or_detail(swept(probabilities=(1, 1, 1, 1)), details((0, 0, 1)))
    assert "lost detail does more harm" in text and "at every size when its" in text


def test_what_is_never_known_gets_no_verdict():
    text = size_or_detail(swept(probabilities=(0, 0, 0, 0)), details((1, 1, 1)))
    assert "reliably at no size" in text and "So " not in text
    assert size_or_detail(replace(swept(), probability=None), []) == ""


def test_layers_are_compared_with_the_control_once_both_are_there():
    trained, shuffled = swept(), swept((0.5, 0.5, 0.5, 0.5), weights="shuffled")
    assert "3 tolerate more" in tolerance_of_layers(trained, shuffled)
    assert "with shuffled weights" not in tolerance_of_layers(trained, None)
    assert tolerance_of_layers(None, None) == ""
    assert (
        tolerance_of_layers(replace(trained, complete=False), None) == "The sweep is not finished."
    )
