from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.imaging.scene import (
    BACKGROUNDS,
    PlacedObject,
    add_noise,
    background,
    compose,
    paste,
    render,
)
from scalescope.core.imaging.shapes import OBJECTS, gray_picture, object_template
from tests.core.filters.oracle import covered

CANVAS = (24, 40)
BLACK = np.zeros(CANVAS, dtype=np.float32)

PLACED_OBJECTS = st.builds(
    PlacedObject,
    name=st.sampled_from(OBJECTS),
    size_px=st.floats(0.1, 90),
    row=st.floats(-20, 45),
    column=st.floats(-20, 60),
    distance_m=st.floats(0.5, 40),
    brightness=st.floats(0, 1),
)


@given(
    st.lists(PLACED_OBJECTS, max_size=4),
    st.sampled_from(BACKGROUNDS),
    st.sampled_from([0, 0.1, 0.5]),
    st.integers(0, 9),
)
def test_a_picture_stays_within_zero_and_one(objects, kind, noise, seed):
    backdrop, level = background(kind, CANVAS, "cat", 1.0)
    picture = add_noise(compose(backdrop, objects), noise, seed)
    assert picture.shape == CANVAS and picture.dtype == np.float32
    assert picture.min() >= 0 and picture.max() <= 1
    assert 0 <= level <= 1


@given(st.floats(0.1, 60), st.floats(-20, 45), st.floats(-20, 60), st.floats(0, 1), st.floats(0, 1))
def test_a_square_mixes_with_the_background_by_what_it_covers(size, row, column, gray, backdrop):
    picture = np.full(CANVAS, backdrop, dtype=np.float32)
    placed = PlacedObject("square", size, row, column, brightness=gray)
    alpha = np.outer(
        covered(CANVAS[0], row - size / 2, size), covered(CANVAS[1], column - size / 2, size)
    )
    expected = np.float32(backdrop) * (1 - alpha) + gray * alpha
    np.testing.assert_allclose(compose(picture, [placed]), expected, atol=1e-5)


def test_the_nearer_of_two_hides_the_farther_in_any_order():
    near = PlacedObject("square", 6, 10, 12, distance_m=1, brightness=0.25)
    middle = PlacedObject("square", 10, 10, 15, distance_m=2, brightness=0.5)
    far = PlacedObject("square", 16, 10, 18, distance_m=3, brightness=1)
    expected = BLACK.copy()
    expected[2:18, 10:26] = 1
    expected[5:15, 10:20] = 0.5
    expected[7:13, 9:15] = 0.25
    for objects in permutations((near, middle, far)):
        np.testing.assert_array_equal(compose(BLACK, objects), expected)


def test_an_object_with_a_hole_lets_the_background_through():
    picture = compose(
        BLACK, [PlacedObject("square", 20, 12, 20, 2, 0.5), PlacedObject("disc", 20, 12, 20, 1, 1)]
    )
    disc = render(PlacedObject("disc", 20, 12, 20)).alpha
    np.testing.assert_allclose(picture[2:22, 10:30], disc + 0.5 * (1 - disc), atol=1e-6)


def test_composing_leaves_the_background_alone():
    backdrop = BLACK.copy()
    compose(backdrop, [PlacedObject("square", 6, 10, 12)])
    assert not backdrop.any()


@pytest.mark.parametrize(
    ("row", "column", "size", "outside"),
    [
        (12, 20, 10, 0),
        (0, 20, 10, 1 / 2),
        (24, 20, 10, 1 / 2),
        (0, 0, 10, 3 / 4),
        (12, 38, 8, 1 / 4),
        (-5, 20, 10, 1),
        (90, 90, 10, 1),
        (12, 20, 48, 1 - 24 * 40 / 48**2),
    ],
)
def test_the_fraction_outside_the_canvas(row, column, size, outside):
    placed = PlacedObject("square", size, row, column)
    assert placed.clipped_fraction(CANVAS) == pytest.approx(outside)
    lit = compose(BLACK, [placed]).sum(dtype=np.float64)
    assert lit == pytest.approx((1 - outside) * size**2, abs=1e-4)


def test_a_box_has_the_size_around_the_center():
    assert PlacedObject("cat", 5, 10, 20).box() == (7.5, 17.5, 12.5, 22.5)


@pytest.mark.parametrize("shift", [(0, 0), (1, -2), (-12, 3), (30, 30), (-30, 0)])
def test_pasting_with_a_shift_is_pasting_a_moved_object(shift):
    picture, moved = BLACK.copy(), BLACK.copy()
    paste(picture, render(PlacedObject("cat", 9.5, 10.25, 20.5)), shift)
    paste(moved, render(PlacedObject("cat", 9.5, 10.25 + shift[0], 20.5 + shift[1])))
    np.testing.assert_allclose(picture, moved, atol=1e-6)
    assert picture.any() == (abs(shift[0]) < 20)


@pytest.mark.parametrize(("kind", "level"), [("black", 0), ("gray", 0.5), ("white", 1)])
def test_plain_backgrounds(kind, level):
    picture, found_level = background(kind, CANVAS, "cat", 0.7)
    np.testing.assert_array_equal(picture, np.full(CANVAS, level, dtype=np.float32))
    assert found_level == level


@pytest.mark.parametrize("gray", [0.25, 1.0])
@pytest.mark.parametrize("name", OBJECTS)
def test_the_mean_background_is_as_bright_as_the_box_of_the_object(name, gray):
    picture, level = background("mean", CANVAS, name, gray)
    size = object_template(name).alpha.shape[0]
    box = compose(
        np.zeros((size, size), dtype=np.float32), [PlacedObject(name, size, size / 2, size / 2)]
    )
    assert level == pytest.approx(gray * box.mean(dtype=np.float64), abs=1e-4)
    np.testing.assert_allclose(picture, level, atol=1e-6)


@pytest.mark.parametrize("canvas", [CANVAS, (600, 700)])
def test_texture_is_the_photograph_of_grass_repeated(canvas):
    grass = gray_picture("grass.png")
    picture, level = background("texture", canvas, "cat", 1)
    assert picture.shape == canvas
    rows, columns = (np.arange(side) % full for side, full in zip(canvas, grass.shape, strict=True))
    np.testing.assert_array_equal(picture, grass[np.ix_(rows, columns)])
    assert level == pytest.approx(grass.mean(), abs=1e-6)


def test_drawing_on_a_texture_does_not_change_the_next_one():
    first, _ = background("texture", CANVAS, "cat", 1)
    copy = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(background("texture", CANVAS, "cat", 1)[0], copy)


def test_noise_is_the_same_for_the_same_seed_only():
    gray = np.full((200, 200), 0.5, dtype=np.float32)
    first, again, other = (add_noise(gray, 0.1, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert float(first.std()) == pytest.approx(0.1, rel=0.03)
    assert float(first.mean()) == pytest.approx(0.5, abs=0.003)


def test_no_noise_changes_nothing():
    picture = np.random.default_rng(0).random(CANVAS, dtype=np.float32)
    np.testing.assert_array_equal(add_noise(picture, 0, 5), picture)
