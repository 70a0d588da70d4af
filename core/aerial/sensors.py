"""Sensors: how many metres of ground one of their pixels spans.

Satellites and survey flights have the ground sample distance that their makers print. A phone or a
drone has one only from a height, so for these the lens is given: the 35 mm equivalent focal length
and the size of its pictures, which together are a focal length in pixels (:mod:`core.imaging.camera`).
Everything is for looking straight down.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..imaging import camera


@dataclass(frozen=True)
class Sensor:
    """A row of the table.

    ``title`` is written within a sentence; ``short`` stands where there is little room.
    ``printed_gsd_m``: metres per pixel where a height is part of it, else None, and then
    ``equivalent_mm`` is the 35 mm equivalent of the lens. ``width_px`` and ``height_px``: of one
    picture, None for scanners, whose pictures have no end. ``source``: the document that prints
    the numbers, with its year; ``note``: what else one must know of them.
    """

    slug: str
    title: str
    short: str
    source: str
    note: str = ""
    printed_gsd_m: float | None = None
    equivalent_mm: float | None = None
    width_px: int | None = None
    height_px: int | None = None

    @property
    def has_height(self) -> bool:
        """Whether its ground sample distance is printed, for the height that it works at."""
        return self.printed_gsd_m is not None

    @property
    def focal_px(self) -> float | None:
        """Focal length in pixels; None where no lens is given."""
        if self.equivalent_mm is None or self.width_px is None or self.height_px is None:
            return None
        return camera.focal_px_from_35mm(self.equivalent_mm, self.width_px, self.height_px)

    def gsd_m(self, altitude_m: float) -> float:
        """Metres of ground per pixel; ``altitude_m`` > 0 counts only where there is a lens."""
        if self.printed_gsd_m is not None:
            return self.printed_gsd_m
        if self.focal_px is None:
            raise ValueError(f"{self.slug}: neither a ground sample distance nor a lens is given")
        return camera.gsd_m(altitude_m, self.focal_px)


def own_gsd_m(altitude_m: float, pitch_um: float, focal_mm: float) -> float:
    """Metres per pixel of any camera: altitude * pixel pitch / focal length, all positive."""
    return camera.gsd_m(altitude_m, focal_mm * 1e3 / pitch_um)


_TABLE = (
    Sensor(
        slug="phone",
        title="a phone",
        short="Phone",
        equivalent_mm=26,
        width_px=4032,
        height_px=3024,
        source="Apple, iPhone 15 technical specifications (2023)",
        note="26 mm equivalent, its pictures of 12 megapixels.",
    ),
    Sensor(
        slug="drone-mini",
        title="a DJI Mini 2",
        short="Mini 2",
        equivalent_mm=24,
        width_px=4000,
        height_px=3000,
        source="DJI, Mini 2 specifications (2020)",
        note="24 mm equivalent, 12 megapixels.",
    ),
    Sensor(
        slug="drone",
        title="a DJI Phantom 4 RTK",
        short="Phantom 4",
        equivalent_mm=24,
        width_px=5472,
        height_px=3648,
        source="DJI, Phantom 4 RTK specifications (2018)",
        note="24 mm equivalent, 20 megapixels; DJI prints height / 36.5 cm per pixel.",
    ),
    Sensor(
        slug="worldview-3",
        title="WorldView-3",
        short="WorldView-3",
        printed_gsd_m=0.31,
        source="DigitalGlobe, WorldView-3 data sheet (2014)",
        note="Panchromatic, at nadir; its colours have 1.24 m.",
    ),
    Sensor(
        slug="pleiades",
        title="Pl\N{LATIN SMALL LETTER E WITH ACUTE}iades",
        short="Pl\N{LATIN SMALL LETTER E WITH ACUTE}iades",
        printed_gsd_m=0.5,
        source="Astrium, Pl\N{LATIN SMALL LETTER E WITH ACUTE}iades Imagery User Guide (2012)",
        note="Panchromatic product, resampled from 0.7 m; its colours have 2 m.",
    ),
    Sensor(
        slug="naip",
        title="NAIP",
        short="NAIP",
        printed_gsd_m=0.6,
        source="USDA, NAIP metadata (2019)",
        note="Flights over the United States; 1 m in earlier years, 0.3 m in some states.",
    ),
    Sensor(
        slug="planetscope",
        title="PlanetScope",
        short="PlanetScope",
        printed_gsd_m=3.0,
        source="Planet Labs, Planet Imagery Product Specifications (2021)",
        note="Ortho product, resampled from about 3.7 m.",
    ),
    Sensor(
        slug="sentinel-2",
        title="Sentinel-2",
        short="Sentinel-2",
        printed_gsd_m=10.0,
        source="ESA, Sentinel-2 User Handbook (2015)",
        note="Red, green, blue and near infrared; other bands have 20 and 60 m.",
    ),
    Sensor(
        slug="landsat",
        title="Landsat 8",
        short="Landsat 8",
        printed_gsd_m=30.0,
        source="USGS, Landsat 8 Data Users Handbook, LSDS-1574 (2015)",
        note="Its colours; the panchromatic band has 15 m.",
    ),
)

SENSORS: dict[str, Sensor] = {sensor.slug: sensor for sensor in _TABLE}
