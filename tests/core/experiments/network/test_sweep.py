"""The sweep: a network of which everything is known, and EfficientNet-Lite0 step by step."""

import json
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.experiments.network import responses
from scalescope.core.experiments.network.run import run, summary
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.sweep import coarse_to_fine, collect, other_objects, steps
from scalescope.core.imaging.subject_views import draw, draw_background
from scalescope.core.imaging.subjects import CAT_CLASSES, SUBJECTS, RenderSettings, bundled_subject
from scalescope.core.networks import labels, load
from scalescope.core.specs.spec import SpecError
from tests.core.networks.fake_network import GRAY, fake, flat, probability

RED = (0.9, 0.5, 0.4)


@pytest.fixture(scope="module")
def cat():
    return run(Spec(sizes_px=(16, 32, 96, 150), shifts=2))


def test_colors_in_closed_form():
    """A flat picture on the network's gray: its area decides, and its direction never changes."""
    spec = Spec(sizes_px=(12, 20.5, 33.3, 48), shifts=3, classes="281")
    result = run(spec, picture=flat(RED), network=fake())
    share = np.array(spec.sizes_px) ** 2 / 64**2
    expected = probability(GRAY + (np.mean(RED) - GRAY) * share)
    assert result.probability.shape == (4, 3)
    np.testing.assert_allclose(result.probability, np.repeat(expected[:, None], 3, 1), rtol=1e-3)
    color = result.layers["color"]
    np.testing.assert_allclose(color.similarity, 1, atol=1e-5)
    np.testing.assert_allclose(color.shift_similarity, 1, atol=1e-5)
    assert color.tolerance_octaves is None and result.reference_px == 48


def test_the_floor_is_the_other_objects():
    """Of mean colors: the cosine of each crop's mean above the ground to the object's own."""
    spec = Spec(sizes_px=(40,), resampling="area", shifts=1)
    result = run(spec, picture=flat(RED), network=fake())
    mine = np.array(RED) - GRAY
    assert len(result.setting.others) == 10  # one of each photograph
    for name, floor in zip(
        result.setting.others, result.layers["color"].baselines[:, 0], strict=True
    ):
        other = bundled_subject(name).crop.mean(axis=(1, 2), dtype=np.float64) - GRAY
        cosine = other @ mine / np.linalg.norm(other) / np.linalg.norm(mine)
        assert floor == pytest.approx(cosine, abs=0.05), name


def test_right_answers_are_the_networks_own_first_where_there_are_none():
    result = run(Spec(sizes_px=(20, 60), shifts=1), picture=flat((1, 1, 1)), network=fake())
    assert result.assumed and result.classes == (281,)
    dark = run(Spec(image="coffee", sizes_px=(20,), shifts=1), network=fake())
    assert not dark.assumed and dark.classes == SUBJECTS["coffee"].classes


def test_a_network_without_classes_has_no_probability():
    result = run(Spec(sizes_px=(20, 60), shifts=1), picture=flat(RED), network=fake(classes=False))
    numbers = summary(result)
    assert result.probability is None and not result.assumed
    assert numbers["probability"] == [None, None] and numbers["top"] == [[], []]


@pytest.mark.slow
def test_every_number_of_a_layer_is_that_of_maps_taken_one_by_one(cat):
    """EfficientNet-Lite0 with its maps recorded and averaged by hand."""
    net, look, layer = load("efficientnet-lite0"), RenderSettings(), "blocks.5"

    def units(name, size, shifts):
        moves = [(step, step) for step in range(shifts)]
        images = [draw(bundled_subject(name), look, [size], [move])[0] for move in moves]
        maps = net.record(torch.stack(images), [layer])[1][layer].double().numpy()
        bare = net.record(draw_background(bundled_subject(name), look, 224)[None], [layer])[1][
            layer
        ]
        return (maps.mean(axis=(2, 3)) - bare.double().numpy().mean(axis=(2, 3))).mean(axis=0)

    reference = units("chelsea", 150, 2)
    for at, size in ((0, 16), (2, 96)):
        floors = []
        for name in other_objects("chelsea"):
            other = units(name, size, 2)
            floors.append(other @ reference / np.linalg.norm(other) / np.linalg.norm(reference))
        mine = units("chelsea", size, 2)
        same = mine @ reference / np.linalg.norm(mine) / np.linalg.norm(reference)
        result = cat.layers[layer]
        assert result.similarity[at] == pytest.approx(same, abs=1e-3)
        np.testing.assert_allclose(result.baselines[:, at], floors, atol=1e-3)


def test_the_cat_is_unknown_at_16_px_and_a_cat_at_96():
    """The five domestic cats together, on the gray of the padding."""
    result = run(Spec(sizes_px=(16, 96), shifts=4))
    assert result.classes == CAT_CLASSES and not result.assumed
    mean = result.probability.mean(axis=1)
    assert mean[0] < 0.02 and mean[1] > 0.85


def test_the_background_matters_as_much_as_size():
    """At 54 px: known on gray, not on black nor on grass."""
    known = {
        name: run(Spec(sizes_px=(54,), background=name)).probability.mean()
        for name in ("gray", "black", "texture")
    }
    assert known["gray"] > 0.5 > 0.1 > max(known["black"], known["texture"])


def test_shuffled_weights_know_nothing():
    result = run(Spec(sizes_px=(96,), shifts=1, weights="shuffled"))
    assert result.probability.max() < 0.05


def test_probability_and_top_are_the_mean_over_shifts(cat):
    images = draw(bundled_subject("chelsea"), RenderSettings(), [96.0], [(0, 0), (1, 1)])
    probabilities = load("efficientnet-lite0").logits(images).softmax(1).double().numpy()
    np.testing.assert_allclose(
        cat.probability[2], probabilities[:, list(CAT_CLASSES)].sum(1), atol=1e-4
    )
    best = np.argsort(-probabilities.mean(axis=0))[:5]
    assert [label for label, _ in cat.top[2]] == [labels()[at] for at in best]
    assert [p for _, p in cat.top[2]] == pytest.approx(probabilities.mean(axis=0)[best], abs=1e-4)


def test_the_summary_has_its_promised_keys_and_is_json(cat):
    numbers = summary(cat)
    assert list(numbers) == ["sizes_px", "probability", "top", "layers", "over_pictures"]
    assert list(numbers["layers"]) == [layer.name for layer in Spec().net.layers]
    for one in numbers["layers"].values():
        assert list(one) == ["similarity", "floor", "corrected", "tolerance_octaves"]
        assert all(len(one[name]) == 4 for name in ("similarity", "floor", "corrected"))
    assert len(numbers["top"]) == 4 and all(len(pairs) == 5 for pairs in numbers["top"])
    assert json.loads(json.dumps(numbers, allow_nan=False)) == numbers


def test_a_sweep_that_was_stopped_keeps_what_was_done():
    spec = Spec(sizes_px=(12, 16, 24, 32, 48, 60), shifts=1)
    whole = list(steps(spec, flat(RED), fake()))
    some = collect(list(islice(steps(spec, flat(RED), fake()), 3)))
    assert [step.done for step in whole] == pytest.approx(np.arange(1, 7) / 6)
    assert whole[0].index == 5 and not some.complete and collect(whole).complete
    assert some.sizes_px.tolist() == [12, 24, 60] and some.reference_px == 60
    one = collect(whole[:1])
    assert one.sizes_px.tolist() == [60] and one.layers["color"].tolerance_octaves is None
    full = collect(whole)
    assert some.probability.tolist() == full.probability[[0, 2, 5]].tolist()


def test_run_tells_how_far_it_is_and_can_be_stopped():
    reported = []

    def stop(fraction):
        reported.append(fraction)
        if fraction >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Spec(sizes_px=(12, 20, 30, 40), shifts=1), stop, flat(RED), fake())
    assert reported == [0.25, 0.5]


@given(st.integers(1, 64), st.data())
def test_sizes_come_from_coarse_to_fine(count, data):
    first = data.draw(st.integers(0, count - 1))
    order = coarse_to_fine(count, first)
    assert sorted(order) == list(range(count)) and order[0] == first
    assert set(order[:3]) >= {0, count - 1}
    gaps = [max(np.diff(sorted(order[:n])), default=0) for n in range(3, count + 1)]
    assert gaps == sorted(gaps, reverse=True)


def test_sizes_need_no_order_and_are_measured_once():
    result = run(Spec(sizes_px=(40, 20, 40), shifts=1), picture=flat(RED), network=fake())
    assert result.sizes_px.tolist() == [20, 40]


def test_the_others_are_of_other_photographs():
    assert "chelsea" not in other_objects("chelsea")
    for image in (None, *SUBJECTS):
        photographs = [SUBJECTS[name].photograph for name in other_objects(image)]
        assert len(set(photographs)) == len(photographs) == 10 - (image is not None)
        assert image is None or SUBJECTS[image].photograph not in photographs


def test_input_size_gives_every_size_its_own_canvas():
    spec = Spec(sizes_px=(14, 28, 42), shifts=2, resize_mode="input-size", classes="281")
    result = run(spec, picture=flat((1, 1, 1)), network=fake())
    share = np.array([14 / 20, 28 / 40, 42 / 60]) ** 2
    expected = probability(GRAY + 0.5 * share)
    np.testing.assert_allclose(result.probability.mean(axis=1), expected, rtol=1e-4)


def test_a_mean_ground_is_the_objects_own():
    """On its own mean a flat picture is no different from the blank canvas."""
    spec = Spec(sizes_px=(20, 40), shifts=1, background="mean")
    result = run(spec, picture=flat((0.25, 0.5, 0.75)), network=fake())
    assert np.isnan(result.layers["color"].similarity).all()
    assert summary(result)["layers"]["color"]["corrected"] == [None, None]
    other = run(spec, picture=flat((0.75, 0.5, 0.25)), network=fake())
    assert np.isnan(other.layers["color"].similarity).all()


def test_other_objects_are_asked_once(monkeypatch):
    """Again, only the object itself and the size that is new are drawn."""
    spec = Spec(sizes_px=(17.5, 40), shifts=1, seed=77)
    first = run(spec)
    drawn = []

    def counted(subject, look, sizes_px, *words):
        drawn.append((subject.name, tuple(sizes_px)))
        return draw(subject, look, sizes_px, *words)

    monkeypatch.setattr(responses, "draw", counted)
    again = run(replace(spec, sizes_px=(17.5, 40, 60)))
    theirs = {(name, (60.0,)) for name in again.setting.others}
    assert sorted(drawn) == sorted({("chelsea", (size,)) for size in (17.5, 40.0, 60.0)} | theirs)
    np.testing.assert_array_equal(first.probability, again.probability[:2])


def test_a_network_of_ones_own_has_no_shuffled_twin():
    with pytest.raises(SpecError, match="weights: 'shuffled' is not allowed; give 'trained'"):
        run(Spec(weights="shuffled"), network=fake())
