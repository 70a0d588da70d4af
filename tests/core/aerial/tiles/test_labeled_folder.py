"""A person's tiles from real files: cut, scaled, filled, left out, and said so."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scalescope.core.aerial.tiles.labeled_folder import read
from tests.core.aerial.tiles.tile_files import (
    BLUE,
    RED,
    geo,
    of,
    pattern,
    png,
    refused,
    said,
    scale,
    written,
)


def test_a_folder_of_png(tmp_path: Path) -> None:
    files = {"wood/a.png": RED, "wood/b.png": BLUE, "lake/c.png": BLUE}
    for name, values in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(png(values))
    heard: list[float] = []
    before = sorted(tmp_path.rglob("*"))
    tiles = read(tmp_path, 0.5, progress=heard.append)
    assert tiles.classes == ("lake", "wood")
    assert tiles.labels.tolist() == [0, 1, 1]
    assert tiles.labels.dtype == tiles.groups.dtype == np.int64
    assert tiles.images.dtype == np.float32
    np.testing.assert_allclose(tiles.images, np.stack((BLUE, RED, BLUE)) / 255, atol=1e-7)
    assert tiles.gsd_m == 0.5
    assert len(set(tiles.groups.tolist())) == 3
    assert heard == pytest.approx([1 / 3, 2 / 3, 1])
    assert tiles.notes == ()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_sub_folder_is_one_ground() -> None:
    files = {f"{label}/{place}/{i}.png": png(RED) for label in "ab" for place in "xy" for i in "12"}
    assert of(files, 1).groups.tolist() == [0, 0, 1, 1, 0, 0, 1, 1]


def test_16_bits_are_shown_by_percentiles_of_all_tiles() -> None:
    random = np.random.default_rng(0)
    dark = random.integers(200, 1000, (3, 32, 32)).astype(np.uint16)
    light = random.integers(1000, 3000, (3, 32, 32)).astype(np.uint16)
    light[0] += 500
    tiles = of({"a/1.tif": geo(dark), "b/2.tif": geo(light)})
    every = np.concatenate((dark.reshape(3, -1), light.reshape(3, -1)), axis=1)
    low, high = np.percentile(every, (2, 98), axis=1)
    for image, values in zip(tiles.images, (dark, light), strict=True):
        wanted = (values - low[:, None, None]) / (high - low)[:, None, None]
        np.testing.assert_allclose(image, np.clip(wanted, 0, 1), atol=1e-4)
    assert "Percentiles 2 to 98 of each band over all tiles (uint16" in said(tiles)
    assert tiles.gsd_m == pytest.approx(0.5)


def test_pixels_without_data_get_the_tile_s_mean_and_empty_tiles_are_left_out() -> None:
    random = np.random.default_rng(1)
    nothing = (42113, "s", 0, "-9999", True)
    whole, holed, empty = random.random((3, 3, 16, 16)).astype(np.float32)
    holed[:, :4] = -9999
    holed[1, 4, 0] = np.nan
    empty[:, :9] = -9999
    files = {"a/1.tif": whole, "b/1.tif": holed, "b/2.tif": empty}
    tiles = of({name: geo(values, 0.5, nothing) for name, values in files.items()})
    assert tiles.labels.tolist() == [0, 1]
    rest = tiles.images[1][:, 4:].reshape(3, -1)[:, 1:]
    fill = tiles.images[1][:, 0, 0]
    np.testing.assert_allclose(fill, rest.mean(axis=1), atol=1e-5)
    np.testing.assert_allclose(tiles.images[1][:, 4, 0], fill, atol=1e-6)
    assert "Omitted: 1 tile without data in more than half" in said(tiles)
    assert "the tile's mean: 25 % on average in 1 tile." in said(tiles)


def test_mixed_sizes_are_cut_to_one_square_about_the_middle() -> None:
    large = pattern(3, 40, 30, "uint8")
    small = pattern(3, 20, 24, "uint8")
    tiny = pattern(3, 9, 9, "uint8")
    files = {"a/1.png": large, "b/1.png": small, "b/2.png": large, "b/3.png": tiny}
    tiles = of({name: png(values) for name, values in files.items()}, 1)
    np.testing.assert_allclose(tiles.images[0], large[:, 10:30, 5:25] / 255, atol=1e-7)
    np.testing.assert_allclose(tiles.images[1], small[:, :, 2:22] / 255, atol=1e-7)
    assert "Omitted: 1 tile of less than 12.5 px a side" in said(tiles)
    assert "cropped to the central 20 by 20 px" in said(tiles)


def test_tiles_that_are_larger_than_is_used_are_cut_to_their_middle() -> None:
    large = np.random.default_rng(0).integers(0, 256, (3, 530, 514)).astype(np.uint8)
    tiles = of({"a/1.png": png(large), "b/1.png": png(large)}, 1)
    np.testing.assert_allclose(tiles.images[0], large[:, 137:393, 129:385] / 255, atol=1e-7)
    assert "cropped to the central 256 by 256 px" in said(tiles)


def test_tiles_of_a_few_pixels_are_refused() -> None:
    few = png(pattern(3, 7, 7, "uint8"))
    assert "fewer than 8 px" in refused({"a/1.png": few, "b/1.png": few}, 1)


def test_gray_beside_colour_is_said() -> None:
    gray = pattern(1, 16, 16, "uint8")
    tiles = of({"a/1.png": png(gray[0]), "b/1.png": png(RED)}, 1)
    np.testing.assert_allclose(tiles.images[0], np.repeat(gray, 3, axis=0) / 255, atol=1e-7)
    assert "Gray: 1 of 2 tiles." in tiles.notes


def test_bands_are_chosen() -> None:
    many = pattern(13, 16, 16, "uint8")
    files = {"a/1.tif": geo(many), "b/1.tif": geo(many, apart=True)}
    tiles = of(files, bands=(7, 3, 3))
    np.testing.assert_allclose(tiles.images[0], many[[7, 3, 3]] / 255, atol=1e-7)
    np.testing.assert_allclose(tiles.images[1], tiles.images[0])
    assert "Bands 7, 3, 3, counted from 0" in said(tiles)
    assert "Of 13 bands the first three" in said(of(files))
    assert "has no band 13: it has 13" in refused(files, bands=(0, 1, 13))
    mixed = {**files, "b/2.png": png(RED)}
    assert "different numbers of bands (3, 13)" in refused(mixed, 0.5)
    assert of(mixed, 0.5, (0, 1, 2)).images.shape[0] == 3


@pytest.mark.parametrize("bands", [(0, 1), (0, 1, -1), (0, 1, 1.0), ()])
def test_bands_that_are_none_are_refused(bands: Any) -> None:
    assert "bands" in refused({"a/1.png": png(RED), "b/1.png": png(RED)}, 1, bands)


@pytest.mark.parametrize("gsd_m", [0, -1, float("nan"), float("inf"), 1e9])
def test_a_gsd_that_is_none_is_refused(gsd_m: float) -> None:
    assert "gsd_m" in refused({"a/1.png": png(RED), "b/1.png": png(RED)}, gsd_m)


def test_the_ground_sample_distance() -> None:
    fine, coarse, none = geo(RED, 0.5), geo(RED, 2.0), written(RED)
    assert of({"a/1.tif": fine, "b/1.tif": fine}).gsd_m == pytest.approx(0.5)
    assert "do not say how many meters" in refused({"a/1.tif": none, "b/1.tif": none})
    assert "from 0.5 to 2 m" in refused({"a/1.tif": fine, "b/1.tif": coarse})
    typed = of({"a/1.tif": fine, "b/1.tif": coarse}, 1.0)
    assert typed.gsd_m == 1.0
    assert "files say 0.5 to 2 m per pixel; 1 m, as typed" in said(typed)
    assert "as typed" not in said(of({"a/1.tif": fine, "b/1.tif": fine}, 0.5))
    some = of({"a/1.tif": fine, "b/1.tif": none})
    assert "Only 1 of 2 files say" in said(some)
    degrees = written(RED, extratags=[*scale(1e-5, 1e-5, 10, 0), _DEGREES])
    assert "at their latitude a pixel spans 1.11 m" in said(
        of({"a/1.tif": degrees, "b/1.tif": degrees})
    )


_DEGREES = (34735, "H", 8, (1, 1, 0, 1, 1024, 0, 1, 2), True)


def test_different_kinds_of_pixel_are_refused() -> None:
    files = {"a/1.tif": geo(RED), "b/1.tif": geo(RED.astype("uint16"))}
    assert "different ways (uint16, uint8)" in refused(files)


def test_a_jpeg_within_a_geotiff_keeps_its_ground() -> None:
    smooth = np.tile(np.linspace(40, 200, 32).astype(np.uint8), (3, 32, 1))
    file = io.BytesIO()
    tags = {33550: (0.25, 0.25, 0.0), 33922: (0.0, 0.0, 0.0, 5e5, 4e6, 0.0)}
    Image.fromarray(smooth.transpose(1, 2, 0)).save(
        file, "TIFF", compression="jpeg", quality=95, tiffinfo=_info(tags)
    )
    tiles = of({"a/1.tif": file.getvalue(), "b/1.tif": file.getvalue()})
    np.testing.assert_allclose(tiles.images[0], smooth / 255, atol=0.03)
    assert tiles.gsd_m == pytest.approx(0.25)


def _info(tags: dict[int, tuple[float, ...]]) -> Any:
    from PIL import TiffImagePlugin

    info = TiffImagePlugin.ImageFileDirectory_v2()
    for code, values in tags.items():
        info.tagtype[code] = 12
        info[code] = values
    return info
