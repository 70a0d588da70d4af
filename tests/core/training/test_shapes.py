"""The shapes: against the areas of plane geometry, finer drawings, and each other."""

import numpy as np
import pytest

from scalescope.core.training import shapes
from scalescope.core.training.shapes import CLASSES, RADIUS, SIDE_PX, ShapeStyle, draw_shape

STYLES = [ShapeStyle(0.0, 0.0, 0.0), ShapeStyle(1.0, 1.0, 0.26), ShapeStyle(0.4, 0.7, -0.2)]


def lens(first, second, apart):
    """The area that two circles share; Weisstein, 'Circle-Circle Intersection', MathWorld."""
    one = (apart**2 + first**2 - second**2) / (2 * apart * first)
    two = (apart**2 + second**2 - first**2) / (2 * apart * second)
    sides = (first + second - apart) * (first + second + apart)
    root = np.sqrt(sides * (apart + first - second) * (apart - first + second))
    return first**2 * np.arccos(one) + second**2 * np.arccos(two) - root / 2


def area(name, style):
    """In squares of the reach, from the proportions that the docstrings state."""
    flat, aspect = 0.8 + 0.2 * style.aspect, 0.85 + 0.15 * style.aspect
    bar, cross = 0.18 + 0.2 * style.thickness, 0.22 + 0.16 * style.thickness
    bite = 0.35 + 0.2 * style.thickness
    return {
        "disc": np.pi * flat,
        "square": 2 * aspect,
        "triangle": 3 * np.sqrt(3) / 4 * flat,
        "star": 5 * (0.38 + 0.12 * style.thickness) * np.sin(np.pi / 5),
        "cross": (8 * cross - 4 * cross**2) / (1 + cross**2),
        "ring": np.pi * flat * (1 - (0.75 - 0.25 * style.thickness) ** 2),
        "bar": 4 * bar / (1 + bar**2),
        "crescent": np.pi - lens(1, 0.85, bite),
    }[name]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", CLASSES)
def test_areas_are_those_of_geometry(name, style):
    expected = area(name, style) * (RADIUS * SIDE_PX / 2) ** 2
    assert draw_shape(name, style).sum() == pytest.approx(expected, rel=0.004)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", CLASSES)
def test_edges_are_as_smooth_as_the_mean_of_a_finer_drawing(name, style):
    fine = draw_shape(name, style, 8 * SIDE_PX).reshape(SIDE_PX, 8, SIDE_PX, 8).mean((1, 3))
    result = draw_shape(name, style)
    error = np.abs(result - fine)
    assert result.dtype == np.float32
    assert error.mean() < 0.002
    assert error.max() < 0.4  # at corners, where the distance to one edge is not the coverage
    assert np.abs((result > 0.5) - fine).mean() > 2 * error.mean()


def test_images_fill_their_frame_and_stay_within_it():
    result = shapes.images(np.arange(80))
    assert result.shape == (80, SIDE_PX, SIDE_PX) and result.dtype == np.float32
    assert result.min() == 0 and result.max() == 1
    assert result[:, [0, -1]].max() == 0 and result[:, :, [0, -1]].max() == 0
    for image in result:
        spans = [np.ptp(np.flatnonzero(image.max(axis) > 0.5)) for axis in (0, 1)]
        assert 0.6 * SIDE_PX < max(spans) < 0.95 * SIDE_PX


def test_a_turned_shape_is_the_shape_turned():
    right, left = (draw_shape("star", ShapeStyle(0, 0, turn)) for turn in (0.2, -0.2))
    np.testing.assert_allclose(right, left[:, ::-1], atol=1e-4)
    assert np.abs(right - left).mean() > 0.02
    half = np.pi / 2
    np.testing.assert_allclose(
        draw_shape("crescent", ShapeStyle(0, 0, half)),
        np.rot90(draw_shape("crescent", ShapeStyle(0, 0, 0))),
        atol=1e-3,
    )


def test_an_object_looks_the_same_every_time_and_like_no_other():
    once, again = shapes.images(np.array([3, 11, 19])), shapes.images(np.array([19, 3]))
    np.testing.assert_array_equal(once[[2, 0]], again)
    assert len({image.tobytes() for image in shapes.images(np.arange(160))}) == 160


def test_classes_take_turns():
    labels = shapes.labels()
    assert labels.dtype == np.int64 and len(labels) == shapes.TOTAL_OBJECTS
    assert set(np.bincount(labels)) == {shapes.TOTAL_OBJECTS // len(CLASSES)}
    image = shapes.images(np.array([14]))[0]
    np.testing.assert_array_equal(image, draw_shape(CLASSES[labels[14]], shapes.style_of(14)))


def test_classes_can_be_told_apart():
    """The nearest of other objects, at 16 px, has the same name."""
    numbers = np.arange(480)
    small = shapes.images(numbers).reshape(480, 16, 8, 16, 8).mean((2, 4)).reshape(480, -1)
    known, asked = small[:320], small[320:]
    nearest = ((asked[:, None] - known) ** 2).sum(-1).argmin(1)
    right = shapes.labels()[nearest] == shapes.labels()[320:480]
    assert right.mean() > 0.99
