"""The near-far experiment against torch's own operators and pictures drawn by closed form."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as functional
from hypothesis import given, settings
from hypothesis import strategies as st

from scalescope.core.experiments.near_far.result import Views
from scalescope.core.experiments.near_far.run import run, summary
from scalescope.core.experiments.near_far.spec import Spec
from scalescope.core.experiments.near_far.verdicts import merge_level
from scalescope.core.filters.kernels import kernel_of
from scalescope.core.specs.spec import validate
from tests.core.filters.oracle import convolved, covered, pooled

ODD_KERNEL = "1,-2,3,0.5;-1,2,0,1"
SPECS = [
    Spec(),
    Spec(object="photo-cat", filter="gabor", background="texture", pool="average", depth=4),
    Spec(
        object="disc", filter="dog", background="mean", contrast_sign="negative", pool="l2", depth=3
    ),
    Spec(filter="custom", kernel=ODD_KERNEL, dilation=2, stride=2, pool="blur", depth=3),
    Spec(object="square", padding="valid", pool="max-blur", pool_size=3, noise=0.1, depth=2),
    Spec(
        filter="vertical-edge",
        background="white",
        brightness=0.2,
        pool_size=3,
        pool_stride=1,
        depth=5,
    ),
    Spec(object="cat", filter="laplacian", pool_size=3, pool_stride=4, canvas_px=128, depth=3),
]


@given(st.floats(0.05, 2), st.floats(0.5, 40), st.floats(0.5, 40), st.floats(40, 640))
def test_sizes_are_those_of_the_pinhole(size, near, far, focal):
    spec = Spec(object_size_m=size, near_m=near, far_m=far, focal_px=focal)
    assert spec.apparent_px == pytest.approx((focal * size / near, focal * size / far))
    assert spec.gsd_m == pytest.approx((near / focal, far / focal))
    assert spec.octaves == pytest.approx(np.log2(far / near), abs=1e-12)


def test_the_page_opens_on_40_and_8_px():
    # 0.4 m at 1.6 and 8 m behind 160 px.
    assert Spec().apparent_px == pytest.approx((40, 8))


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_maps_are_what_other_operators_make_of_the_picture(spec):
    result = run(validate(spec))
    assert result.picture.shape == (spec.canvas_px, 2 * spec.canvas_px)
    kernel = kernel_of(spec.filter, spec.kernel)
    shown = result.picture.astype(np.float64) - result.background_level
    maps = convolved(shown, kernel, spec.padding, spec.stride, spec.dilation)
    np.testing.assert_allclose(result.convolution, maps, atol=1e-5)
    expected = torch.from_numpy(np.maximum(maps, 0))
    assert len(result.levels) == spec.depth + 1
    for level in result.levels:
        assert level.geometry.shape == level.values.shape
        np.testing.assert_allclose(level.values, expected, atol=1e-5)
        if level.level < spec.depth:
            expected = pooled(expected, spec.pool, spec.pool_size, spec.pool_stride)


def test_maps_are_those_of_pytorch():
    result = run(Spec(depth=5))
    weight = torch.tensor([[0.0, -1, 0], [-1, 1, 0], [0, 0, 0]])[None, None]
    maps = functional.conv2d(torch.from_numpy(result.picture)[None, None], weight, padding=1)
    maps = functional.relu(maps)
    for level in result.levels:
        np.testing.assert_allclose(level.values, maps[0, 0], atol=1e-6)
        maps = functional.max_pool2d(maps, 2)


@pytest.mark.parametrize("noise", [0.0, 0.2])
@pytest.mark.parametrize("background", ["black", "gray", "mean", "texture"])
def test_a_negative_turns_the_convolution_round(background, noise):
    spec = Spec(background=background, noise=noise, seed=4, depth=1)
    positive, negative = run(spec), run(replace(spec, contrast_sign="negative"))
    np.testing.assert_allclose(negative.picture, 1 - positive.picture, atol=1e-7)
    np.testing.assert_allclose(negative.convolution, -positive.convolution, atol=1e-6)


@pytest.mark.parametrize("spec", SPECS[:5], ids=str)
def test_the_same_spec_gives_the_same_result(spec):
    first, again = run(spec), run(replace(spec))
    np.testing.assert_array_equal(first.picture, again.picture)
    for level, other in zip(first.levels, again.levels, strict=True):
        np.testing.assert_array_equal(level.values, other.values)
        assert (level.peak, level.similarity) == (other.peak, other.similarity)
        for name in ("peaks", "similarity", "baseline"):
            np.testing.assert_array_equal(getattr(level.views, name), getattr(other.views, name))


@pytest.mark.parametrize("pool", ["max", "average", "l2", "blur", "max-blur"])
@pytest.mark.parametrize("step", [(8, 0), (-8, 0), (0, 8), (0, -8)])
def test_a_move_by_the_deepest_cell_moves_every_map_by_whole_cells(step, pool):
    spec = Spec(object_size_m=0.2, near_m=2, far_m=4, pool=pool, depth=3)
    moved = run(replace(spec, row_shift_px=step[0], column_shift_px=step[1]))
    for still, there in zip(run(spec).levels, moved.levels, strict=True):
        cells = [pixels // 2**still.level for pixels in step]
        assert still.values.max() > 0.01
        rolled = np.roll(still.values, cells, axis=(0, 1))
        np.testing.assert_allclose(there.values, rolled, atol=1e-5)


def drawn_square(spec, which):
    """One of the two squares alone on black, by the overlap of intervals."""
    size = spec.focal_px * spec.object_size_m / (spec.near_m, spec.far_m)[which]
    center = (
        spec.canvas_px / 2 + spec.row_shift_px,
        2 * spec.canvas_px * (0.28, 0.78)[which] + spec.column_shift_px,
    )
    rows, columns = (
        covered(side, middle - size / 2, size)
        for side, middle in zip(spec.canvas, center, strict=True)
    )
    return np.outer(rows, columns) * spec.brightness


ROOMY = st.builds(
    Spec,
    object=st.just("square"),
    object_size_m=st.floats(0.1, 0.3),
    near_m=st.floats(1.5, 4),
    far_m=st.floats(2, 20),
    brightness=st.floats(0.1, 1),
    filter=st.sampled_from(["upper-left-corner", "small-square", "vertical-edge", "blur", "dog"]),
    pool=st.sampled_from(["max", "average", "l2", "blur", "max-blur"]),
    row_shift_px=st.integers(-32, 32).map(lambda quarters: quarters / 4),
    column_shift_px=st.integers(-32, 32).map(lambda quarters: quarters / 4),
    depth=st.integers(0, 3),
)


@settings(max_examples=25)
@given(ROOMY)
def test_a_peak_is_the_maximum_over_the_map_of_the_object_alone(spec):
    result = run(spec)
    for which in (0, 1):
        maps = convolved(drawn_square(spec, which), kernel_of(spec.filter))
        maps = torch.from_numpy(np.maximum(maps, 0))
        for level in result.levels:
            assert level.peak[which] == pytest.approx(float(maps.max()), abs=1e-4)
            if level.level < spec.depth:
                maps = pooled(maps, spec.pool, 2, 2)


def test_zero_padding_means_the_background():
    """A corner of 1 on gray 0.5 gives 0.5, and the border of the canvas gives no response."""
    spec = Spec(object="square", object_size_m=0.5, near_m=5, far_m=10, background="gray", depth=0)
    result = run(replace(spec, column_shift_px=0.16))
    assert result.levels[0].peak == pytest.approx((0.5, 0.5), abs=0.1)
    assert result.background_level == 0.5
    edge = np.ones(spec.canvas, dtype=bool)
    edge[1:-1, 1:-1] = False
    assert not result.convolution[edge].any()


def test_the_fraction_outside_the_canvas():
    # 2 m at 2 m behind 64 px spans 64 px on 64 x 128 px, around column 35.84, so from 3.84.
    inside = run(Spec(object_size_m=2, near_m=2, far_m=40, focal_px=64, row_shift_px=8))
    assert inside.clipped_fractions == pytest.approx((8 / 64, 0))


def test_the_level_from_which_on_all_are_the_same():
    result = run(Spec())
    for flags, expected in [("0011", 2), ("0111", 1), ("1101", 3), ("0000", None), ("1111", 0)]:
        levels = tuple(
            replace(
                result.levels[0],
                level=number,
                views=Views(np.ones((2, 9)), np.full(9, float(flag)), np.full(9, 0.5)),
            )
            for number, flag in enumerate(flags)
        )
        assert merge_level(replace(result, levels=levels)) == expected


def test_the_summary_has_the_promised_keys_and_values():
    spec = Spec(depth=2)
    numbers = summary(run(spec))
    assert numbers["apparent_px"] == pytest.approx([40, 8])
    assert numbers["gsd_m"] == pytest.approx([0.01, 0.05])
    assert numbers["octaves"] == pytest.approx(np.log2(5))
    without_peaks = [
        {k: v for k, v in level.items() if k not in ("peak", "receptive_field_sides_px")}
        for level in numbers["levels"]
    ]
    # A 3x3 window, then two 2x2/2 pooling layers: 3, 3 + 1, 4 + 2 pixels.
    assert without_peaks == [
        {"level": 0, "shape": [1, 64, 128], "receptive_field_px": 3, "stride_px": 1},
        {"level": 1, "shape": [1, 32, 64], "receptive_field_px": 4, "stride_px": 2},
        {"level": 2, "shape": [1, 16, 32], "receptive_field_px": 6, "stride_px": 4},
    ]
    peaks = [level["peak"] for level in numbers["levels"]]
    assert all(isinstance(peak, float) for pair in peaks for peak in pair)
    assert all(len(pair) == 2 for pair in peaks)
