"""The sentences about H1 and H2: true of planted measurements, and silent where one is missing."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scalescope.core.experiments.network.similarity import LayerSimilarity
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.study.hypotheses import (
    Evidence,
    gains,
    h1_verdict,
    h2_verdict,
    max_copies,
)
from scalescope.core.experiments.network.study.sentences import size_or_detail, tolerance_of_layers
from scalescope.core.experiments.network.sweep import Result, sweep_setting
from scalescope.core.experiments.network.units.kernel_copies import copies
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


def evidence(trained=(0.5, 1.5, 1.5, 2.5), shuffled=(0.5, 0.5, 0.5, 0.5), **more):
    return Evidence(NET, (swept(trained), swept(shuffled, weights="shuffled")), **more)


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
    text = h2_verdict(evidence(trained, shuffled))
    assert verdict in text and text.startswith("H2")
    assert f"Its last layer tolerates {trained[-1]:.1f} octaves" in text
    assert "strided convolution" in text


def test_max_pooling_is_named_where_there_is_some():
    pooled = replace(evidence(), network=NETWORKS["vgg16-hed"])
    assert "max-pooling;" in h2_verdict(pooled)


def test_what_is_missing_is_named_and_nothing_is_guessed():
    nothing = Evidence(NET)
    assert h2_verdict(nothing).endswith("not measured yet: what the layers keep across sizes.")
    assert h1_verdict(nothing) == (
        "H1, separate filters for each size: not measured yet: which sizes units prefer, whether "
        "other units take over and the kernels."
    )
    some = h1_verdict(Evidence(NET, kernels={}))
    assert "no depthwise kernels" in some and "Not measured yet: which sizes" in some
    assert "So " not in some


def partnered(copied, permuted=0.0, units=100):
    """What the partner test found: the share of copies at one octave."""
    return SimpleNamespace(
        units=units,
        shares=(SimpleNamespace(octaves=1), SimpleNamespace(octaves=-1)),
        mean=lambda octaves, field="copies": permuted if field == "permuted_copies" else copied,
    )


def tuned(agreement):
    return SimpleNamespace(agreement=agreement, agreement_std=0.02)


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (0.0, "nothing here suggests separate filters for each size"),
        (0.08, "a few units may be copies"),
        (0.3, "does hold the same filters at more than one size"),
    ],
)
def test_the_verdict_on_separate_filters_follows_the_numbers(share, verdict):
    result = Evidence(
        NET,
        None,
        {"stem": (tuned(0.8), tuned(0.2)), "head": (tuned(0.3), tuned(0.3))},
        {"stem": (partnered(share), partnered(0.0)), "head": (partnered(0.0), partnered(0.0))},
        {},
    )
    text = h1_verdict(result)
    assert verdict in text and "In 1 of 2 layers, the sizes" in text
    assert ("stem" in text) == (share > 0) and "Not measured" not in text


def test_copies_that_the_control_has_too_do_not_count():
    assert max_copies({"stem": (partnered(0.3), partnered(0.3))}) == (0, 0.0, "")
    assert max_copies({"stem": (partnered(0.3, permuted=0.3), partnered(0.0))}) == (0, 0.0, "")
    assert max_copies({"stem": (partnered(0.3), partnered(0.0))}) == (1, 0.3, "stem")


def test_layers_whose_kernels_are_copies_are_named():
    random = np.random.default_rng(0).standard_normal((80, 5, 5)).astype(np.float32)
    plain = copies("blocks.3", random)
    planted = replace(plain, rotated=replace(plain.rotated, above_95=0.9))
    repeated = replace(planted, repeats=replace(plain.repeats, above_95=0.9))
    for result, where in ((plain, "none"), (planted, "blocks.3"), (repeated, "none")):
        text = h1_verdict(Evidence(NET, tests={}, kernels={"blocks.3": result}))
        assert f"scaled copies stand out in {where}" in text
        assert ("does hold the same filters" in text) == (where != "none")


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
