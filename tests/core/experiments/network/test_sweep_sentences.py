"""Sentences about sweeps with planted numbers: they must say what the numbers say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.experiments.network.recognition import (
    compare_sweeps,
    describe_recognition,
    describe_shift_effect,
    recognized_sizes,
    verdicts_of,
)
from scalescope.core.experiments.network.run import run
from scalescope.core.experiments.network.similarity import LayerSimilarity
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.sweep import Result, sweep_setting
from scalescope.core.experiments.network.sweep_sentences import (
    describe,
    describe_layer_shift_effect,
    describe_retrieval,
    describe_tolerance,
    findings,
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
        f"p{index}": LayerSimilarity(NONE, NONE[None], NONE, shares, shares, shares, value)
        for index, value in enumerate(tolerances)
    }
    mean = np.array(probabilities, dtype=float)[:, None]
    probability = mean + np.array([[-spread, spread]])
    return Result(setting, np.array(SIZES), 3, probability, (281,), False, (), layers, True)


@pytest.mark.parametrize(
    "odds, where",
    [
        ((0, 0.2, 0.6, 0.9), "from 80 px to 160 px"),
        ((0.6, 0.6, 0.6, 0.6), "at all 4 sizes"),
        ((0, 0, 0, 0.4), "at none of the 4 sizes"),
        ((0, 0.7, 0.9, 0.1), "from 40 px to 80 px"),
        ((0.9, 0, 0.9, 0), "at 20 px and at 80 px"),
        ((0, 0, 0, 0.6), "at 160 px"),
        ((0, 0, 0.52, 0.9), "at 160 px (undecided at 80 px)"),
    ],
)
def test_where_the_network_knows_the_thing(odds, where):
    assert recognized_sizes(planted(odds)) == where
    assert describe_recognition(planted(odds)).endswith(
        f"gives tabby at least 50 % {where}; tried at 4 sizes from 20 px to 160 px."
    )


@given(
    st.lists(st.lists(st.floats(0, 1), min_size=2, max_size=2), min_size=4, max_size=4),
)
def test_a_shift_by_one_pixel_never_turns_a_yes_into_a_no(rows):
    result = replace(planted(), probability=np.array(rows))
    for shift in (0, 1):
        moved = verdicts_of(replace(result, probability=result.probability[:, [shift]]))
        for both, one in zip(verdicts_of(result), moved, strict=True):
            assert both.is_undecided or both.verdict == one.verdict
    text = describe_recognition(result)
    assert ("undecided" in text) == any(one.is_undecided for one in verdicts_of(result))
    assert " on;" not in text and "every size" not in text


def test_recognition_names_network_thing_and_answer():
    text = describe_recognition(planted())
    assert text.startswith("For a cat, EfficientNet-Lite0 gives tabby at least 50 % ")
    assert "with shuffled weights gives" in describe_recognition(planted(weights="shuffled"))
    silent = replace(planted(), probability=None)
    assert "has no classes" in describe_recognition(silent) and verdicts_of(silent) == []
    guessed = describe_recognition(replace(planted(), assumed=True))
    assert "its own top class at 160 px (" in guessed and "correct class" not in guessed
    mine = replace(planted().setting, is_user_picture=True)
    assert "For this picture, " in describe_recognition(replace(planted(), setting=mine))


def test_the_shift_that_matters_most_is_told():
    probabilities = np.array([[0, 0], [0.1, 0.3], [0.6, 0.5], [0.9, 0.9]])
    text = describe_shift_effect(replace(planted(), probability=probabilities))
    assert "at 40 px, shifts of up to 1 px change that probability between 10 % and 30 %" in text
    assert describe_shift_effect(replace(planted(), probability=probabilities[:, :1])) == ""
    still = replace(planted(), probability=np.zeros((4, 2)))
    assert describe_shift_effect(still) == (
        "Position matters little: shifts of up to 1 px change that probability by less than 1 % at "
        "every size."
    )


def test_tolerance_in_words():
    text = describe_tolerance(planted(tolerances=(None, 0.5, 2.0)))
    assert (
        text.startswith("For a cat, from 160 px down")
        and "first in layer 1, after 0.5 octaves" in text
    )
    assert "In the last layer, layer 2, it does so after 2 octaves" in text
    assert "layer 0 stays above it within 3 octaves" in text
    one = describe_tolerance(planted(tolerances=(2.0, 1.0)))
    assert one.endswith("first in the last layer, layer 1, after 1 octave.")
    assert "layer 1, it does so after more than 3 octaves" in describe_tolerance(
        planted(tolerances=(1.0, None))
    )
    assert (
        "no layer's similarity (corrected for other objects) is known to fall"
        in describe_tolerance(planted(tolerances=(None, None)))
    )
    assert "No size below" in describe_tolerance(replace(planted(), reference=0))


def test_one_picture_has_no_verdict_on_depth_and_what_is_undefined_is_not_above():
    assert "deeper" not in describe_tolerance(planted(tolerances=(0.5, 1.0, 1.5, 2.0)))
    result = planted(tolerances=(None, 1.0, None))
    silent = {**result.layers, "p2": replace(result.layers["p2"], corrected=NONE)}
    text = describe_tolerance(replace(result, layers=silent))
    assert "layer 2, it does so after an unknown number of octaves" in text
    assert text.endswith("layer 0 stays above it within 3 octaves.")


def test_the_findings_are_the_sentences_with_their_numbers():
    found = findings(planted())
    assert [one.sentence for one in found] == describe(planted())
    assert "20 px: no, 0 %;" in found[0].numbers and found[0].verdict is None
    assert found[2].numbers == "p0 more than 3 octaves; p1 1 octave; p2 2 octaves."
    alone = replace(planted(), layers={})
    assert len(findings(alone)) == 2 and findings(replace(alone, probability=None)) == []


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
        == "Background: recognized gray from 80 px to 160 px; black at 160 px."
    )
    same = planted(background="white")
    assert compare_sweeps([gray, same]).endswith("These sizes are the same.")
    detail = compare_sweeps([gray, planted(detail_px=24)])
    assert detail.startswith(
        "Detail in px, 0 for all of it: recognized 0 from 80 px to 160 px; 24 "
    )
    with pytest.raises(ValueError, match="nothing"):
        compare_sweeps([gray, gray])
    with pytest.raises(ValueError, match="background and detail_px"):
        compare_sweeps([gray, planted(background="black", detail_px=24)])


def test_every_sentence_of_a_real_sweep_ends_well():
    sentences = describe(run(Spec(sizes_px=(40, 150), shifts=2)))
    assert len(sentences) == 5 and all(one[0].isupper() and one.endswith(".") for one in sentences)
    assert not any("nan" in one or "  " in one for one in sentences)
