"""Verdict, words, sentences, advice and JSON say one thing, for all layers and random specs."""

import math
import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalescope.core.aerial.layer_sizes import measured_networks
from scalescope.core.evidence.intervals import DRAWS
from scalescope.core.evidence.verdict import UNDECIDED, decide
from scalescope.core.experiments.calculator import sentences, verdicts
from scalescope.core.experiments.calculator.findings import findings
from scalescope.core.experiments.calculator.result import Result
from scalescope.core.experiments.calculator.run import _sensor_views
from scalescope.core.experiments.calculator.spec import Spec
from scalescope.core.experiments.calculator.verdicts import (
    GAIN_LINE,
    SUITS_LINE,
    evidence_of,
    layer_target,
)
from tests.core.random_specs import specs

LAYERS = [
    (network.slug, layer.name)
    for network in measured_networks().values()
    for layer in network.layers
]
SENSORS = ("phone", "drone-mini", "worldview-3", "naip", "planetscope", "sentinel-2", "landsat")
OBJECTS = ("car", "house", "ship", "field")
RESIZES = (0.02, 0.5, 1.0, 3.0, 8.0, 64.0)


def result_of(spec):
    """A result without its pictures, which take far longer than the rest."""
    views = _sensor_views(spec.object, spec.object_m, spec.altitude_m)
    return Result(spec, None, None, None, views)


def relative(layer, size_px):
    """The response at a size relative to the largest, by NumPy."""
    curve = layer.pictures.mean(axis=0)
    return np.interp(np.log2(size_px), np.log2(layer.sizes_px), curve / curve.max())


def check_answer(spec, target):
    """The answer against the curve itself, and against its own words."""
    verdict, layer, size = target.verdict, target.layer, spec.input_px
    if verdict.estimate is None:
        assert verdict.is_undecided and verdict.reason and target.words != "undecided"
        unseen = spec.object_px < 2 or size < 2 or size > 224
        assert unseen or spec.object_px > spec.picture_side_px or not layer.is_tested(size)
        return
    share = float(relative(layer, size))
    inside = any(one.low_px <= size <= one.high_px for one in layer.ranges)
    assert verdict.estimate.value == pytest.approx(share)
    assert inside == (share >= SUITS_LINE.value) or share == pytest.approx(SUITS_LINE.value)
    if verdict.is_yes:
        assert inside and target.words == "within the layer's range"
    if verdict.is_no:
        assert not inside
        below, above = (size < one.low_px for one in layer.ranges), layer.ranges[-1].high_px
        assert ("too small" in target.words) == all(below)
        assert ("too large" in target.words) == (size > above)


def check_advice(spec, target):
    """Advice only where the size does not suit, and following it does not end in a no."""
    given_advice, layer = target.verdict.extra["advice"], target.layer
    assert (given_advice is None) == (target.advice is None)
    cut_off = any(one.is_cut_off for one in layer.ranges)
    assert not (cut_off and target.best)
    if given_advice is None:
        return
    assert target.verdict.is_no and target.best is not None and spec.object_px >= 2
    assert given_advice["resize_by"] == pytest.approx(2**target.octaves)
    assert given_advice["resize"] == pytest.approx(given_advice["resize_by"] * spec.resize)
    followed = layer_target(replace(spec, resize=given_advice["resize"]), layer)
    assert not followed.verdict.is_no and followed.advice is None
    assert followed.verdict.estimate.value > target.verdict.estimate.value + GAIN_LINE.value


def check_sentences(result):
    """Each sentence says what the verdict does, and no other says the opposite."""
    size, view, answer, layer, advice = sentences.describe(result)
    target, verdict = result.target, result.target.verdict
    assert ("undecided" in answer) == verdict.is_undecided
    assert (" suits " in answer and "Whether" not in answer) == verdict.is_yes
    assert bool(re.search("too small|too large|between the ranges", answer)) == verdict.is_no
    assert ("Resizing by" in advice) == (target.advice is not None)
    assert ("No resizing is needed" in advice) == verdict.is_yes
    if target.best is None:
        assert ("octaves)" not in layer and "best size is" in layer) or "no best size" in layer
        assert "unknown" in layer or "no best size" in layer or "undecided" in layer
    numbers = re.search(r"([\d.]+) times (larger|smaller) .* \(([\d.]+) octaves\)", layer)
    if numbers:
        times, relation, octaves = numbers.groups()
        assert math.log2(float(times)) == pytest.approx(float(octaves), abs=0.13)
        assert (relation == "larger") == (target.octaves > 0)
    assert result.spec.field_of_view_px(result.spec.resize) <= result.spec.picture_side_px
    assert size and view
    assert [finding.sentence for finding in findings(result)] == sentences.describe(result)


def check(spec):
    result = result_of(spec)
    check_answer(spec, result.target)
    check_advice(spec, result.target)
    check_sentences(result)


@pytest.mark.parametrize("network", measured_networks())
def test_no_combination_contradicts_itself(network):
    for (slug, layer), sensor, kind, resize in product(LAYERS, SENSORS, OBJECTS, RESIZES):
        if slug == network:
            check(Spec(network=slug, layer=layer, sensor=sensor, object=kind, resize=resize))


@settings(max_examples=300, deadline=None)
@given(specs(Spec), st.sampled_from(LAYERS))
def test_no_random_spec_contradicts_itself(spec, chosen):
    check(replace(spec, network=chosen[0], layer=chosen[1]))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(LAYERS), st.floats(9, 255), st.sampled_from((-1.0, 1.0)))
def test_one_pixel_never_turns_a_yes_into_a_no(chosen, size_px, step):
    answers = set()
    for size in (size_px, size_px + step):
        spec = Spec(network=chosen[0], layer=chosen[1])
        spec = replace(spec, resize=size / spec.object_px)
        answers.add(layer_target(spec, spec.layer_sizes).verdict.verdict)
    assert answers != {"yes", "no"}


@pytest.mark.parametrize("chosen", LAYERS[::6])
def test_the_interval_is_that_of_pictures_drawn_again(chosen):
    """By a loop over draws, another generator and no array of curves."""
    layer = measured_networks()[chosen[0]].layer(chosen[1])
    random, count = np.random.default_rng(5), len(layer.pictures)
    index, drawn = 4, []
    for _ in range(DRAWS):
        curve = sum(layer.pictures[random.integers(count)] for _ in range(count))
        drawn.append(curve[index] / max(curve))
    response = evidence_of(layer).response(layer.sizes_px[index])
    assert (response.low, response.high) == pytest.approx(
        np.percentile(drawn, (2.5, 97.5)), abs=0.03
    )


def test_the_answers_of_the_default_object():
    target = result_of(Spec()).target
    assert target.words == "too small for the layer" and target.verdict.is_no
    assert target.best.low < target.best.value < target.best.high
    assert target.advice.resize == target.advice.resize_by == target.resample


def test_octaves_and_factor_count_from_the_object_at_the_input_now():
    for resize in (1.0, 2.0):
        spec = Spec(resize=resize)
        target = layer_target(spec, spec.layer_sizes)
        assert target.factor == pytest.approx(2**target.octaves)
        assert target.resample == pytest.approx(target.factor * resize)
    said = sentences.describe_advice(result_of(spec))
    assert f"Resizing by {target.factor:.2g} from now" in said
    assert f"(resize factor {target.resample:.2g})" in said
    assert f"becomes a blur {target.resample:.2g} px wide" in said


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"sensor": "sentinel-2"}, "not resolved"),
        ({"sensor": "sentinel-2", "resize": 64.0}, "not resolved"),
        ({"resize": 0.1}, "not resolved at the input"),
        ({"resize": 0.4}, "outside the tested sizes"),
        ({}, "too small for the layer"),
        ({"resize": 7.7}, "undecided"),
        ({"resize": 16.0}, "larger than the input"),
        ({"object": "field", "sensor": "drone"}, "larger than the sensor's picture"),
        ({"layer": "stem", "resize": 5.0}, "within the layer's range"),
    ],
)
def test_answers_in_a_few_words(values, words):
    assert result_of(Spec(**values)).target.words == words


def test_what_enlarging_and_shrinking_cost():
    enlarged = sentences.describe_advice(result_of(Spec()))
    assert "Enlarging adds no detail" in enlarged and "instead of 69.4 m" in enlarged
    gone = sentences.describe_advice(result_of(Spec(sensor="landsat")))
    assert gone == "Enlarging cannot restore a shape that the sensor does not resolve."
    large = Spec(network="mobilenet-v2", object="house", sensor="drone", altitude_m=210)
    shrunk = sentences.describe_advice(result_of(large))
    assert "Resizing by 0.29" in shrunk and "is lost" in shrunk
    too_large = sentences.describe_advice(result_of(Spec(sensor="drone", altitude_m=20)))
    assert too_large == "Up to a resize factor of 0.27 the input shows all of it."


def test_a_cut_off_range_has_no_best_size_and_no_advice():
    cut_off = 0
    for slug, name in LAYERS:
        spec = Spec(network=slug, layer=name)
        layer = spec.layer_sizes
        if any(one.is_cut_off for one in layer.ranges):
            cut_off += 1
            for size in np.geomspace(2, 224, 40):
                target = layer_target(replace(spec, resize=size / spec.object_px), layer)
                assert target.best is target.octaves is target.resample is target.advice is None
    assert cut_off > 10


def test_no_size_is_named_beyond_those_that_were_tested():
    for slug, name in LAYERS:
        layer = measured_networks()[slug].layer(name)
        said = sentences.ranges_phrase(layer)
        numbers = [float(number) for number in re.findall(r"[\d.]+", said)]
        assert min(numbers) >= 8 and max(numbers) <= 256
        assert "on" not in said.split() and "up" not in said.split()
        assert said.count("cut off") == sum(one.is_cut_off for one in layer.ranges)


def test_the_reason_names_what_the_line_or_a_pixel_decides():
    for slug, name in LAYERS:
        spec = Spec(network=slug, layer=name)
        for size in np.geomspace(8, 224, 60):
            verdict = layer_target(replace(spec, resize=size / spec.object_px), spec.layer_sizes)
            verdict = verdict.verdict
            alone = decide(verdict.estimate, verdict.line)[0]
            pixel = verdict.is_undecided and alone != UNDECIDED
            assert ("pixel" in verdict.reason) == pixel


def test_pictures_may_disagree_on_a_best_size():
    reasons = {evidence_of(measured_networks()[slug].layer(name)).no_best for slug, name in LAYERS}
    assert verdicts.PICTURES_DISAGREE in reasons and "" in reasons


def test_a_title_with_a_comma_stands_in_a_sentence_by_its_first_part():
    said = sentences.describe_verdict(result_of(Spec(network="vgg16-hed", layer="conv2_2")))
    assert "layer conv2_2 of VGG16" in said and "VGG16," not in said
