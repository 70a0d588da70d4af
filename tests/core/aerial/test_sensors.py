"""Sensors and objects: the numbers that others publish."""

from __future__ import annotations

import re

import pytest

from scalescope.core.aerial.objects import OBJECTS
from scalescope.core.aerial.sensors import SENSORS, Sensor, camera_gsd_m


@pytest.mark.parametrize(
    ("slug", "gsd_m", "car_px"),
    [
        ("worldview-3", 0.31, 14.5),
        ("naip", 0.6, 7.5),
        ("planetscope", 3, 1.5),
        ("sentinel-2", 10, 0.45),
        ("landsat", 30, 0.15),
    ],
)
def test_a_car_spans_what_the_facts_say(slug: str, gsd_m: float, car_px: float) -> None:
    distance = SENSORS[slug].gsd_m(100)
    assert distance == gsd_m
    assert round(OBJECTS["car"].size_m / distance, 1 if car_px > 1 else 2) == car_px


def test_published_distances_do_not_depend_on_the_altitude_and_those_of_lenses_do() -> None:
    for sensor in SENSORS.values():
        assert sensor.has_fixed_gsd == (sensor.gsd_m(50) == sensor.gsd_m(5000))
        if not sensor.has_fixed_gsd:
            assert sensor.gsd_m(200) == pytest.approx(2 * sensor.gsd_m(100))


def test_the_drone_has_the_distance_that_its_maker_publishes() -> None:
    """DJI: ground sample distance in cm is altitude in m over 36.5."""
    assert SENSORS["drone"].gsd_m(73) == pytest.approx(0.02, rel=2e-3)


def test_the_phone_has_the_focal_length_of_a_26_mm_equivalent() -> None:
    assert SENSORS["phone"].focal_px == pytest.approx(3028, abs=1)


def test_a_camera_of_ones_own_follows_altitude_pitch_and_focal_length() -> None:
    """786 km * 7.5 um / 600 mm."""
    assert camera_gsd_m(786_000, 7.5, 600) == pytest.approx(9.825)
    with pytest.raises(ValueError, match="must be a positive number"):
        camera_gsd_m(0, 7.5, 600)


def test_every_source_has_a_year_and_every_slug_its_row() -> None:
    for slug, sensor in SENSORS.items():
        assert sensor.slug == slug
        assert re.search(r"\((19|20)\d\d\)$", sensor.source)
        assert 0 < len(sensor.short_title) <= 12
    for slug, row in OBJECTS.items():
        assert row.slug == slug and row.size_m > 0 and row.note.endswith(".")


def test_a_sensor_without_either_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match="neither a ground sample distance nor a lens"):
        Sensor("x", "x", "x", "x").gsd_m(1)
