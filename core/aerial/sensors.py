"""Sensors and their ground sample distance (GSD): the meters of ground that one pixel spans.

Satellites and survey flights have the GSD that their operators publish. That of a phone or a drone
depends on the altitude, so the table holds the lens: the 35 mm equivalent focal length and the size
of its pictures, which together give a focal length in pixels (:mod:`core.imaging.camera`).
Everything is for looking straight down.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..imaging import camera


@dataclass(frozen=True)
class Sensor:
    """A row of the table.

    ``title`` is written within a sentence; ``short_title`` stands where there is little room.
    ``published_gsd_m``: meters per pixel, fixed; None where it depends on the altitude, and then
    ``equivalent_mm`` is the 35 mm equivalent focal length of the lens. ``width_px`` and
    ``height_px``: of one picture, None for scanners, whose pictures are strips: ``swath_m`` is the
    width of a strip on the ground, or the shorter side of a scene. It is None for mosaics.
    ``source``: the document that holds the numbers, with its year; ``note``: what else to know.
    """

    slug: str
    title: str
    short_title: str
    source: str
    note: str = ""
    published_gsd_m: float | None = None
    equivalent_mm: float | None = None
    width_px: int | None = None
    height_px: int | None = None
    swath_m: float | None = None

    @property
    def has_fixed_gsd(self) -> bool:
        """Whether its ground sample distance is published and independent of the altitude."""
        return self.published_gsd_m is not None

    @property
    def focal_px(self) -> float | None:
        """The focal length in pixels; None where no lens is known."""
        if self.equivalent_mm is None or self.width_px is None or self.height_px is None:
            return None
        return camera.focal_px_from_35mm(self.equivalent_mm, self.width_px, self.height_px)

    def gsd_m(self, altitude_m: float) -> float:
        """Return the ground sample distance in meters per pixel.

        ``altitude_m`` > 0 counts only where the distance is not fixed. Raises ValueError for a
        sensor with neither a published distance nor a lens.
        """
        if self.published_gsd_m is not None:
            return self.published_gsd_m
        if self.focal_px is None:
            raise ValueError(f"{self.slug}: neither a ground sample distance nor a lens is given")
        return camera.gsd_m(altitude_m, self.focal_px)

    def picture_side_px(self, altitude_m: float) -> float | None:
        """Return the side of the largest square within one picture, in pixels.

        None where no picture ends, as in a mosaic; ``altitude_m`` as in :meth:`gsd_m`.
        """
        if self.width_px is not None and self.height_px is not None:
            return min(self.width_px, self.height_px)
        return None if self.swath_m is None else self.swath_m / self.gsd_m(altitude_m)


def camera_gsd_m(altitude_m: float, pitch_um: float, focal_mm: float) -> float:
    """Return the meters per pixel of any camera: altitude * pixel pitch / focal length.

    Raises ValueError unless all three are positive.
    """
    return camera.gsd_m(altitude_m, focal_mm * 1e3 / pitch_um)


_TABLE = (
    Sensor(
        slug="phone",
        title="a phone",
        short_title="Phone",
        equivalent_mm=26,
        width_px=4032,
        height_px=3024,
        source="Apple, iPhone 15 technical specifications (2023)",
        note="26 mm equivalent; pictures of 12 megapixels.",
    ),
    Sensor(
        slug="drone-mini",
        title="a DJI Mini 2",
        short_title="Mini 2",
        equivalent_mm=24,
        width_px=4000,
        height_px=3000,
        source="DJI, Mini 2 specifications (2020)",
        note="24 mm equivalent, 12 megapixels.",
    ),
    Sensor(
        slug="drone",
        title="a DJI Phantom 4 RTK",
        short_title="Phantom 4",
        equivalent_mm=24,
        width_px=5472,
        height_px=3648,
        source="DJI, Phantom 4 RTK specifications (2018)",
        note="24 mm equivalent, 20 megapixels; DJI gives a GSD of altitude / 36.5 cm.",
    ),
    Sensor(
        slug="worldview-3",
        title="WorldView-3",
        short_title="WorldView-3",
        published_gsd_m=0.31,
        swath_m=13_100,
        source="DigitalGlobe, WorldView-3 data sheet (2014)",
        note="Panchromatic, at nadir, in strips 13.1 km wide; the color bands have 1.24 m.",
    ),
    Sensor(
        slug="pleiades",
        title="Pl\N{LATIN SMALL LETTER E WITH ACUTE}iades",
        short_title="Pl\N{LATIN SMALL LETTER E WITH ACUTE}iades",
        published_gsd_m=0.5,
        swath_m=20_000,
        source="Astrium, Pl\N{LATIN SMALL LETTER E WITH ACUTE}iades Imagery User Guide (2012)",
        note="Panchromatic, resampled from 0.7 m, in strips 20 km wide; the color bands have 2 m.",
    ),
    Sensor(
        slug="naip",
        title="NAIP",
        short_title="NAIP",
        published_gsd_m=0.6,
        source="USDA, NAIP metadata (2019)",
        note="A mosaic of flights over the United States; earlier 1 m, in some states 0.3 m.",
    ),
    Sensor(
        slug="planetscope",
        title="PlanetScope",
        short_title="PlanetScope",
        published_gsd_m=3.0,
        swath_m=16_000,
        source="Planet Labs, Planet Imagery Product Specifications (2021)",
        note="Ortho product, resampled from about 3.7 m, in scenes of 24 km by 16 km.",
    ),
    Sensor(
        slug="sentinel-2",
        title="Sentinel-2",
        short_title="Sentinel-2",
        published_gsd_m=10.0,
        swath_m=290_000,
        source="ESA, Sentinel-2 User Handbook (2015)",
        note="Red, green, blue and near infrared, 290 km wide; other bands have 20 or 60 m.",
    ),
    Sensor(
        slug="landsat",
        title="Landsat 8",
        short_title="Landsat 8",
        published_gsd_m=30.0,
        swath_m=185_000,
        source="USGS, Landsat 8 Data Users Handbook, LSDS-1574 (2015)",
        note="Color bands, 185 km wide; the panchromatic band has 15 m.",
    ),
)

SENSORS: dict[str, Sensor] = {row.slug: row for row in _TABLE}
