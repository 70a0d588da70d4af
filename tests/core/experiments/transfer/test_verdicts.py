"""What is chosen, what it gains, and when nothing is said to be better: on planted accuracies."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalescope.core.evidence.verdict import NO, UNDECIDED, YES
from scalescope.core.experiments.transfer import verdicts
from scalescope.core.experiments.transfer.findings import findings
from scalescope.core.experiments.transfer.run import summary
from scalescope.core.experiments.transfer.selection import COMPARISONS, choose
from scalescope.core.experiments.transfer.sentences import describe, recommendation
from scalescope.core.experiments.transfer.setup import MEAN_COLOR, TRAINED
from scalescope.core.specs.output import plain
from tests.core.experiments.transfer.planted import landscapes, photographs, planted, result_of

QUESTIONS = ("recommendation", "layer-gain", "resize-gain")


def accuracies(base=0.5, layer=0.0, resize=0.0, control=0.3, color=0.3, other=None):
    """Accuracy of 'edges' (the last layer), 'color' and factor 2, in parts that add up."""

    def accuracy(landscape, view, name):
        if view.weights == MEAN_COLOR:
            return color
        if view.weights != TRAINED:
            return control
        here = other if other is not None and landscape == 2 else (layer, resize)
        return base + here[0] * (name == "color") + here[1] * (view.factor == 2)

    return accuracy


def found(result):
    return {
        finding.verdict.question: finding.verdict for finding in findings(result) if finding.verdict
    }


def best(view, layer):
    """Layer 'color' at factor 2 chooses best."""
    return 0.4 + 0.1 * (layer == "color") + 0.1 * (view.factor == 2)


def test_layer_and_resizing_have_a_gain_each_and_they_add_up():
    result = result_of(landscapes(), accuracies(0.3, 0.3, 0.3), best)
    gains = result.choice.gains
    assert (result.choice.layer, result.choice.factor) == ("color", 2)
    assert gains["layer"].points + gains["resize"].points == pytest.approx(gains["whole"].points)
    for at in range(3):
        parts = gains["layer"].by_landscape[at] + gains["resize"].by_landscape[at]
        assert parts == pytest.approx(gains["whole"].by_landscape[at])
    answers = found(result)
    assert {answers[question].verdict for question in QUESTIONS} == {YES}
    assert dict(answers["recommendation"].extra) == {"layer": "color", "resize": 2.0}
    said = " ".join(describe(result))
    assert "For tiles at 4 m per pixel, use color" in said and "Resizing by 2 gains +" in said
    assert "Of this, color instead of the last layer gains +" in said


@pytest.mark.parametrize(
    ("parts", "answers", "said"),
    [
        ((0.6, 0.0), (YES, YES, UNDECIDED), ", use color of "),
        ((0.0, 0.6), (YES, UNDECIDED, YES), ", enlarge tiles 2 times (2 m per input pixel), with "),
    ],
)
def test_a_gain_of_one_part_is_not_the_others(parts, answers, said):
    """The advice is the part that surely helps; the other is only the best in validation."""
    result = result_of(landscapes(), accuracies(0.3, *parts), best)
    got = found(result)
    assert tuple(got[question].verdict for question in QUESTIONS) == answers
    advice = recommendation(result)
    assert advice.startswith(f"For tiles at 4 m per pixel{said}")
    assert ", the best in validation. Gain over" in advice


def test_what_is_chosen_is_scored_on_other_tiles_and_training_sets():
    """Perfect where it is chosen, by chance where it is scored: the gain must be about zero."""
    result = result_of(landscapes(), accuracies(0.5), best)
    whole = result.choice.gains["whole"]
    assert abs(whole.points) < 12 and whole.joint_low < 0 < whole.joint_high
    assert found(result)["recommendation"].verdict == UNDECIDED
    assert "no recommendation: undecided" in recommendation(result)


def test_tiles_that_score_have_no_part_in_choosing():
    """Whatever the predictions on test tiles, the choice is that of the validation tiles."""
    for seed in range(5):
        rates = dict(enumerate(np.random.default_rng(seed).random(99)))
        steps = planted(
            landscapes(), lambda number, view, layer, of=rates: of[hash((view, layer)) % 99], best
        )
        choice = choose(steps)
        assert (choice.layer, choice.factor) == ("color", 2)


def test_a_gain_that_one_landscape_does_not_have_is_not_advice():
    """As at 0.5 m (+2.7 became +1.0) and 2 m (+7.9 became +0.4) on another seed."""
    result = result_of(landscapes(), accuracies(0.3, 0.4, 0.1, other=(0.0, 0.1)), best)
    assert result.choice.gains["layer"].points > 20
    answers = found(result)
    assert answers["layer-gain"].verdict == UNDECIDED
    assert "The line is 1 percentage point." in " ".join(describe(result))


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_landscapes_decide_nothing(count):
    result = result_of(landscapes(count), accuracies(0.3, 0.3, 0.3), best)
    for verdict in found(result).values():
        assert verdict.verdict == UNDECIDED and "at least 3 landscapes" in verdict.reason
        assert verdict.rests_on.seeds == count and verdict.estimate is not None


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"color": 0.88}, "The mean color of a tile alone may be as accurate."),
        ({"control": 0.88}, "no evidence that training on photographs helps"),
    ],
)
def test_a_gain_over_the_baseline_is_not_enough(more, reason):
    result = result_of(landscapes(), accuracies(0.3, 0.3, 0.3, **more), best)
    assert result.choice.gains["whole"].joint_low > 20
    verdict = found(result)["recommendation"]
    assert verdict.verdict == UNDECIDED and reason in verdict.reason
    assert reason in recommendation(result)


def test_where_the_baseline_is_chosen_there_is_nothing_to_compare():
    result = result_of(landscapes(), accuracies(), lambda view, layer: 0.5)
    assert (result.choice.layer, result.choice.factor) == ("edges", 1)
    for question in QUESTIONS:
        verdict = found(result)[question]
        assert verdict.verdict == UNDECIDED and verdict.estimate is None and verdict.reason
    assert "nothing to compare it with" in recommendation(result)


def test_a_gain_that_is_surely_below_the_line_is_no():
    same = planted(landscapes(), accuracies(0.5), best, seed=1)
    fixed = {
        step.protocol.landscape: step.scores[0].correct[0]
        for step in same
        if step.scores[0].view.weights == TRAINED and step.scores[0].view.factor == 1
    }
    equal = [
        replace(
            step,
            scores=tuple(
                replace(
                    score, correct=np.stack([fixed[step.protocol.landscape]] * len(score.layers))
                )
                for score in step.scores
            ),
        )
        for step in same
    ]
    choice = choose(equal)
    assert choice.gains["whole"].by_landscape == (0, 0, 0)
    result = replace(result_of(landscapes(), accuracies(0.5), best), choice=choice)
    assert found(result)["recommendation"].verdict == NO
    assert "no recommendation: the gain is less than 1 percentage point" in recommendation(result)


def test_one_data_set_is_called_that():
    result = result_of(photographs(), accuracies(0.3, 0.3, 0.3), best)
    assert found(result)["recommendation"].verdict == YES
    assert found(result)["recommendation"].rests_on.seeds == 0
    assert any(
        "This is one data set; other places may differ." in text for text in describe(result)
    )
    assert result.protocol.confidence == pytest.approx(0.95)
    assert landscapes()[0].confidence == pytest.approx(1 - 0.05 / 9)


def test_what_the_intervals_include_is_said_in_full():
    said = " ".join(describe(result_of(landscapes(), accuracies())))
    for words in ("training sets, test tiles and landscapes", "all 9 ground sample distances"):
        assert words in said
    assert "do not include real images" in said and "99.4 % each" in said
    assert "6 training sets" in said and "3 choose layer and factor" in said


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(1, 4),
    st.booleans(),
    st.lists(st.floats(0, 1), min_size=20, max_size=20),
)
def test_no_sentence_is_stronger_than_its_verdict(seed, count, photos, rates):
    """Over random accuracies: verdicts are well formed, and sentences say what they do."""
    protocols = photographs() if photos else landscapes(count)
    table = {}

    def accuracy(number, view, layer):
        return table.setdefault((number, view, layer), rates[len(table) % 20])

    result = result_of(protocols, accuracy, seed=seed)
    numbers = plain(summary(result))
    json.dumps(numbers, allow_nan=False)
    promised = plain([verdict.to_json() for verdict in found(result).values()])
    json.dumps(promised, allow_nan=False)
    for finding in findings(result):
        verdict = finding.verdict
        assert finding.sentence and finding.definition and finding.reference
        if verdict is None:
            continue
        assert bool(verdict.reason) == verdict.is_undecided
        if verdict.estimate is not None and not verdict.is_undecided:
            low, high, line = verdict.estimate.low, verdict.estimate.high, verdict.line.value
            assert low > 1.1 * line if verdict.is_yes else high < 0.9 * line
        hedged = re.search("ndecided|no recommendation|The chosen|less than", finding.sentence)
        assert bool(hedged) or verdict.is_yes
        assert (
            "ndecided" in finding.sentence or not verdict.is_undecided or verdict.estimate is None
        )
    if not photos and count < verdicts.MIN_LANDSCAPES:
        assert all(verdict.is_undecided for verdict in found(result).values())
    assert {"recommendation", "layer-gain", "resize-gain"} <= set(found(result))


def test_every_comparison_has_a_question_and_a_definition():
    from scalescope.core.experiments.transfer.findings import METHODS

    assert set(COMPARISONS) == {"whole", *verdicts.QUESTIONS}
    assert set(METHODS) == {*COMPARISONS, "few_labels"}
    names = [verdicts.RECOMMENDATION, *verdicts.QUESTIONS.values(), verdicts.FEW_LABELS]
    assert len(set(names)) == len(names)
    assert set(verdicts.REQUIRED) <= set(COMPARISONS)
