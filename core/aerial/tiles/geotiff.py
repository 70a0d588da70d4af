"""TIFF files of GIS programs: bands, pixels without data, and meters per pixel."""

from __future__ import annotations

import contextlib
import logging
import math
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .archive import Unreadable
from .tiff_pixels import COMPRESSIONS, pixels

Values = NDArray[np.generic]
Mask = NDArray[np.bool_]

MAX_VALUES = 64_000_000  # of a picture: pixels times bands
PROJECTED, DEGREES, MERCATOR, NO_UNIT = "projected", "degrees", "mercator", "no unit"

_WEB_MERCATOR = (3857, 3785, 900913, 102100, 102113)
_EARTH_M = 6378137.0  # the sphere of Web Mercator
_UNITS_M = {9001: 1.0, 9002: 0.3048, 9003: 1200 / 3937}  # meter, foot, US survey foot
_GRAY_INVERTED, _GRAY, _RGB, _PALETTE = 0, 1, 2, 3
_REDUCED_OR_MASK = 1 | 4  # of NewSubfileType: overviews and masks beside the picture
_ALPHA = (1, 2)
_STEPS, _TIE, _MATRIX = 33550, 33922, 34264  # ModelPixelScale, -Tiepoint, -Transformation


@dataclass(frozen=True)
class Raster:
    """``values`` (bands, rows, columns) as stored; ``valid`` bool (rows, columns): has data.

    ``gsd_m``: meters per pixel, None if the file does not say. ``gsd_source``: the kind of tags
    that gave it.
    """

    values: Values
    valid: Mask
    gsd_m: float | None = None
    gsd_source: str = ""


class Unusual(Unreadable):
    """A valid TIFF of a kind that is not supported here; Pillow may read it."""


def read(data: bytes) -> Raster:
    """Read the first page of a TIFF; overviews and masks are ignored.

    Raises :class:`Unusual` for what another reader may support, such as the compressions of
    photographs and faxes, and :class:`core.aerial.tiles.archive.Unreadable` for all else.
    """
    import tifffile

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # it reports every unusual tag
    try:
        with tifffile.TiffFile(BytesIO(data)) as file:
            page = file.pages[0]
            _check_pages(file)
            _check(page)
            return _raster(page, pixels(data, page))
    except (Unreadable, MemoryError):
        raise
    except Exception:  # tifffile raises many kinds for a damaged file
        raise Unreadable("is damaged or cut off") from None


def gsd_of(data: bytes) -> tuple[float | None, str]:
    """Meters per pixel of a TIFF whose pixels are read elsewhere, and the kind of tags used."""
    import tifffile

    with contextlib.suppress(Exception), tifffile.TiffFile(BytesIO(data)) as file:
        return _gsd(file.pages[0])
    return None, ""


def _check_pages(file: Any) -> None:
    extra = [page for page in file.pages[1:] if not int(page.subfiletype) & _REDUCED_OR_MASK]
    if extra:
        raise Unreadable(f"holds {1 + len(extra)} pages; only one page with all bands is supported")


def _check(page: Any) -> None:
    if page.imagewidth * page.imagelength * page.samplesperpixel > MAX_VALUES:
        maximum = MAX_VALUES // 10**6
        raise Unreadable(f"has too many pixels; the maximum is {maximum} million over all bands")
    if int(page.compression) not in COMPRESSIONS:
        raise Unusual("has an unsupported compression; LZW, Deflate and none are supported")
    kind = page.dtype
    sizes = (1, 2, 4, 8) if kind is not None else ()
    if kind is None or kind.kind not in "uif" or kind.itemsize not in sizes:
        raise Unusual("has an unsupported pixel type; 8 to 64 bits and floats are supported")
    if page.bitspersample != 8 * kind.itemsize or page.imagedepth > 1:
        raise Unusual("has an unsupported pixel type; 8 to 64 bits and floats are supported")
    if page.is_tiled and page.tilewidth * page.tilelength * page.samplesperpixel > MAX_VALUES:
        raise Unreadable("is damaged or cut off")


def _raster(page: Any, values: Values) -> Raster:
    valid, values = _without_alpha(page, values)
    valid &= _has_data(page, values)
    if page.photometric == _PALETTE:
        colors = np.asarray(page.colormap)
        values = (colors[:, values[0].astype(np.intp)] >> 8).astype(np.uint8)
    elif page.photometric == _GRAY_INVERTED and values.dtype.kind == "u":
        values = np.invert(values)  # the largest value minus this one
    elif page.photometric not in (_GRAY, _RGB, _GRAY_INVERTED):
        raise Unusual("has an unsupported color type; gray, RGB and palette are supported")
    return Raster(values, valid, *_gsd(page))


def _without_alpha(page: Any, values: Values) -> tuple[Mask, Values]:
    """Mask of pixels whose alpha band, if any, is not 0; and the other bands."""
    everywhere = np.ones(values.shape[1:], dtype=np.bool_)
    if len(values) < 2 or not page.extrasamples or int(page.extrasamples[-1]) not in _ALPHA:
        return everywhere, values
    return values[-1] != 0, values[:-1]


def _has_data(page: Any, values: Values) -> Mask:
    """Mask of pixels whose bands are all finite, and not all equal to the no-data value."""
    finite: Mask = np.all(np.isfinite(values), axis=0)
    tag = page.tags.get("GDAL_NODATA")
    if tag is None:
        return finite
    try:
        no_data = float(str(tag.value).strip("\0 "))
    except ValueError:
        return finite
    if values.dtype == np.float32:
        no_data = float(np.float32(no_data))  # -3.4e38 is written with few digits
    return finite & np.asarray(values != no_data).any(axis=0)


def _gsd(page: Any) -> tuple[float | None, str]:
    """Meters per pixel and the kind of tags used; (None, "") if the tags do not say.

    GeoTIFF 1.1 (OGC 19-008r4), keys 1024, 3072 and 3076. For pixels that are not square: the square
    root of their area.
    """
    tags = page.geotiff_tags or {}
    placement = _placement(page)
    if placement is None:
        return None, ""
    across, down, _, north = placement
    gsd_source, per_column, per_row = _unit_meters(tags, north)
    gsd_m = math.sqrt(across * per_column * down * per_row)
    return (gsd_m, gsd_source) if math.isfinite(gsd_m) and gsd_m > 0 else (None, "")


def _placement(page: Any) -> tuple[float, float, float, float] | None:
    """Pixel size along a row and a column, and the picture's center (east, north), in map units."""
    column, row = page.imagewidth / 2, page.imagelength / 2
    matrix, steps = page.tags.valueof(_MATRIX), page.tags.valueof(_STEPS)
    if matrix is not None:
        (a, b, _, c), (d, e, _, f) = np.reshape(matrix, (4, 4))[:2]
        middle = (a * column + b * row + c, d * column + e * row + f)
        return math.hypot(a, d), math.hypot(b, e), float(middle[0]), float(middle[1])
    if steps is None:
        return None
    across, down = (abs(float(step)) for step in steps[:2])
    tie = [float(value) for value in page.tags.valueof(_TIE, (0.0,) * 6)[:6]]
    return across, down, tie[3] + (column - tie[0]) * across, tie[4] - (row - tie[1]) * down


def _unit_meters(tags: dict[str, Any], north: float) -> tuple[str, float, float]:
    """The kind of tags used, and meters per map unit along a row and along a column."""
    code = int(tags.get("ProjectedCSTypeGeoKey", 0))
    if int(tags.get("GTModelTypeGeoKey", 0)) == 2:
        return (DEGREES, *degree_m(north))
    if code in _WEB_MERCATOR:  # its meters are true only at the equator
        shrunk = 1 / math.cosh(north / _EARTH_M)
        return MERCATOR, shrunk, shrunk
    unit = _UNITS_M.get(int(tags.get("ProjLinearUnitsGeoKey", 0)))
    if unit is None and not code:
        return NO_UNIT, 1.0, 1.0
    unit = unit if unit is not None else _unit_by_name(tags)
    return PROJECTED, unit, unit


def _unit_by_name(tags: dict[str, Any]) -> float:
    names = [str(tags.get(key, "")) for key in ("GTCitationGeoKey", "PCSCitationGeoKey")]
    return 0.3048 if any("feet" in name or "ft" in name for name in names) else 1.0


def degree_m(latitude: float) -> tuple[float, float]:
    """Meters per degree of longitude and of latitude, at ``latitude`` in degrees.

    The series for WGS 84 in 'Table of degree lengths', National Geospatial-Intelligence Agency.
    NaN beyond the poles.
    """
    if not abs(latitude) <= 90:
        return math.nan, math.nan
    angle = math.radians(latitude)
    east = 111412.84 * math.cos(angle) - 93.5 * math.cos(3 * angle) + 0.118 * math.cos(5 * angle)
    north = 111132.92 - 559.82 * math.cos(2 * angle) + 1.175 * math.cos(4 * angle)
    return east, north - 0.0023 * math.cos(6 * angle)
