"""The experiment `filter` on a photograph in place of the object."""

import numpy as np
import pytest
from scipy import ndimage

from scalescope.core.experiments.filter import cell, sentences
from scalescope.core.experiments.filter.run import curves
from scalescope.core.experiments.filter.scene import run_picture, run_scene
from scalescope.core.experiments.filter.spec import Spec
from scalescope.core.filters.kernels import FILTERS
from scalescope.core.imaging.decode import gray, sample

NOISE = np.random.default_rng(7).random((3, 90, 120), dtype=np.float32)


@pytest.mark.parametrize("contrast", ["positive", "negative"])
def test_the_maps_are_the_picture_without_its_mean_correlated_with_the_kernel(contrast):
    scene = run_picture(Spec(filter="gabor", depth=0, contrast_sign=contrast), NOISE)
    plane = NOISE.astype(np.float64).transpose(1, 2, 0) @ [0.299, 0.587, 0.114]
    plane = 1 - plane if contrast == "negative" else plane
    np.testing.assert_allclose(scene.picture, plane, atol=1e-6)
    assert scene.placed is None and scene.level == pytest.approx(plane.mean(), abs=1e-6)
    kernel = FILTERS["gabor"].make().astype(np.float64)
    expected = ndimage.correlate(plane - plane.mean(), kernel, mode="constant")
    np.testing.assert_allclose(scene.values[1], expected, atol=1e-5)
    shown = [np.abs(values).max() for values in scene.values[1:]]
    assert scene.max_response == pytest.approx(max(shown))


def test_a_sample_is_shrunk_and_its_curves_are_still_those_of_the_object():
    spec = Spec(source="chelsea")
    scene = run_scene(spec)
    assert scene.picture.shape == (160, 241)  # of 300 x 451
    assert scene.picture.mean() == pytest.approx(gray(sample("chelsea")).mean(), abs=0.002)
    for ours, plain in zip(curves(spec), curves(Spec()), strict=True):
        np.testing.assert_array_equal(ours.peak.median, plain.peak.median)


def test_a_persons_picture_goes_through_no_shared_cache():
    before = run_scene.cache_info()
    run_picture(Spec(), NOISE)
    assert run_scene.cache_info() == before


@pytest.mark.parametrize("shape", [(16, 16), (90, 60), (700, 300), (2000, 2000)])
def test_pictures_of_many_shapes_leave_cells_for_every_stack(shape):
    spec = Spec(filter="gabor", depth=3, pool_size=5, pool_stride=4)
    scene = run_picture(spec, np.full((3, *shape), 0.5, dtype=np.float32))
    assert min(min(one.shape) for one in scene.values) >= 2
    assert scene.max_response > 0


def test_the_arithmetic_of_every_map_adds_up():
    scene = run_picture(Spec(depth=2, second="dog"), NOISE)
    for index in range(1, len(scene.values)):
        explained = cell.explain(scene, (index, 3, 4))
        if explained.weights is not None:
            total = float((explained.values * explained.weights).sum())
            assert explained.value == pytest.approx(
                max(0, total) if index % 2 == 0 else total, abs=1e-5
            )


def test_the_words_say_what_the_curves_are_about():
    spec = Spec(size_px=1, object="disc")
    scene = run_picture(spec, NOISE)
    assert sentences.describe_peaks(spec, scene).startswith("Peak responses to this picture:")
    assert "those of a disc alone" in sentences.scene_note(spec, scene)
    assert sentences.scene_note(spec, run_scene(spec)).startswith("Below 2 px")
