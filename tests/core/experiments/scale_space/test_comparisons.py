"""Distances, SIFT, the stack compared with the scale space, and repeatability."""

import numpy as np
import pytest
from scipy import ndimage

from scalescope.core.experiments.scale_space import sentences, verdicts
from scalescope.core.experiments.scale_space.repeatability import (
    CHANGES,
    Repeatability,
    compare_with_sift,
    measure_repeatability,
    strongest_cells,
)
from scalescope.core.experiments.scale_space.run import run
from scalescope.core.experiments.scale_space.size_law import (
    compare_distances,
    measure_size_law,
    response_curves,
)
from scalescope.core.experiments.scale_space.spec import Spec
from scalescope.core.experiments.scale_space.stack import (
    FILTER_SIGMA_PX,
    MIN_LIT_CELLS,
    ORDERS,
    RATIO,
    compare_levels,
    correlation,
    stack_levels,
)
from scalescope.core.experiments.scale_space.stack_baseline import baseline_name, compare_with_stack
from scalescope.core.experiments.scale_space.stack_sentences import (
    describe_picture,
    two_decimals,
)
from scalescope.core.filters.kernels import difference_of_gaussians
from scalescope.core.filters.receptive_field import Layout
from scalescope.core.formatting import percent
from scalescope.core.scale_space.gaussian import scale_space_of
from tests.core.filters.oracle import pooled


@pytest.mark.parametrize("name", ["disc", "square", "cat"])
@pytest.mark.parametrize("ratio", [2.0, 3.0, 4.0])
def test_near_and_far_keypoints_stand_in_the_ratio_of_their_distances(name, ratio):
    found = compare_distances(run(Spec(source="near-far", object=name, far_ratio=ratio)))
    assert found is not None and found.pairs
    assert found.near >= found.detectable >= len(found.pairs)
    best = found.pairs[0]
    assert abs(best.error_octaves) < (0.08 if name == "cat" else 0.02)
    # The corner of a square looks alike at every size: its keypoints have no size of their own.
    assert found.median_error is not None
    assert found.median_error < (0.5 if name == "square" else 0.1)
    assert best.error_octaves == pytest.approx(np.log2(best.near_px / best.far_px / ratio))


def test_distances_need_two_objects():
    assert compare_distances(run(Spec())) is None
    far = compare_distances(run(Spec(source="near-far", object="disc", radius_px=8, far_ratio=16)))
    assert far is not None and far.detectable == 0 and far.median_error is None


def test_the_laws_of_size():
    disc, square = (measure_size_law(name, "laplacian", 3) for name in ("disc", "square"))
    assert disc.sigma_per_radius == pytest.approx(1 / np.sqrt(2), rel=0.005)
    assert square.sigma_per_radius == pytest.approx(0.797, rel=0.005)
    text = sentences.describe_size_law(square, verdicts.sigma_departs_from_size(square))
    assert "0.399 s" in text or "0.398 s" in text


@pytest.mark.slow
def test_curves_peak_at_their_keypoints():
    for spec in (Spec(source="near-far"), Spec(source="coffee"), Spec()):
        for curve in response_curves(run(spec)):
            at = int(np.abs(np.log2(curve.sigmas_px / curve.peak_px)).argmin())
            assert abs(curve.responses[at] - curve.peak) < 0.05 * abs(curve.peak) + 0.003


@pytest.mark.slow
def test_ours_and_sifts_agree_on_photographs_far_above_chance():
    for name in ("chelsea", "camera", "coffee"):
        found = compare_with_sift(run(Spec(source=name)))
        assert found.sift_matched.mean() > 0.75 and found.ours_matched.mean() > 0.4
        assert found.chance < 0.1
        assert found.sift_matched.sum() < len(found.sift)


def _brute(picture, kind, size, depth, order):
    """Levels once more: scipy's correlation on the mirrored picture, windows cut out one by one."""
    import torch

    kernel, margin = difference_of_gaussians().astype(float), 64
    wide = np.pad(picture.astype(float), margin, mode="symmetric")

    def filtered(plane):
        return np.maximum(ndimage.correlate(plane, kernel, mode="constant"), 0)

    plane = filtered(wide) if order == ORDERS[0] else wide
    for _ in range(depth):
        plane = pooled(torch.from_numpy(plane)[None, None], kind, size, 2)[0, 0].numpy()
    plane = plane if order == ORDERS[0] else filtered(plane)
    first = margin // 2**depth
    return plane[first:, first:] / np.log(RATIO)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("kind", "size"), [("max", 2), ("average", 2), ("blur", 5)])
def test_levels_are_what_other_operators_make_of_the_picture(order, kind, size):
    picture = np.random.default_rng(2).random((48, 64)).astype(np.float32) - np.float32(0.5)
    layout = Layout(9, 9, pool=kind, pool_size=size, depth=3)
    for level in stack_levels(picture, layout, order):
        expected = _brute(picture, kind, size, level.level, order)
        rows, columns = level.values.shape
        np.testing.assert_allclose(level.values, expected[:rows, :columns], atol=1e-5)


def test_level_0_is_the_scale_space_at_the_filters_own_sigma():
    result = run(Spec(source="coffee"))
    assert result.correlations[0] == pytest.approx(1, abs=0.002)
    ideal = np.maximum(result.space.dog([FILTER_SIGMA_PX], RATIO)[0], 0)
    assert np.abs(result.levels[0].values - ideal).max() < 0.03


def test_correlation_is_numpys():
    one, two = np.random.default_rng(0).random((2, 30))
    assert correlation(one, two) == pytest.approx(np.corrcoef(one, two)[0, 1])
    assert correlation(one, np.ones(30)) is None


@pytest.fixture(scope="module")
def levels():
    return compare_with_stack(run(Spec(source="chelsea")))


def correlations(found, order, pool):
    return [one.correlation for one in found if one.order == order and one.pool == pool]


@pytest.mark.slow
def test_filtering_first_is_no_scale_space_and_pooling_by_a_blur_first_is(levels):
    for pool in ("max", "average", "blur"):
        assert correlations(levels, ORDERS[0], pool)[3] < 0.3
    for pool in ("average", "blur"):
        assert min(correlations(levels, ORDERS[1], pool)) > 0.95
    assert correlations(levels, ORDERS[1], "max")[4] < 0.8


def test_pooling_without_a_blur_aliases_more(levels):
    def extra(pool, level):
        (one,) = [
            one for one in levels if (one.order, one.pool, one.level) == (ORDERS[0], pool, level)
        ]
        return one.shift_change - one.reference_change

    for level in (1, 2):
        assert extra("max", level) > 0.05 > extra("blur", level)


def test_the_reference_change_is_that_of_a_moved_picture(levels):
    """The scale space of the moved picture, made anew, in the middle of level 0."""
    result = run(Spec(source="chelsea"))
    moved = np.concatenate([result.picture[:, :1], result.picture[:, :-1]], axis=1)
    one, two = (
        np.maximum(scale_space_of(picture).dog([FILTER_SIGMA_PX], RATIO)[0], 0)
        for picture in (result.picture, moved)
    )
    expected = np.linalg.norm(one - two) / np.linalg.norm(one)
    assert levels[0].reference_change == pytest.approx(expected, rel=0.02)


def test_baselines_are_low_and_are_another_picture(levels):
    assert all(abs(one.baseline) < 0.2 for one in levels if one.level < 2)
    assert baseline_name(run(Spec(source="camera"))) == "coffee"
    assert baseline_name(run(Spec())) == "camera"


def test_a_flat_picture_has_no_correlation():
    flat = np.zeros((64, 96), dtype=np.float32)
    found = compare_levels(flat, flat, Layout(9, 9, depth=2))
    assert {one.correlation for one in found} == {one.shift_change for one in found} == {None}
    assert "flat" in describe_picture(found)


def test_strongest_cells_are_no_neighbors_and_the_strongest():
    result = run(Spec(source="camera"))
    cells = strongest_cells(list(result.levels), 0.05, 40)
    assert len(cells) == 40
    assert cells.responses[0] == pytest.approx(max(one.values.max() for one in result.levels))
    assert set(cells.sigmas) <= {FILTER_SIGMA_PX * 2**level for level in range(5)}


def test_changes_do_what_they_say():
    picture = np.arange(8 * 12, dtype=np.float32).reshape(8, 12)
    moved, half = CHANGES[0].apply(picture), CHANGES[1].apply(picture)
    assert moved[3, 5] == picture[3, 4] and moved.shape == picture.shape
    assert half.shape == (4, 6) and half[1, 2] == picture[2:4, 4:6].mean()


@pytest.fixture(scope="module")
def rows():
    fractions, parts = [], []

    def report(fraction, partial=None):
        fractions.append(fraction)
        parts.extend([partial] if partial else [])

    rows = measure_repeatability(run(Spec(source="chelsea", canvas_px=96)), report)
    assert fractions[-1] == pytest.approx(1) and fractions == sorted(fractions)
    assert parts == [rows[: len(CHANGES) * count] for count in (1, 2, 3, 4)]
    return rows


@pytest.mark.slow
def test_scale_space_repeats_what_a_pooled_filter_does_not(rows):
    def share(detector):
        changes = [row for row in rows if row.detector == detector]
        assert all(row.total >= row.detectable >= row.repeated >= 0 for row in changes)
        return sum(row.repeated for row in changes) / sum(row.detectable for row in changes)

    assert share("ours") > 0.8 and share("SIFT") > 0.8
    assert share("stack, filter first") < share("stack, pool first") < share("ours") + 0.1
    verdict = verdicts.keypoints_repeat(rows, "ours", 0)
    assert verdict.is_yes and verdict.estimate.value == pytest.approx(share("ours"))
    said = sentences.describe_repeatability("ours", verdict)
    assert f"ours repeats most of its keypoints: {percent(share('ours'))} (" in said


def test_what_cannot_be_found_is_not_counted(rows):
    assert len(rows) == 4 * len(CHANGES)
    assert Repeatability("x", "y", 3, 0, 0, 0.0).fraction is None
    assert all(one.chance <= 0.4 for one in rows if one.detectable > 10)


@pytest.mark.parametrize(
    "spec",
    [
        Spec(),
        Spec(object="disc"),
        Spec(source="near-far", depth=0),
        Spec(contrast_threshold=0.5, source="chelsea"),
        Spec(brightness=0),
    ],
)
def test_sentences_are_about_the_numbers(spec):
    result = run(spec)
    text = sentences.describe(result)
    if len(result.keypoints):
        assert f"sigma {result.keypoints.sigmas[0]:.3g} px" in text
    else:
        assert "No keypoint" in text
    if spec.depth and result.correlations[-1] is not None:
        if result.lit_cells[-1] >= MIN_LIT_CELLS:
            assert two_decimals(result.correlations[-1]) in text
        else:
            assert "too few to compare" in text
    assert f"of {len(result.keypoints)} keypoint" in sentences.describe_scale(result, spec)
    assert "  " not in text and "nan" not in text and "None" not in text
