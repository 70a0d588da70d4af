"""The experiment `filter`: fields, keys, the present scene, its arithmetic, editing, growing."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage, signal

from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.filter import cell as filter_cell
from scalescope.core.experiments.filter import growth, kernel_editor
from scalescope.core.experiments.filter.growth import measure, peaks
from scalescope.core.experiments.filter.run import curves
from scalescope.core.experiments.filter.scene import run_scene
from scalescope.core.experiments.filter.spec import ORDERS, Spec
from scalescope.core.filters.alignments import Stimulus
from scalescope.core.filters.kernel_editing import EDITS, enlarge, kernel_to_text, pad_or_crop
from scalescope.core.filters.kernels import FILTERS, max_response, parse_kernel
from scalescope.core.imaging.shapes import SHAPES, object_template
from scalescope.core.specs.spec import SpecError, from_text, validate

KERNELS = {name: one.make() for name, one in FILTERS.items()}
EXPERIMENT = EXPERIMENTS["filter"]


@pytest.mark.slow
def test_the_command_line_prints_the_promised_keys_of_the_first_filter():
    words = "-m core run filter --filter small-square --object square --sizes-px 1,2,3,4,8 --json"
    done = subprocess.run([sys.executable, *words.split()], capture_output=True, check=True)
    result = json.loads(done.stdout)
    assert result["sizes_px"] == [1, 2, 3, 4, 8]
    assert result["response_max"] == pytest.approx([1 / 9, 4 / 9, 1, 1 - 7 / 27, 0], abs=1e-5)
    for low, median, high in zip(
        *(result[f"response_{name}"] for name in ("min", "median", "max")), strict=True
    ):
        assert low <= median <= high
    assert result["preferred_px"] == 3 and result["bandwidth_octaves"] > 0
    assert [one["name"] for one in result["filters"]] == ["small-square"]
    assert [one["level"] for one in result["filters"][0]["levels"]] == [0, 1, 2]


def test_a_curve_that_is_cut_off_has_no_bandwidth():
    result = EXPERIMENT.summary(EXPERIMENT.run(Spec()))
    assert result["bandwidth_octaves"] is None  # the corner detector is flat
    assert result["filters"][1]["bandwidth_octaves"] == pytest.approx(1.5, abs=0.1)
    assert result["size_matters"] == pytest.approx(0, abs=1e-6)
    assert result["filters"][1]["size_matters"] == 1


def test_sizes_are_fifteen_in_half_octaves_unless_told():
    assert pytest.approx([2 ** (index / 2) for index in range(15)], rel=1e-3) == Spec().sizes_px
    sizes = from_text(Spec, {"sizes_px": "1:128:log8"}).sizes_px
    assert sizes == pytest.approx([1, 2, 4, 8, 16, 32, 64, 128])


def test_filters_are_compared_once_each():
    spec = Spec(filter="dog", second="blur", third="dog", fourth="custom")
    assert spec.names == ("dog", "blur", "custom")
    assert len(curves(spec)) == 3


def test_there_are_at_most_three_layers_of_one_filter():
    with pytest.raises(SpecError, match="depth"):
        validate(Spec(order="layers-of-filter", depth=3))
    validate(Spec(order="layers-of-blur", depth=3))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("depth", (0, 1, 2))
def test_the_arithmetic_of_every_map_gives_its_values(order, depth):
    scene = run_scene(Spec(order=order, depth=depth, object="cat", filter="dog", pool="max-blur"))
    cells = [(i, r, c) for i in range(len(scene.values)) for r, c in ((0, 0), (3, 5), (8, 13))]
    for cell in cells:
        if cell[1] >= scene.values[cell[0]].shape[0] or cell[2] >= scene.values[cell[0]].shape[1]:
            continue
        explained = filter_cell.explain(scene, cell)
        assert explained.value == pytest.approx(scene.values[cell[0]][cell[1:]])
        if explained.weights is not None:
            total = float((explained.values.astype(np.float64) * explained.weights).sum())
            expected = max(0.0, total) if "or 0" in explained.rule else total
            assert explained.value == pytest.approx(expected, abs=1e-5)


def test_the_scene_under_a_filter_is_that_of_scipy():
    spec = Spec(object="disc", size_px=9.5, filter="gabor", column_shift_px=0.375, depth=0)
    scene = run_scene(spec)
    expected = ndimage.correlate(
        scene.picture.astype(np.float64), KERNELS["gabor"].astype(np.float64), mode="constant"
    )
    np.testing.assert_allclose(scene.values[1], expected, atol=1e-5)
    dark = run_scene(replace(spec, contrast_sign="negative"))
    np.testing.assert_allclose(dark.picture, 1 - scene.picture, atol=1e-6)
    np.testing.assert_allclose(dark.values[1], -scene.values[1], atol=1e-5)


@pytest.mark.parametrize("size", (1.0, 31.9, 32.1, 64.1, 128.0))
@pytest.mark.parametrize("stride", (1, 4))
def test_the_canvas_holds_the_object_and_a_top_map(size, stride):
    scene = run_scene(Spec(size_px=size, depth=3, pool_stride=stride))
    assert scene.placed.clipped_fraction(scene.picture.shape) == pytest.approx(0, abs=1e-9)
    assert min(min(one.shape) for one in scene.values) >= 2


def test_cells_that_are_not_there_are_not_found():
    scene = run_scene(Spec())
    assert filter_cell.find(scene, "") is None
    assert filter_cell.find(scene, "9,0,0") is None and filter_cell.find(scene, "2,10,0") is None
    assert filter_cell.find(scene, "2,9,15") == (2, 9, 15)
    index, row, column = filter_cell.strongest(scene)
    assert scene.values[index][row, column] == scene.values[index].max()


@pytest.mark.parametrize("factor", (1, 2, 3, 7))
def test_a_kernel_at_a_whole_factor_is_replicated(factor):
    kernel = KERNELS["dog"]
    expected = np.kron(kernel.astype(np.float64), np.ones((factor, factor))) / factor**2
    np.testing.assert_allclose(enlarge(kernel, factor), expected, atol=1e-7)


@pytest.mark.parametrize("factor", (0.5, 1.25, 2.6))
def test_resampling_keeps_the_sum_of_the_weights(factor):
    kernel = KERNELS["small-square"]
    assert enlarge(kernel, factor).sum() == pytest.approx(float(kernel.sum()), abs=1e-5)


def test_peaks_are_those_of_a_plain_correlation():
    batch = np.random.default_rng(0).random((3, 17, 17), dtype=np.float32)
    kernel = KERNELS["gabor"].astype(np.float64)
    expected = [max(0, signal.correlate2d(one, kernel, mode="full").max()) for one in batch]
    assert peaks(batch, kernel) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", ("upper-left-corner", "small-square", "gabor", "dog"))
@pytest.mark.parametrize("shape", ("square", "disc", "cat"))
def test_growing_is_exact_where_pixels_are_replicated(name, shape):
    result = measure(KERNELS[name], Stimulus(shape), 3.0)
    assert result.replicated_off is not None and result.replicated_off < 1e-9
    on_grid = result.peak.high[result.is_whole]
    assert (on_grid >= result.peak.high[0] * (1 - 1e-6)).all()  # drawn anew it can only be more


def test_replicated_peaks_by_other_means():
    kernel = KERNELS["small-square"].astype(np.float64)
    picture = np.random.default_rng(1).random((6, 6))
    once = signal.correlate2d(picture, kernel, mode="full").max()
    grown = np.kron(picture, np.ones((3, 3)))
    large = signal.correlate2d(grown, np.kron(kernel, np.ones((3, 3))) / 9, mode="full").max()
    assert large == pytest.approx(once, rel=1e-12)


def test_a_square_grown_with_its_filter_keeps_its_answer_at_whole_factors_only():
    result = measure(KERNELS["small-square"], Stimulus("square"), 3.0)
    assert result.peak.high[result.is_whole] == pytest.approx(np.ones(8), abs=1e-6)
    assert result.whole_off == pytest.approx(0, abs=1e-6)
    assert result.between_off is not None and 0.1 < result.between_off < 0.5
    assert set(result.factors[result.is_whole]) == set(growth.WHOLE)


def test_a_filter_that_answers_nothing_does_not_grow():
    result = measure(-np.ones((3, 3), dtype=np.float32), Stimulus("disc"), 3.0)
    assert result.whole_off is None and result.between_off is None and result.replicated_off is None


def test_edits_do_what_their_names_say():
    kernel = np.array([[1, 2], [3, 5]], dtype=np.float32)
    after = {name: edit(kernel).tolist() for name, edit in EDITS.items()}
    assert after["Flip left-right"] == [[2, 1], [5, 3]]
    assert after["Flip up-down"] == [[3, 5], [1, 2]]
    assert after["Rotate"] == [[3, 1], [5, 2]]
    assert after["Normalize"] == pytest.approx(kernel / 11)
    assert after["Subtract the mean"] == pytest.approx(kernel - 2.75)
    assert max_response(EDITS["Normalize"](kernel)) == pytest.approx(1)


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("side", (3, 5, 7, 9))
def test_more_room_keeps_the_weights_around_the_same_middle(name, side):
    kernel = KERNELS[name]
    table = pad_or_crop(kernel, side)
    assert table.shape == (side, side)
    reach = min(side, kernel.shape[0]) // 2
    for one, middle in ((table, side // 2), (kernel, kernel.shape[0] // 2)):
        part = one[middle - reach : middle + reach + 1, middle - reach : middle + reach + 1]
        np.testing.assert_array_equal(part, pad_or_crop(kernel, 2 * reach + 1))


@pytest.mark.parametrize("name", (*FILTERS,))
def test_every_edit_gives_fields_that_are_allowed(name):
    spec = Spec(filter=name)
    changes = [kernel_editor.edited(spec, one) for one in kernel_editor.NAMES]
    changes += [kernel_editor.with_side(spec, side) for side in kernel_editor.SIDES]
    changes.append(kernel_editor.painted(spec, 1, 2, -0.75))
    for change in changes:
        after = validate(replace(spec, **change))
        assert after.filter == "custom"
    assert kernel_editor.first_kernel(replace(spec, **changes[-1]))[1, 2] == -0.75


def test_a_kernel_is_written_as_it_is_read():
    for kernel in KERNELS.values():
        np.testing.assert_allclose(parse_kernel(kernel_to_text(kernel)), kernel, rtol=1e-5)


@pytest.mark.parametrize("name, area", [("bar", 1 / 4), ("corner", 7 / 16), ("grating", 1 / 2)])
def test_the_new_objects_have_the_light_that_they_should(name, area):
    assert float(object_template(name).premultiplied().mean()) == pytest.approx(area, abs=1e-4)
    assert name in SHAPES
