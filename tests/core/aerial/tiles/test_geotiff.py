"""TIFFs as GIS programs write them, against tifffile and Pillow, which wrote them."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scalescope.core.aerial.tiles.archive import Unreadable
from scalescope.core.aerial.tiles.geotiff import (
    DEGREES,
    MERCATOR,
    NO_UNIT,
    PROJECTED,
    degree_m,
    gsd_of,
    read,
)
from tests.core.aerial.tiles.tile_files import FOOT, UTM, keys, pattern, scale, written

KINDS = ("uint8", "int8", "uint16", "int16", "uint32", "float32", "float64")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bands", [1, 3, 13])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"byteorder": ">"},
        {"bigtiff": True, "rowsperstrip": 7},
        {"compression": "zlib", "rowsperstrip": 5},
        {"tile": (16, 32), "apart": True},
        {"tile": (16, 16), "compression": "zlib", "byteorder": ">"},
        {"compression": "zlib", "apart": True, "rowsperstrip": 9},
    ],
    ids=str,
)
def test_pixels_come_back(kind: str, bands: int, options: dict[str, Any]) -> None:
    values = pattern(bands, 37, 50, kind)
    raster = read(written(values, **options))
    assert raster.values.dtype == values.dtype
    np.testing.assert_array_equal(raster.values, values)
    assert raster.valid.all()
    assert raster.gsd_m is None


@pytest.mark.parametrize("kind", ["uint8", "uint16", "int32"])
@pytest.mark.parametrize("order", "<>")
def test_differences_are_summed(kind: str, order: str) -> None:
    values = pattern(3, 20, 30, kind)
    data = written(values, compression="zlib", predictor=2, byteorder=order)
    raster = read(data)
    np.testing.assert_array_equal(raster.values, values)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate"])
@pytest.mark.parametrize(
    ("mode", "predictor"),
    [*((mode, way) for mode in ("L", "RGB", "I;16") for way in (1, 2)), ("F", 1), ("F", 3)],
)
def test_what_libtiff_packs_comes_back(compression: str, mode: str, predictor: int) -> None:
    kind = {"I;16": "uint16", "F": "float32"}.get(mode, "uint8")
    values = pattern(3 if mode == "RGB" else 1, 40, 33, kind) * (1.37 if mode == "F" else 1)
    values = values.astype(kind)
    picture = Image.fromarray(values.transpose(1, 2, 0) if mode == "RGB" else values[0])
    file = io.BytesIO()
    picture.save(file, "TIFF", compression=compression, tiffinfo={317: predictor})
    assert picture.mode == mode
    with tifffile.TiffFile(io.BytesIO(file.getvalue())) as back:
        assert back.pages[0].predictor == predictor  # type: ignore[union-attr]
    raster = read(file.getvalue())
    np.testing.assert_array_equal(raster.values, values)


def test_no_data_alpha_and_what_is_not_finite() -> None:
    values = pattern(3, 8, 8, "float32") + 1
    values[:, 0, 0] = -3.4028234663852886e38
    values[0, 1, 1] = -3.4028234663852886e38  # in one band alone it is a number like others
    values[2, 2, 2] = np.nan
    values[1, 3, 3] = np.inf
    raster = read(written(values, extratags=[(42113, "s", 0, "-3.4028234663852886e+38", True)]))
    assert sorted(np.argwhere(~raster.valid)[:, 0]) == [0, 2, 3]
    alpha = pattern(4, 8, 8, "uint8") + 1
    alpha[3, 5, :] = 0
    seen = read(written(alpha, photometric="rgb", extrasamples=["unassalpha"]))
    assert seen.values.shape == (3, 8, 8)
    assert np.flatnonzero(~seen.valid.all(axis=1)).tolist() == [5]


def test_white_as_zero_and_palettes() -> None:
    values = pattern(1, 9, 9, "uint16")
    upside = read(written(values, photometric="miniswhite"))
    np.testing.assert_array_equal(upside.values, 65535 - values)
    colors = np.random.default_rng(0).integers(0, 256, (3, 256)).astype(np.uint16)
    index = pattern(1, 9, 9, "uint8")
    painted = read(written(index, photometric="palette", colormap=colors * 257))
    np.testing.assert_array_equal(painted.values, colors[:, index[0]])


NORTH = 6378137 * math.log(math.tan(math.radians(75)))


@pytest.mark.parametrize(
    ("tags", "gsd_m", "gsd_source"),
    [
        ([*scale(0.3, 0.3, 5e5, 4e6), UTM], 0.3, PROJECTED),
        ([*scale(2, 2, 5e5, 4e6), keys((1024, 1), (3072, 2226), (3076, FOOT))], 0.6096, PROJECTED),
        ([*scale(10, 10, 5e5, 4e6), keys((1024, 1), (3072, 32633))], 10, PROJECTED),
        ([*scale(0.5, 2, 0, 0), UTM], 1, PROJECTED),
        ([*scale(7, 7, 0, 0)], 7, NO_UNIT),
        # sixty degrees north the scale of Mercator's map is 2 (its north: ln tan 75 degrees)
        ([*scale(1, 1, 0, NORTH), keys((1024, 1), (3072, 3857))], 0.5, MERCATOR),
    ],
)
def test_metres_per_pixel(tags: list[Any], gsd_m: float, gsd_source: str) -> None:
    data = written(pattern(1, 8, 8), extratags=tags)
    raster = read(data)
    assert raster.gsd_m == pytest.approx(gsd_m, rel=1e-5)
    assert raster.gsd_source == gsd_source
    assert gsd_of(data) == (raster.gsd_m, gsd_source)


def test_a_turned_picture_keeps_its_pixel_size() -> None:
    turn = math.radians(30)
    matrix = (
        0.4 * math.cos(turn), 0.4 * math.sin(turn), 0, 5e5,
        0.4 * math.sin(turn), -0.4 * math.cos(turn), 0, 4e6,
        0, 0, 0, 0, 0, 0, 0, 1,
    )  # fmt: skip
    raster = read(written(pattern(1, 8, 8), extratags=[(34264, "d", 16, matrix, True), UTM]))
    assert raster.gsd_m == pytest.approx(0.4)


def test_degrees_become_metres_by_latitude() -> None:
    tags = [*scale(1e-5, 1e-5, 10, 45 + 4e-5), keys((1024, 2), (2048, 4326))]
    raster = read(written(pattern(1, 8, 8), extratags=tags))
    assert raster.gsd_source == DEGREES
    # WGS 84 at 45 degrees: 78,847 m and 111,132 m to a degree
    assert raster.gsd_m == pytest.approx(1e-5 * math.sqrt(78_847 * 111_132), rel=1e-4)


@given(st.floats(-89, 89))
def test_a_degree_on_the_ellipsoid(latitude: float) -> None:
    """Against the radii of curvature of WGS 84's ellipsoid."""
    a, e2 = 6378137.0, 0.00669437999014
    angle = math.radians(latitude)
    root = math.sqrt(1 - e2 * math.sin(angle) ** 2)
    east, north = degree_m(latitude)
    assert east == pytest.approx(math.radians(1) * a * math.cos(angle) / root, abs=1)
    assert north == pytest.approx(math.radians(1) * a * (1 - e2) / root**3, abs=1)


def test_beyond_the_poles_there_are_no_metres() -> None:
    tags = [*scale(1e-5, 1e-5, 10, 95), keys((1024, 2))]
    raster = read(written(pattern(1, 8, 8), extratags=tags))
    assert raster.gsd_m is None


def test_overviews_are_passed_over_and_pages_refused() -> None:
    values = pattern(1, 16, 16, "uint8")
    for kind, refused in ((1, False), (0, True)):
        file = io.BytesIO()
        with tifffile.TiffWriter(file) as made:
            made.write(values[0], metadata=None)
            made.write(values[0, ::2, ::2], metadata=None, subfiletype=kind)
        if refused:
            with pytest.raises(Unreadable, match="2 pages"):
                read(file.getvalue())
        else:
            raster = read(file.getvalue())
            np.testing.assert_array_equal(raster.values, values)


def test_what_is_not_read_is_said() -> None:
    complex_ = pattern(1, 8, 8).astype("complex64")
    with pytest.raises(Unreadable, match="8 to 64 bits"):
        read(written(complex_))
    bits = io.BytesIO()
    Image.fromarray(np.eye(8, dtype=bool)).save(bits, "TIFF")
    with pytest.raises(Unreadable, match="8 to 64 bits"):
        read(bits.getvalue())
    data = bytearray(written(pattern(1, 8, 8)))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
        tag = file.pages[0].tags["ImageWidth"]  # type: ignore[union-attr]
    data[tag.offset + 2 : tag.offset + 12] = b"\4\0\1\0\0\0\xff\xff\xff\x0f"
    with pytest.raises(Unreadable, match="too many pixels"):
        read(bytes(data))


def test_a_strip_that_unpacks_to_more_is_not_unpacked_further() -> None:
    """A bomb within a TIFF: its strip holds 32 MB of zeros where 128 bytes belong."""
    import zlib

    from scalescope.core.aerial.tiles.tiff_pixels import _unpacked

    packed = zlib.compress(bytes(32 * 2**20))
    assert len(_unpacked(packed, 8, 128)) == 128


@given(st.data())
def test_a_damaged_file_is_refused_or_read(data: st.DataObject) -> None:
    options = data.draw(st.sampled_from([{}, {"compression": "zlib"}, {"tile": (16, 16)}]))
    file = bytearray(written(pattern(3, 16, 16), extratags=[*scale(1, 1, 0, 0), UTM], **options))
    for _ in range(data.draw(st.integers(0, 4))):
        file[data.draw(st.integers(0, min(400, len(file) - 1)))] = data.draw(st.integers(0, 255))
    try:
        raster = read(bytes(file[: data.draw(st.integers(0, len(file)))]))
    except Unreadable as error:
        assert str(error)
        return
    assert raster.valid.shape == raster.values.shape[1:]
