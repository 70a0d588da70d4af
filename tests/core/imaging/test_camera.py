import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.imaging import camera

LENGTHS = st.floats(0.01, 1e4)


def test_a_phone_of_26_mm_equivalent_has_a_focal_length_of_3028_px():
    assert camera.focal_px_from_35mm(26, 4032, 3024) == pytest.approx(3028, abs=1)


def test_a_mug_shrinks_as_the_phone_walks_away():
    focal = camera.focal_px_from_35mm(26, 4032, 3024) * 256 / 3024
    spans = [camera.apparent_px(0.10, distance, focal) for distance in (0.5, 1, 2, 4, 8)]
    assert [float(f"{span:.2g}") for span in spans] == [51, 26, 13, 6.4, 3.2]


@pytest.mark.parametrize(
    ("gsd", "span"), [(0.31, 14.5), (0.6, 7.5), (3, 1.5), (10, 0.45), (30, 0.15)]
)
def test_a_car_from_above(gsd, span):
    # A nadir camera of 1000 px focal length reaches that ground sample distance at gsd * 1000 m.
    assert camera.gsd_m(gsd * 1000, 1000) == pytest.approx(gsd)
    assert camera.apparent_px(4.5, gsd * 1000, 1000) == pytest.approx(span, rel=0.005)


@given(LENGTHS, LENGTHS, LENGTHS, st.floats(0.1, 10))
def test_half_the_size_at_half_the_distance_looks_the_same(size, distance, focal, ratio):
    same = camera.apparent_px(size * ratio, distance * ratio, focal)
    assert same == pytest.approx(camera.apparent_px(size, distance, focal))


@given(LENGTHS, LENGTHS, LENGTHS)
def test_a_thing_spans_its_size_over_the_ground_sample_distance(size, distance, focal):
    span = camera.apparent_px(size, distance, focal)
    assert span * camera.gsd_m(distance, focal) == pytest.approx(size)


@pytest.mark.parametrize(("ratio", "octaves"), [(1, 0), (2, 1), (8, 3), (0.25, -2)])
def test_octaves(ratio, octaves):
    assert camera.octaves(3 * ratio, 3) == octaves


def test_the_angle_of_view_is_filled_by_the_width():
    assert camera.focal_px_from_view(640, 90) == pytest.approx(320)
    half = camera.apparent_px(math.tan(math.radians(25)), 1, camera.focal_px_from_view(640, 50))
    assert half == pytest.approx(320)


def test_both_ways_to_a_focal_length_agree():
    # A 36 x 24 mm frame behind 50 mm sees 2 atan(18 / 50) across.
    view = math.degrees(2 * math.atan(18 / 50))
    by_view = camera.focal_px_from_view(3600, view)
    assert camera.focal_px_from_35mm(50, 3600, 2400) == pytest.approx(by_view)


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf])
@pytest.mark.parametrize(
    ("call", "good", "name"),
    [
        (camera.apparent_px, (1, 1, 1), "size_m distance_m focal_px"),
        (camera.gsd_m, (1, 1), "distance_m focal_px"),
        (camera.octaves, (1, 1), "larger smaller"),
        (camera.focal_px_from_view, (640, 60), "width_px view_degrees"),
        (camera.focal_px_from_35mm, (26, 4, 3), "equivalent_mm width_px height_px"),
    ],
)
def test_lengths_must_be_positive_numbers(call, good, name, bad):
    for index, argument in enumerate(name.split()):
        given_ = list(good)
        given_[index] = bad
        with pytest.raises(ValueError, match=f"^{argument} must be a positive number"):
            call(*given_)


def test_a_view_of_half_the_world_or_more_is_refused():
    with pytest.raises(ValueError, match="view_degrees must be below 180"):
        camera.focal_px_from_view(640, 180)
