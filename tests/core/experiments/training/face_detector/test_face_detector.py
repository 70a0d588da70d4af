"""A face at growing sizes: P-Net at one scale, over its pyramid, and what it says without one."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from skimage import data
from skimage.feature import Cascade

from scalescope.core.experiments.training.face_detector import measure as faces
from scalescope.core.experiments.training.face_detector import pyramid, sentences, verdicts
from scalescope.core.experiments.training.face_detector.findings import findings
from scalescope.core.imaging.decode import sample
from scalescope.core.networks.face import score_faces, window


@pytest.fixture(scope="module")
def result():
    return faces.measure()


def random_pictures(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_the_face_is_where_another_detector_finds_it():
    levels = np.rint(sample("astronaut") * 255).astype(np.uint8).transpose(1, 2, 0)
    (actual,) = Cascade(data.lbp_frontal_face_cascade_filename()).detect_multi_scale(
        img=levels, scale_factor=1.2, step_ratio=1, min_size=(60, 60), max_size=(200, 200)
    )
    top, left = actual["r"], actual["c"]
    assert (
        pyramid.iou(faces.FACE, (top, left, top + actual["height"], left + actual["width"])) > 0.7
    )
    assert faces.FACE[2] - faces.FACE[0] == faces.FACE[3] - faces.FACE[1] == faces.FACE_PX


@pytest.mark.slow
def test_sizes_are_quarter_octaves_from_6_to_96_px(result):
    assert result.sizes_px[[0, -1]].tolist() == [6, 96]
    np.testing.assert_allclose(np.diff(np.log2(result.sizes_px)), 0.25, atol=0.02)


def test_pictures_are_resized_as_pillow_does():
    picture = random_pictures(3, 40, 56)
    for factor in (0.25, 0.61, 1.75):
        ours = pyramid.resize(picture[None], factor)[0].numpy()
        sides = round(56 * factor), round(40 * factor)
        theirs = [
            Image.fromarray(plane).resize(sides, Image.Resampling.BICUBIC)
            for plane in picture.numpy()
        ]
        np.testing.assert_allclose(ours, np.clip(np.stack(theirs), 0, 1), atol=1e-5)


@pytest.mark.parametrize("side", [12, 31, 64, 128])
def test_the_pyramid_has_mtcnns_levels_as_long_as_one_holds_a_window(side):
    factors = pyramid.factors(side)
    assert factors[0] == pytest.approx(12 / 6.03, rel=1e-3) and factors[pyramid.UNRESIZED] == 1
    np.testing.assert_allclose(np.array(factors[1:]) / factors[:-1], 0.709)
    assert round(side * factors[-1]) >= 12 > round(side * factors[-1] * 0.709)
    images = random_pictures(2, 3, side, side + 7)
    actual = list(pyramid.levels(images))
    assert [level.number for level in actual] == list(range(len(factors)))
    assert actual[pyramid.UNRESIZED].images is images


def test_overlap_is_intersection_over_union():
    assert pyramid.iou((0, 0, 4, 4), (0, 0, 4, 4)) == 1
    assert pyramid.iou((0, 0, 4, 4), (2, 1, 6, 5)) == pytest.approx(6 / 26)
    assert pyramid.iou((0, 0, 4, 4), (4, 0, 8, 4)) == pyramid.iou((0,) * 4, (2, 2, 3, 3))


@pytest.mark.parametrize("share", [1 / 16, 0.2, 0.75])
def test_near_is_the_highest_window_that_is_centered_on_the_face(share):
    """Against a loop over every cell of the whole level, at every shift."""
    images, shifted = faces._shifted(*faces.reduced_face(share))
    for level in pyramid.levels(images):
        log_odds, boxes = (one.numpy() for one in score_faces(level.images))
        for index, (face, answer) in enumerate(
            zip(shifted, pyramid.best_windows(level, shifted), strict=True)
        ):
            best, drawn = -np.inf, None
            for row, column in np.ndindex(*log_odds.shape[1:]):
                corners = np.array(window(row, column), dtype=float)
                away = corners[:2] + 6 - np.array(pyramid.center_of(face)) * np.array(level.scale)
                if (away >= -3).all() and (away < 3).all() and log_odds[index, row, column] > best:
                    best = log_odds[index, row, column]
                    drawn = (corners + 12 * boxes[index, :, row, column]) / np.tile(level.scale, 2)
            assert answer.log_odds == pytest.approx(best, abs=1e-4)
            if drawn is not None:
                np.testing.assert_allclose(answer.box, drawn, atol=1e-3)


def test_a_reduced_picture_is_cut_around_the_face():
    cut, face = faces.reduced_face(0.75)
    whole = pyramid.resize(torch.tensor(sample("astronaut"))[None], 0.75)
    assert cut.shape == (1, 3, faces.CUT_PX, faces.CUT_PX)
    top, left = (
        round(0.75 * edge - own) for edge, own in zip(faces.FACE[:2], face[:2], strict=True)
    )
    assert torch.equal(cut, whole[..., top : top + faces.CUT_PX, left : left + faces.CUT_PX])
    assert np.abs(np.array(pyramid.center_of(face)) - faces.CUT_PX / 2).max() <= 1


def test_one_scale_peaks_at_its_window_and_falls_on_both_sides(result):
    means = result.one_scale.mean(axis=1)
    assert sentences.peak_px(result) == 12
    at = int(means.argmax())
    assert means[at - 4] < means[at] - 5 and means[at + 4] < means[at] - 5
    probabilities = faces.probability(result.one_scale).mean(axis=1)
    assert probabilities[at] > 0.999 and probabilities[result.sizes_px >= 47].max() < 0.25
    assert (result.anywhere >= result.one_scale - 1e-4).all()


def test_the_pyramid_is_sure_at_every_size_and_answers_at_the_level_of_that_size(result):
    assert (faces.probability(result.pyramid) > 0.98).all()
    assert (result.pyramid >= result.one_scale).all()
    away = np.log2(result.window_px[result.level] / result.sizes_px[:, None])
    assert np.abs(away).max() < 0.3
    assert (result.overlap > 0.5).all()


def test_the_pyramid_pays_in_false_alarms(result):
    for one in result.others:
        assert (one.pyramid.highest >= one.one_scale.highest).all()
        assert (one.pyramid.windows > 5 * one.one_scale.windows).all()
        first, every = sentences.windows_above_threshold(one)
        assert every > 3 * first
        assert (np.diff(one.pyramid.share, axis=1) <= 0).all()
    first, every = sentences.sizes_above_false_alarms(result)
    assert first < 5 and every > 11


def test_what_is_seen_of_windows():
    windows = [np.log([[0.25, 9.0], [1.4, 98.0]]), np.log([199.0])]
    actual = faces.score_windows([one.astype(np.float32) for one in windows])
    np.testing.assert_allclose(faces.probability(actual.highest), [98 / 99, 199 / 200], rtol=1e-5)
    assert actual.share.tolist() == [[0.5, 0.5, 0.0], [1.0, 1.0, 1.0]]
    assert actual.windows.tolist() == [4, 1]


def test_the_noise_follows_its_seed():
    first, again, other = (faces.pictures_without_faces(seed)["noise"][1] for seed in (0, 0, 1))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert first.shape == (3, 512, 512) and 0 <= first.min() < first.max() <= 1


@given(st.lists(st.sampled_from(["yes", "no", "undecided"]), min_size=17, max_size=17))
def test_all_ranges_of_detection_are_said(answers):
    """Issue 16: a second hump was left out. Against a loop over the sizes."""
    odds = {"yes": [2.0, 3.0, 4.0, 5.0], "no": [-3.0, -2.0, -5.0, -4.0], "undecided": [3, -3, 1, 2]}
    sizes = np.array([6.0 * 2 ** (step / 4) for step in range(17)])
    rows = np.array([odds[answer] for answer in answers], dtype=float)
    blank = faces.FaceResponses(sizes, rows, rows, rows, rows.astype(int), sizes, rows, ())
    assert [verdict.verdict for verdict in verdicts.detections(blank)] == answers
    for answer in odds:
        ranges = verdicts.detected_ranges(blank, answer)
        inside = [any(one.low_px <= size <= one.high_px for one in ranges) for size in sizes]
        assert inside == [answer == other for other in answers]
        assert all(after.low_px > before.high_px for before, after in pairwise(ranges))
        assert answer == "no" or all(one.phrase in sentences.one_scale(blank) for one in ranges)


def test_a_range_that_hangs_on_one_shift_is_undecided(result):
    """Issue 16: the second hump at 28 to 40 px is above 0.6 on average, but not at each shift."""
    phrases = {
        answer: [one.phrase for one in verdicts.detected_ranges(result, answer)]
        for answer in ("yes", "undecided", "no")
    }
    assert phrases == {
        "yes": ["from 7.12 px to 20.2 px"],
        "undecided": ["at 6 px", "from 24 px to 40.3 px"],
        "no": ["from 48 px to 96 px"],
    }
    hump = verdicts.detected_ranges(result, "undecided")[1]
    assert (round(hump.peak, 2), round(hump.peak_px)) == (0.68, 34)
    assert verdicts.detected_at_foreign_size(result).is_undecided
    assert verdicts.pyramid_detects_every_size(result).is_yes
    found = findings(result, "again")
    assert [one.sentence for one in found] == sentences.describe(result)
    assert [one.verdict is not None for one in found[:3]] == [True, True, False]


def test_the_same_again(result):
    share = faces.reduction_factors()[3]
    assert faces.face_responses(share).pyramid == result.pyramid[3].tolist()


def test_sentences_say_what_was_measured(result):
    text = sentences.one_scale(result)
    assert "most to this face at 12 px" in text
    assert "a p of 0.6, from 7.12 px to 20.2 px (mean p up to 0.9999" in text
    assert "from 24 px to 40.3 px (mean p up to 0.68, at 33.9 px)" in text
    flat = replace(result, one_scale=np.full_like(result.one_scale, 2.0))
    assert "from 6 px to 96 px" in sentences.one_scale(flat)
    never = replace(result, one_scale=np.full_like(result.one_scale, -2.0))
    assert "a p of 0.6, at none of the 17 sizes." in sentences.one_scale(never)
    assert "At no size does any window" in sentences.anywhere(
        replace(never, anywhere=-never.anywhere)
    )
    assert "At all 17 sizes, some window" in sentences.anywhere(result)
    assert f"a mean IoU of {result.overlap.mean():.2f}" in sentences.pyramid(result)
    first, every = sentences.sizes_above_false_alarms(result)
    assert f"at {first} of 17 sizes at one scale, and at {every} of 17 over" in sentences.cost(
        result
    )
    assert all(one.title in sentences.false_alarms(result) for one in result.others)
    noise = result.others[-1]
    share = sentences.windows_above_threshold(noise)[1] / noise.pyramid.windows.sum()
    assert f"more often in noise (0.034 % at one scale, {100 * share:.2g} %" in sentences.fractions(
        result
    )
    silent = replace(noise, one_scale=replace(noise.one_scale, share=0 * noise.one_scale.share))
    text = sentences.fractions(replace(result, others=(silent,)))
    assert "noise (none at one scale" in text and "0 %" not in text
    assert "noise, none and 2,521" in sentences.false_alarms(replace(result, others=(silent,)))
    assert sentences.odds(12.0) == "0.99999" and sentences.odds(0.0) == "0.50"
    assert faces.log_odds(0.6) == pytest.approx(np.log(1.5))
