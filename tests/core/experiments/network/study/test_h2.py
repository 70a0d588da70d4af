"""H2 and the layers: verdicts over pictures and copies, and sentences that say the same."""

import json

import numpy as np
import pytest
from hypothesis import given, settings

from scalescope.core.evidence.verdict import NO, UNDECIDED, YES
from scalescope.core.experiments.network.study.h2 import (
    DOWN_SAMPLING,
    LAST_LAYER,
    MIN_PICTURES,
    depth_verdict,
    down_sampling_verdict,
    last_layer_verdict,
    layer_verdicts,
)
from scalescope.core.experiments.network.study.h2_sentences import (
    findings,
    h2_paragraph,
    layers_sentence,
    tolerance_paragraph,
)
from scalescope.core.networks import NETWORKS
from tests.core.experiments.network.tolerance.tables import NET, alike, random_tables, table

INFINITE = np.inf
COPIES = [alike((0.5, 0.5, 0.5, 0.5))] * 5


def paragraph(known):
    return h2_paragraph(NET, known, "")


@pytest.mark.parametrize(
    ("last", "answer", "words"),
    [
        (1.5, YES, "That is more than with shuffled weights, by 1 octave."),
        (0.5, NO, "That is not more than with shuffled weights: it differs by 0 octaves."),
        (0.605, UNDECIDED, "is undecided: the difference is 0.105 octaves"),
        (INFINITE, YES, "by at least 2.5 octaves (2.5 or more)"),
    ],
)
def test_the_last_layer_is_compared_with_shuffled_weights(last, answer, words):
    known = table(alike((0.5, 0.5, 0.5, last)), COPIES)
    verdict = last_layer_verdict(known)
    assert (verdict.question, verdict.verdict) == (LAST_LAYER, answer)
    assert words in paragraph(known)
    assert verdict.rests_on.pictures == 10 and verdict.rests_on.control_draws == 5


def test_one_picture_among_ten_does_not_decide():
    trained = alike((0.5, 0.5, 0.5, 0.5))
    trained[0, -1] = 1.8
    verdict = last_layer_verdict(table(trained, COPIES))
    assert verdict.is_no and verdict.estimate.value == 0
    assert verdict.to_json()["tolerance_octaves"]["trained"] == {
        "value": 0.5, "low": 0.5, "high": 1.8, "limit": None
    }  # fmt: skip


def test_copies_that_differ_widen_the_interval():
    trained = alike((0.5, 0.5, 0.5, 1.0))
    copies = [alike((0.5, 0.5, 0.5, last)) for last in (0.2, 0.4, 0.6, 0.8, 1.2)]
    assert last_layer_verdict(table(trained, copies)).is_undecided
    assert last_layer_verdict(table(trained, copies[:1])).is_yes


@pytest.mark.parametrize(
    ("trained", "answer", "words"),
    [
        ((0.5, 1.5, 1.5, 2.5), YES, "Tolerance grows more there than elsewhere, by 1 octave"),
        ((0.5, 1.0, 2.0, 2.5), NO, "Tolerance does not grow more there than elsewhere"),
        ((0.5, 0.6, 0.6, 0.7), UNDECIDED, "elsewhere is undecided: over 10 pictures, the"),
    ],
)
def test_whether_down_sampling_widens_tolerance_follows_the_numbers(trained, answer, words):
    known = table(alike(trained), COPIES)
    verdict = down_sampling_verdict(known)
    assert (verdict.question, verdict.verdict) == (DOWN_SAMPLING, answer)
    text = paragraph(known)
    assert words in text and text.startswith("H2, down-sampling generalizes over sizes: ")
    assert "This is an association in 2 places, not a cause." in text and "So " not in text
    assert "in 2 places, by strided convolution" in text
    assert "With shuffled weights (5 copies), the difference is 0 octaves." in text


def test_a_sign_that_changes_with_the_picture_is_undecided():
    trained = np.concatenate((alike((0.5, 1.5, 1.5, 2.5), 5), alike((2.0, 1.5, 1.5, 1.0), 5)))
    assert down_sampling_verdict(table(trained, COPIES)).is_undecided


def test_few_pictures_decide_nothing():
    for count in range(1, MIN_PICTURES):
        known = table(alike((0.5, 1.5, 1.5, 2.5), count), [alike((0, 0, 0, 0), count)])
        verdicts = (f(known) for f in (last_layer_verdict, down_sampling_verdict, depth_verdict))
        assert all(verdict.is_undecided and verdict.estimate is None for verdict in verdicts)
    assert MIN_PICTURES == 6


def test_max_pooling_is_named_where_there_is_some_and_nothing_where_it_is_not_known():
    pooled = table(alike((1, 1, 1)), layers=("conv1_2", "pool1", "conv2_1"),
                   network=NETWORKS["vgg16-hed"])  # fmt: skip
    assert "in one place, by max-pooling." in h2_paragraph(pooled.network, pooled, "")
    assert "There is no network with shuffled weights" in h2_paragraph(pooled.network, pooled, "")


def test_what_is_not_measured_is_undecided_with_its_reason():
    text = h2_paragraph(NET, None, "One picture is not enough.")
    assert text.endswith("undecided for EfficientNet-Lite0. One picture is not enough.")
    found = findings(None, "One picture is not enough.", "measure it")
    assert {one.verdict.question for one in found} == {LAST_LAYER, DOWN_SAMPLING}
    for one in found:
        assert one.verdict.is_undecided and one.verdict.reason == "One picture is not enough."
        assert one.command == "measure it" and "undecided" in one.sentence


def test_layers_are_counted_against_the_control_for_all_at_once():
    known = table(alike((INFINITE, 2.0, 0.5, 0.605)), COPIES)
    answers = {name: verdict.verdict for name, verdict in layer_verdicts(known).items()}
    assert list(answers.values()) == [YES, YES, NO, UNDECIDED]
    assert layers_sentence(layer_verdicts(known)) == (
        "Of 4 layers, compared with shuffled weights, 2 tolerate more, 1 does not tolerate more "
        "and 1 is undecided (corrected for 4 comparisons)."
    )


def test_whether_deeper_layers_tolerate_more_is_measured_over_pictures():
    assert "Deeper layers tolerate more: the rank" in tolerance_paragraph(
        table(alike((0, 1, 2, 3)))
    )
    assert "Deeper layers do not tolerate more" in tolerance_paragraph(table(alike((3, 2, 1, 0))))
    mixed = np.concatenate((alike((0, 1, 2, 3), 5), alike((3, 2, 1, 0), 5)))
    assert "Whether deeper layers tolerate more is undecided" in tolerance_paragraph(table(mixed))


@settings(max_examples=60, deadline=None)
@given(random_tables())
def test_sentences_never_contradict_their_verdicts(known):
    text = paragraph(known)
    last, down, depth = (
        f(known) for f in (last_layer_verdict, down_sampling_verdict, depth_verdict)
    )
    assert ("That is more than with shuffled weights, by" in text) == last.is_yes
    assert ("That is not more than with shuffled weights" in text) == last.is_no
    assert ("Tolerance grows more there than elsewhere, by" in text) == down.is_yes
    assert ("Tolerance does not grow more there" in text) == down.is_no
    layers = tolerance_paragraph(known)
    assert ("Deeper layers tolerate more" in layers) == depth.is_yes
    assert ("Deeper layers do not tolerate more" in layers) == depth.is_no
    for finding in findings(known, "", "measure it"):
        for sentence in (finding.sentence, finding.numbers, text, layers):
            assert not {"nan", "inf", "-inf"} & set(sentence.replace(",", " ").split())
            assert "  " not in sentence
        assert finding.sentence.endswith(".")
        if finding.verdict is not None:
            json.dumps(finding.verdict.to_json(), allow_nan=False)
            assert finding.verdict.is_undecided == bool(finding.verdict.reason)


@settings(max_examples=40, deadline=None)
@given(random_tables())
def test_no_answer_hangs_on_how_far_beyond_the_range_a_tolerance_is(known):
    for beyond in (3.0, 5.0):
        full = table(*(np.where(np.isinf(part), beyond, part)
                       for part in (known.trained, known.shuffled)))  # fmt: skip
        verdict, other = last_layer_verdict(known), last_layer_verdict(full)
        if not verdict.is_undecided and other.estimate is not None:
            assert other.verdict == verdict.verdict
