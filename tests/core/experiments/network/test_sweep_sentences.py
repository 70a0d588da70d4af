"""Sentences about sweeps with planted numbers: they must say what the numbers say."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from scalescope.core.experiments.network.run import run
from scalescope.core.experiments.network.similarity import LayerSimilarity
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.sweep import Result, sweep_setting
from scalescope.core.experiments.network.sweep_sentences import (
    compare_sweeps,
    compare_with_control,
    depth_correlation,
    describe,
    describe_layer_shift_effect,
    describe_recognition,
    describe_retrieval,
    describe_shift_effect,
    describe_tolerance,
    recognized_runs,
    recognized_sizes,
)
from scalescope.core.networks import NETWORKS, Layer

SIZES = (20.0, 40.0, 80.0, 160.0)
NONE = np.full(4, np.nan)


def planted(probabilities=(0, 0.2, 0.6, 0.9), tolerances=(None, 1.0, 2.0), spread=0.0, **fields):
    """A sweep of the cat over four sizes, an octave a step, with these numbers in it."""
    layers = tuple(Layer(f"p{index}", f"layer {index}, 8 channels", 8, 1, 1) for index in range(9))
    network = replace(NETWORKS["efficientnet-lite0"], layers=layers)
    setting = sweep_setting(Spec(sizes_px=SIZES, shifts=2, **fields), None, network)
    shares = np.array([0.1, 0.4, 0.5, 1])
    layers = {
        f"p{index}": LayerSimilarity(NONE, NONE[None], NONE, NONE, shares, shares, value)
        for index, value in enumerate(tolerances)
    }
    mean = np.array(probabilities, dtype=float)[:, None]
    probability = mean + np.array([[-spread, spread]])
    return Result(setting, np.array(SIZES), 3, probability, (281,), False, (), layers, True)


@pytest.mark.parametrize(
    "odds, where",
    [
        ((0, 0.2, 0.6, 0.9), "from 80 px on"),
        ((0.5, 0.5, 0.5, 0.5), "at every size"),
        ((0, 0, 0, 0.49), "at no size"),
        ((0, 0.7, 0.9, 0.1), "from 40 px to 80 px"),
        ((0.9, 0, 0.9, 0), "at 20 px only and at 80 px only"),
        ((0, 0, 0, 0.5), "from 160 px on"),
    ],
)
def test_where_the_network_knows_the_thing(odds, where):
    assert recognized_sizes(planted(odds)) == where
    assert describe_recognition(planted(odds)).endswith(f"gives tabby at least 50 % {where}.")


def test_recognition_names_network_thing_and_answer():
    text = describe_recognition(planted())
    assert text.startswith("For a cat, EfficientNet-Lite0 gives tabby at least 50 % ")
    assert "with shuffled weights gives" in describe_recognition(planted(weights="shuffled"))
    silent = replace(planted(), probability=None)
    assert "has no classes" in describe_recognition(silent) and recognized_runs(silent) == []
    guessed = describe_recognition(replace(planted(), assumed=True))
    assert "its own top class at 160 px (" in guessed and "correct class" not in guessed
    mine = replace(planted().setting, is_user_picture=True)
    assert "For this picture, " in describe_recognition(replace(planted(), setting=mine))


def test_the_shift_that_matters_most_is_told():
    probabilities = np.array([[0, 0], [0.1, 0.3], [0.6, 0.5], [0.9, 0.9]])
    text = describe_shift_effect(replace(planted(), probability=probabilities))
    assert "at 40 px, shifts of up to 1 px change that probability between 10 % and 30 %" in text
    assert describe_shift_effect(replace(planted(), probability=probabilities[:, :1])) == ""


def test_tolerance_in_words():
    text = describe_tolerance(planted(tolerances=(None, 0.5, 2.0)))
    assert "From 160 px down" in text and "first in layer 1, after 0.5 octaves" in text
    assert "In the last layer, layer 2, it does so after 2 octaves" in text
    assert "layer 0 stays above it within 3 octaves" in text
    one = describe_tolerance(planted(tolerances=(2.0, 1.0)))
    assert "after 1 octave." in one and "above it" not in one
    assert "layer 1, it does so after more than 3 octaves" in describe_tolerance(
        planted(tolerances=(1.0, None))
    )
    assert "no layer's similarity (corrected for other objects) falls" in describe_tolerance(
        planted(tolerances=(None, None))
    )
    assert "No size below" in describe_tolerance(replace(planted(), reference=0))


@pytest.mark.parametrize(
    "tolerances, verdict",
    [
        ((0.5, 1.0, 1.5, 2.0), "deeper layers tolerate more (rank correlation 1.00)"),
        ((None, 2.0, 1.5, 1.0), "deeper layers tolerate less (rank correlation -1.00)"),
        ((2.0, 0.5, 0.4, 1.9, 2.5), "Depth alone does not predict the tolerance"),
    ],
)
def test_whether_deeper_is_more_tolerant_is_measured(tolerances, verdict):
    result = planted(tolerances=tolerances)
    assert verdict in describe_tolerance(result)
    full = [3.0 if value is None else value for value in tolerances]
    assert depth_correlation(result) == pytest.approx(spearmanr(range(len(full)), full).statistic)


def test_ties_have_the_mean_rank_and_too_little_is_no_order():
    tied = (None, None, 2.0, 2.0, 1.0, None)
    full = [3.0 if value is None else value for value in tied]
    expected = spearmanr(range(6), full).statistic
    assert depth_correlation(planted(tolerances=tied)) == pytest.approx(expected)
    assert depth_correlation(planted(tolerances=(1.0, 2.0))) is None
    assert depth_correlation(planted(tolerances=(1.0, 1.0, 1.0))) is None
    assert "rank correlation" not in describe_tolerance(planted(tolerances=(1.0, 2.0)))


def test_retrieval_in_words():
    text = describe_retrieval(planted())
    assert text.startswith("In layer 2, down to 80 px, at least half of the 10 objects")
    layers = {"p0": replace(planted().layers["p0"], retrieval=np.array([0.9, 0.1, 0.2, 1]))}
    lost = describe_retrieval(replace(planted(), layers=layers))
    assert "at no smaller size that was measured" in lost
    assert describe_retrieval(replace(planted(), layers={})) == ""


def test_moves_in_words():
    assert (
        "shifts of up to 1 px lower the similarity to 0.10 at most: in layer 0, at 20 px"
        in describe_layer_shift_effect(planted())
    )
    layers = {"p0": replace(planted().layers["p0"], shift_similarity=NONE)}
    assert describe_layer_shift_effect(replace(planted(), layers=layers)) == ""


def test_a_stopped_sweep_says_so():
    assert "stopped" not in " ".join(describe(planted()))
    sentences = describe(replace(planted(), complete=False, sizes_px=np.array(SIZES)))
    assert sentences[-1] == "The sweep was stopped after 4 of 4 sizes."


def test_sweeps_that_differ_in_one_field_are_compared():
    gray, black = planted(), planted((0, 0, 0, 0.8), background="black")
    assert (
        compare_sweeps([gray, black])
        == "Background: recognized gray from 80 px on; black from 160 px on."
    )
    same = planted(background="white")
    assert compare_sweeps([gray, same]).endswith("These sizes are the same.")
    detail = compare_sweeps([gray, planted(detail_px=24)])
    assert detail.startswith("Detail in px, 0 for all of it: recognized 0 from 80 px on; 24 from")
    with pytest.raises(ValueError, match="nothing"):
        compare_sweeps([gray, gray])
    with pytest.raises(ValueError, match="background and detail_px"):
        compare_sweeps([gray, planted(background="black", detail_px=24)])


def test_layers_are_counted_against_the_control():
    trained = planted(tolerances=(None, 2.0, 1.0, 0.5))
    shuffled = planted(tolerances=(None, 1.0, 2.0, 0.4), weights="shuffled")
    text = compare_with_control(trained, shuffled)
    assert text.startswith("Of 4 layers, 2 tolerate more") and text.endswith("1 tolerate less.")


def test_every_sentence_of_a_real_sweep_ends_well():
    sentences = describe(run(Spec(sizes_px=(40, 150), shifts=2)))
    assert len(sentences) == 5 and all(one[0].isupper() and one.endswith(".") for one in sentences)
    assert not any("nan" in one or "  " in one for one in sentences)
