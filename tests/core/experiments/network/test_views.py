"""Two distances at once."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.views import compare_probabilities, compare_views
from scalescope.core.imaging.subjects import CAT_CLASSES, INPUT_SIZE_FRACTION
from scalescope.core.networks import NETWORKS, LoadedNetwork, NetworkMissing, labels, load
from tests.core.imaging.sample_views import views


@pytest.fixture(scope="module")
def standard():
    return compare_views(Spec())


def test_near_is_a_cat_and_both_pictures_are_the_views(standard):
    near, far = standard.near, standard.far
    for view, size in ((near, 150), (far, 40)):
        expected = views(Spec().subject(), [size], gray=NETWORKS["efficientnet-lite0"].padding_gray)
        np.testing.assert_allclose(view.picture, expected[0], atol=1e-6)
        top, left, bottom, right = view.box
        assert max(bottom - top, right - left) == pytest.approx(size)
    assert standard.classes == CAT_CLASSES and not standard.assumed
    assert near.probability > 0.9 > far.probability
    assert near.top[0][0] in {labels()[at] for at in CAT_CLASSES}
    assert [p for _, p in near.top] == sorted((p for _, p in near.top), reverse=True)


def test_numbers_and_maps_are_the_networks(standard):
    net = load("efficientnet-lite0")
    for seen in (standard.near, standard.far):
        logits, maps = net.record(torch.from_numpy(seen.picture)[None], ["blocks.8"])
        probabilities = logits.softmax(1)[0]
        assert seen.probability == pytest.approx(
            float(probabilities[list(CAT_CLASSES)].sum()), abs=1e-5
        )
        assert list(seen.maps) == ["blocks.8"] and seen.maps["blocks.8"].shape == (112, 14, 14)
        np.testing.assert_allclose(seen.maps["blocks.8"], maps["blocks.8"][0].numpy(), atol=1e-4)


@pytest.mark.parametrize("change", [{"far_px": 25.0}, {"near_px": 90.0}, {"near_px": 20.0}])
def test_what_did_not_move_is_not_looked_at_again(standard, change, monkeypatch):
    asked = []
    record = LoadedNetwork.record

    def counted(self, images, *rest):
        asked.append(len(images))
        return record(self, images, *rest)

    spec = replace(Spec(), **change)
    expected = compare_views(spec)
    monkeypatch.setattr(LoadedNetwork, "record", counted)
    result = compare_views(spec, previous=standard)
    assert asked == [1]
    for one, other in ((result.near, expected.near), (result.far, expected.far)):
        assert one.maps["blocks.8"].tobytes() == other.maps["blocks.8"].tobytes()
        assert one.probabilities.tobytes() == other.probabilities.tobytes() and one.top == other.top
        assert one.probability == other.probability and one.box == other.box
    other_ground = compare_views(replace(spec, background="white"), previous=standard)
    assert asked == [1, 1, 1] and other_ground.near.picture[0, 0, 0] == 1


def test_assumed_classes_follow_the_larger_view_also_when_it_stays(standard):
    spec = Spec(image="astronaut")
    before = compare_views(spec)
    swapped = compare_views(replace(spec, near_px=20.0), previous=before)
    assert swapped.assumed
    assert swapped.classes == (int(before.far.probabilities.argmax()),)
    assert swapped.near.probability == pytest.approx(
        swapped.near.probabilities[0, swapped.classes[0]]
    )


def test_any_places_may_be_asked_for():
    result = compare_views(Spec(layer="stem"), layers=["head", "blocks.0"])
    assert [maps.shape for maps in result.far.maps.values()] == [(16, 112, 112), (1280, 7, 7)] or [
        maps.shape for maps in result.far.maps.values()
    ] == [(1280, 7, 7), (16, 112, 112)]
    assert list(compare_views(Spec(layer="stem")).near.maps) == ["stem"]


def test_both_stand_side_by_side(standard):
    assert standard.side_by_side.shape == (3, 224, 448)
    assert (standard.side_by_side[:, :, :224] == standard.near.picture).all()
    assert (standard.side_by_side[:, :, 224:] == standard.far.picture).all()


def test_a_resized_input_is_looked_at_in_its_own_size():
    result = compare_views(Spec(resize_mode="input-size", near_px=140, far_px=35))
    assert result.near.picture.shape[1] == 200 and result.far.picture.shape[1] == 50
    assert pytest.approx(140 / 200) == INPUT_SIZE_FRACTION
    assert result.side_by_side.shape == (3, 200, 250)
    gray = np.float32(NETWORKS["efficientnet-lite0"].padding_gray)
    assert (result.side_by_side[:, :75, 200:] == gray).all()
    assert (result.side_by_side[:, 75:125, 200:] == result.far.picture).all()
    assert result.near.maps["blocks.8"].shape == (112, 13, 13)


def test_the_shift_moves_the_object():
    moved = compare_views(Spec(row_shift_px=4, column_shift_px=-6)).near
    still = compare_views(Spec()).near
    assert np.subtract(moved.box, still.box).tolist() == [4, -6, 4, -6]
    np.testing.assert_array_equal(moved.picture[:, 4:, :-6], still.picture[:, :-4, 6:])


def test_without_a_right_answer_the_larger_view_names_it():
    result = compare_views(Spec(image="brick", near_px=20, far_px=200))
    assert result.assumed and len(result.classes) == 1
    assert result.far.top[0][0] == labels()[result.classes[0]]
    assert result.far.probability == pytest.approx(result.far.top[0][1])
    assert result.near.probability < result.far.probability


def test_a_picture_of_ones_own():
    picture = np.random.default_rng(0).random((3, 60, 90), dtype=np.float32)
    result = compare_views(Spec(box="0,0,50,50"), picture)
    assert result.subject.box == (0, 0, 30, 45) and result.assumed


def test_a_network_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr("scalescope.core.networks.load", _missing)
    with pytest.raises(NetworkMissing, match="not installed"):
        compare_views(Spec(network="mobilenet-v2"))


def _missing(*words):
    raise NetworkMissing("MobileNetV2 needs a package, which is not installed.")


def test_answers_alone_are_the_same_and_hold_no_pictures(standard):
    result = compare_probabilities(Spec())
    assert result.near.top == standard.near.top
    assert result.far.probability == pytest.approx(standard.far.probability)
    assert result.far.picture.size == 0 and not result.near.maps
