"""How layers are measured: no border in it, nothing but covered cells, every picture by itself."""

import numpy as np
import pytest

from scalescope.core import networks
from scalescope.core.experiments.calculator import layer_tuning
from scalescope.core.experiments.calculator.layer_tuning import (
    SIZES_PX,
    canvas_px,
    cell_coverage,
    measure,
    picture_curves,
    responses_at,
)
from scalescope.core.experiments.calculator.verdicts import SHIFTS
from scalescope.core.imaging.subjects import Subject, bundled_subject
from tests.core.networks.fake_network import fake, flat


def test_cover_is_the_overlap_counted_pixel_by_pixel():
    fine = 1000
    for start, side, cells, stride in ((3.25, 9.5, 8, 4), (-6.0, 20.0, 7, 8), (2.0, 1.0, 4, 32)):
        points = start + (np.arange(fine * 8) + 0.5) * side / (fine * 8)
        counted = np.histogram(points, bins=np.arange(cells + 1) * stride)[0]
        np.testing.assert_allclose(
            cell_coverage(start, side, cells, stride), counted / counted.sum(), atol=2e-4
        )


def test_the_mean_of_the_pictures_is_the_mean_of_units_over_their_own_maxima():
    response = np.array([[[1.0, 0.0, 8.0], [4.0, 0.0, 4.0]], [[3.0, 0.0, 0.0], [0.0, 0.0, 4.0]]])
    curves = picture_curves(response)
    mean = response.mean(axis=0)[:, [0, 2]]
    np.testing.assert_allclose(curves.mean(axis=0), (mean / mean.max(axis=0)).mean(axis=1))
    np.testing.assert_allclose(curves[0], [(1 / 2 + 8 / 4) / 2, (4 / 2 + 4 / 4) / 2])
    assert not picture_curves(np.zeros((2, 3, 4))).any()


def test_measuring_a_network_of_which_everything_is_known():
    """Color is equal at all sizes; edges of a flat object are one column of it: 1 / size."""
    progress = []
    subject = Subject(flat((1.0, 0.9, 0.8)), (0, 0, 40, 40), "flat")
    curves = measure(fake(), [subject], progress.append)
    assert curves["color"].shape == (1, len(SIZES_PX))
    np.testing.assert_allclose(curves["color"][0, ::2], 1, atol=1e-4)  # whole pixels
    np.testing.assert_allclose(curves["color"], 1, atol=0.04)
    np.testing.assert_allclose(curves["edges"][0, ::2], 8 / np.array(SIZES_PX[::2]), rtol=1e-3)
    assert progress[-1] == 1 and len(progress) == len(SIZES_PX)


def test_the_alignments_that_verdicts_name_are_those_that_were_measured():
    assert len(layer_tuning.SHIFTS_PX) == SHIFTS


@pytest.mark.slow
def test_a_larger_canvas_changes_nothing():
    """No cell that the object covers sees the border, in any layer."""
    loaded, subjects = networks.load("efficientnet-lite0"), [bundled_subject("chelsea")]
    side = canvas_px(loaded, 45)
    first = responses_at(loaded, subjects, 45)
    second = responses_at(loaded, subjects, 45, side + 128)
    for name, response in first.items():
        np.testing.assert_allclose(second[name], response, atol=2e-5, err_msg=name)


@pytest.mark.slow
@pytest.mark.skipif(
    bool(networks.NETWORKS["mobilenet-v2"].missing_reason()), reason="weights are not installed"
)
def test_at_the_networks_input_border_cells_raise_the_response_to_large_objects():
    loaded, subjects = networks.load("mobilenet-v2"), [bundled_subject("chelsea")]
    free = responses_at(loaded, subjects, 181)["blocks.15"].mean()
    assert responses_at(loaded, subjects, 181, 224)["blocks.15"].mean() > 1.2 * free
