from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.imaging.shapes import (
    OBJECTS,
    TEMPLATE_SIDE,
    area_weights,
    gray_picture,
    mean_level,
    object_template,
    render_patch,
)
from tests.core.filters.oracle import covered

NAMES = st.sampled_from(OBJECTS)
SIZES = st.floats(0.05, 60)
POSITIONS = st.floats(-70, 70)


@pytest.mark.parametrize("name", OBJECTS)
def test_templates_are_square_and_within_zero_and_one(name):
    template = object_template(name)
    assert template.alpha.dtype == np.float32 and template.alpha.shape[0] == template.alpha.shape[1]
    assert template.alpha.min() >= 0 and template.alpha.max() == 1
    if template.brightness is not None:
        assert template.brightness.shape == template.alpha.shape
        assert template.brightness.min() >= 0 and template.brightness.max() <= 1


@pytest.mark.parametrize("name", ["disc", "cat"])
def test_drawn_objects_fill_the_height_of_their_box(name):
    alpha = object_template(name).alpha
    assert alpha[:2].max() > 0.5 and alpha[-2:].max() > 0.5


def test_the_disc_is_round():
    middle = np.arange(TEMPLATE_SIDE) + 0.5 - TEMPLATE_SIDE / 2
    distance = np.hypot(middle[:, None], middle[None, :])
    alpha = object_template("disc").alpha
    assert (alpha[distance < TEMPLATE_SIDE / 2 - 1] == 1).all()
    assert (alpha[distance > TEMPLATE_SIDE / 2 + 1] == 0).all()
    assert alpha.mean() == pytest.approx(np.pi / 4, abs=0.002)


def test_the_photographed_cat_is_a_part_of_its_photograph():
    template, picture = object_template("photo-cat"), gray_picture("chelsea.png")
    rows, columns = np.nonzero(template.alpha == 1)
    window = template.brightness[rows.min() : rows.max(), columns.min() : columns.max()]
    windows = np.lib.stride_tricks.sliding_window_view(picture, window.shape[1], axis=1)
    assert any((windows[row] == window[0]).all(-1).any() for row in range(len(picture)))


def test_there_is_no_other_object():
    with pytest.raises(ValueError, match="there is no object 'dog'; there are cat, square, disc"):
        object_template("dog")


@given(NAMES, SIZES, POSITIONS, POSITIONS)
def test_no_light_is_lost_at_any_position(name, size, row, column):
    """What covers the pixels is the area of the object, wherever it stands."""
    drawn = render_patch(name, size, row, column, brightness=1)
    area = size**2 * float(object_template(name).alpha.mean(dtype=np.float64))
    assert float(drawn.alpha.sum(dtype=np.float64)) == pytest.approx(area, rel=1e-4, abs=1e-6)
    light = float(drawn.premultiplied.sum(dtype=np.float64))
    assert light == pytest.approx(size**2 * mean_level(name, 1), rel=1e-4, abs=1e-6)


@given(SIZES, POSITIONS, POSITIONS, st.floats(0, 1))
def test_a_square_covers_what_overlaps_it(size, row, column, gray):
    drawn = render_patch("square", size, row, column, gray)
    rows, columns = drawn.alpha.shape
    expected = np.outer(
        covered(rows, row - drawn.row, size), covered(columns, column - drawn.column, size)
    )
    np.testing.assert_allclose(drawn.alpha, expected, atol=1e-5)
    np.testing.assert_allclose(drawn.premultiplied, expected * gray, atol=1e-5)


@given(NAMES, st.integers(1, 800), st.integers(0, 63), st.integers(-9, 9), st.integers(-9, 9))
def test_a_move_by_whole_pixels_moves_the_patch_and_changes_nothing(name, size, part, down, right):
    still = render_patch(name, size / 16, part / 64, part / 32, brightness=0.5)
    moved = render_patch(name, size / 16, part / 64 + down, part / 32 + right, brightness=0.5)
    assert (moved.row, moved.column) == (still.row + down, still.column + right)
    np.testing.assert_allclose(moved.alpha, still.alpha, atol=1e-6)
    np.testing.assert_allclose(moved.premultiplied, still.premultiplied, atol=1e-6)


@pytest.mark.parametrize("name", ["disc", "cat"])
@pytest.mark.parametrize("size", [256, 128, 32, 8, 1])
def test_at_whole_fractions_of_the_template_a_pixel_is_the_mean_of_its_block(name, size):
    block = TEMPLATE_SIDE // size
    means = object_template(name).alpha.reshape(size, block, size, block).mean(axis=(1, 3))
    np.testing.assert_allclose(
        render_patch(name, size, 3, -2, brightness=1).alpha, means, atol=1e-5
    )


@pytest.mark.parametrize("name", OBJECTS)
def test_half_a_pixel_is_the_mean_of_two_positions(name):
    """Area sampling is a box filter: at half the size a pixel is the mean of four."""
    fine = render_patch(name, 40, 0, 0, brightness=1)
    coarse = render_patch(name, 20, 0, 0, brightness=1)
    for whole, half in ((fine.alpha, coarse.alpha), (fine.premultiplied, coarse.premultiplied)):
        np.testing.assert_allclose(half, whole.reshape(20, 2, 20, 2).mean(axis=(1, 3)), atol=1e-5)


@given(st.floats(-5, 5), st.floats(0.1, 20), st.integers(1, 9))
def test_area_weights_are_the_overlaps_of_two_grids(start, size, cells):
    weights = area_weights(-6, 26, start, size, cells)
    assert weights.shape == (32, cells)
    for cell in range(cells):
        low = start + cell * size / cells
        np.testing.assert_allclose(weights[:, cell], covered(32, low + 6, size / cells), atol=1e-5)


@pytest.mark.parametrize("name", OBJECTS)
def test_light_is_proportional_to_brightness_and_never_more_than_cover(name):
    lights = [render_patch(name, 17.3, 0.4, 0.7, gray).premultiplied for gray in (0, 0.25, 0.5, 1)]
    assert not lights[0].any()
    for darker, brighter in pairwise(lights[1:]):
        np.testing.assert_allclose(2 * darker, brighter, atol=1e-6)
    assert (lights[-1] <= render_patch(name, 17.3, 0.4, 0.7, 1).alpha + 1e-6).all()
