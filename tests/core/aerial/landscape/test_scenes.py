"""The overhead scenes against known meters: areas, lengths, shadows, light and averages."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from scalescope.core.aerial.landscape.canvas import Canvas, Item, Material, Sun, spline_weights
from scalescope.core.aerial.landscape.land import CropRows, Land, Way
from scalescope.core.aerial.landscape.raised_objects import CAR_SIZE_M, Box, Car, Roof, TreeCrowns
from scalescope.core.aerial.landscape.scenes import add_noise, downsample, draw_scenes
from scalescope.core.aerial.landscape.terrain import (
    CLASSES,
    Atmosphere,
    Terrain,
    make_terrain,
    render,
)
from scalescope.core.aerial.tiles.tiles import Tiles

BLACK = Material((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0, 0.0)
GRAY = Material((0.5, 0.5, 0.5), (0.5, 0.5, 0.5), 0.0, 0.0)
NOON = Sun(180.0, 45.0)
CLEAR = Atmosphere((1.0, 1.0, 1.0), 0.0)


def view(
    gsd_m: float, *items: Item, land: Material = BLACK, sun: Sun = NOON
) -> NDArray[np.float32]:
    """Render items on 48 m of plain land, in clear air."""
    return render(Terrain("test", 48.0, sun, CLEAR, (Land(land), *items)), gsd_m)


@pytest.mark.parametrize("gsd_m", [0.1, 0.25, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("angle", [0.0, 0.4, 2.0])
def test_a_white_rectangle_gives_the_light_of_its_area(gsd_m: float, angle: float) -> None:
    box = Box(23.3, 24.1, 12.0, 8.0, angle, (1.0, 1.0, 1.0))
    picture = view(gsd_m, box)
    assert picture.sum(axis=(1, 2)) * gsd_m**2 == pytest.approx(96.0, rel=2e-3)


@pytest.mark.parametrize("kind", ["gable", "hip", "flat"])
def test_a_roof_covers_its_footprint_in_pixels(kind: str) -> None:
    roof = Roof(24.0, 24.0, 12.0, 8.0, 0.7, GRAY, kind)
    pixels = np.count_nonzero(view(0.1, roof).max(axis=0) > 0.05)
    assert pixels * 0.1**2 == pytest.approx(96.0, rel=0.03)


@pytest.mark.parametrize("gsd_m", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("turned", [False, True])
def test_a_car_is_its_meters_over_the_gsd_long(gsd_m: float, turned: bool) -> None:
    car = Car(24.0, 24.0, np.pi / 2 if turned else 0.0, (1.0, 1.0, 1.0))
    lit = view(gsd_m, car).max(axis=0) > 0.3
    rows, columns = (np.count_nonzero(lit.any(axis=axis)) for axis in (1, 0))
    long, wide = (rows, columns) if turned else (columns, rows)
    assert long == pytest.approx(CAR_SIZE_M[0] / gsd_m, abs=2.01)
    assert wide == pytest.approx(CAR_SIZE_M[1] / gsd_m, abs=2.01)


@pytest.mark.parametrize("azimuth", [100.0, 135.0, 163.0, 180.0, 222.0, 260.0])
@pytest.mark.parametrize("elevation", [35.0, 60.0])
def test_shadows_fall_away_from_the_sun_as_long_as_they_must(
    azimuth: float, elevation: float
) -> None:
    mast = Box(24.0, 24.0, 0.8, 0.8, 0.0, (1.0, 1.0, 1.0), 8.0)
    picture = view(0.1, mast, land=GRAY, sun=Sun(azimuth, elevation)).mean(axis=0)
    rows, columns = np.nonzero(picture < 0.3)
    away = np.stack([rows, columns], 1) * 0.1 + 0.05 - 24.0
    compass = np.degrees(np.arctan2(away.mean(0)[1], -away.mean(0)[0])) % 360
    assert compass == pytest.approx((azimuth + 180) % 360, abs=2.0)
    length = 8.0 / np.tan(np.radians(elevation))
    assert np.hypot(*away.T).max() == pytest.approx(length, abs=0.8)


def test_light_on_a_slope_is_the_cosine_to_the_sun() -> None:
    sun = Sun(143.0, 38.0)
    rng = np.random.default_rng(0)
    down, right = rng.uniform(-1.5, 1.5, (2, 50))
    normal = np.stack([-down, -right, np.ones(50)])
    azimuth, elevation = np.radians([143.0, 38.0])
    ray = [-np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation)]
    cosine = np.array([*ray, np.sin(elevation)]) @ (normal / np.linalg.norm(normal, axis=0))
    expected = np.maximum(0, cosine) / np.sin(elevation)
    made = sun.sunlight_on(down.astype(np.float32), right.astype(np.float32))
    np.testing.assert_allclose(made, expected, atol=1e-5)


def test_the_slope_of_a_roof_that_faces_the_sun_is_the_brighter_one() -> None:
    roof = Roof(24.0, 24.0, 14.0, 8.0, 0.0, GRAY, "gable", 0.7)
    picture = view(0.25, roof, land=BLACK, sun=Sun(180.0, 45.0)).mean(axis=0)
    north, south = picture[84:94, 80:112].mean(), picture[98:108, 80:112].mean()
    assert south > 1.5 * north > 0


def test_a_crown_covers_about_its_disc() -> None:
    places = np.array([[24.0, 24.0, 5.0, 9.0]], dtype=np.float32)
    crown = TreeCrowns(places, np.ones((1, 3), dtype=np.float32), np.array([False]))
    covered = np.count_nonzero(view(0.1, crown).max(axis=0) > 0.05) * 0.1**2
    assert covered == pytest.approx(np.pi * 25, rel=0.15)


@pytest.mark.parametrize("width", [0.05, 0.15, 2.0])
def test_a_line_thinner_than_a_cell_keeps_its_area(width: float) -> None:
    way = Way(24.0, 24.0, 0.0, width / 2, Material((1, 1, 1), (1, 1, 1), 0, 0))
    assert view(0.5, way).mean(axis=0).sum() * 0.25 == pytest.approx(48 * width, rel=1e-3)


def test_rows_of_a_crop_come_at_their_period() -> None:
    land = Land(GRAY, rows=CropRows(0.0, 2.0, 0.2))
    profile = view(0.25, land)[0, :, 40:60].mean(axis=1)
    power = np.abs(np.fft.rfft(profile - profile.mean()))
    assert 48.0 / int(power.argmax()) == pytest.approx(2.0, rel=0.05)


def test_the_noise_is_a_spline_averaged_over_the_cells() -> None:
    weights = spline_weights(7, 0.83)
    spline = BSpline.basis_element([-1.5, -0.5, 0.5, 1.5], extrapolate=False)
    fine = (np.arange(7 * 400) + 0.5) / 400 * 0.83
    for number in range(weights.shape[1]):
        values = np.nan_to_num(spline(fine - (number - 1))).reshape(7, 400).mean(axis=1)
        np.testing.assert_allclose(weights[:, number], values, atol=1e-4)


def test_texture_of_larger_cells_is_the_mean_of_that_of_smaller_ones() -> None:
    fine = Canvas(320, 0.1, NOON, 5).noise(1.5)
    large = Canvas(64, 0.5, NOON, 5).noise(1.5)
    np.testing.assert_allclose(fine.reshape(64, 5, 64, 5).mean((1, 3)), large, atol=1e-5)


@pytest.mark.parametrize("kind", CLASSES)
def test_pixels_are_the_means_of_smaller_ones(kind: str) -> None:
    terrain = make_terrain(kind, 4)
    half = render(terrain, 0.5)
    three = half.reshape(3, 32, 6, 32, 6).mean((2, 4))
    np.testing.assert_allclose(render(terrain, 3.0), three, atol=1e-5)
    middle = half[:, 6:186, 6:186].reshape(3, 3, 60, 3, 60).mean((2, 4))
    np.testing.assert_allclose(render(terrain, 30.0), middle, atol=1e-5)


@pytest.mark.parametrize("kind", ["houses", "trees", "parking"])
def test_finer_cells_show_the_same_ground(kind: str) -> None:
    terrain = make_terrain(kind, 4, side_m=48.0)
    fine = render(terrain, 0.1).reshape(3, 48, 10, 48, 10).mean((2, 4))
    coarse = render(terrain, 1.0)
    assert np.sqrt(np.mean((fine - coarse) ** 2)) < 0.02
    assert fine.mean() == pytest.approx(coarse.mean(), rel=0.02)
    assert np.corrcoef(fine.ravel(), coarse.ravel())[0, 1] > 0.98


def test_a_tile_spans_whole_pixels() -> None:
    terrain = make_terrain("road", 0)
    sides = {0.5: 192, 1.0: 96, 3.0: 32, 10.0: 9, 30.0: 3, 96.0: 1}
    assert {gsd: render(terrain, gsd).shape[1] for gsd in sides} == sides


def test_pictures_are_bounded_and_repeat() -> None:
    for kind in CLASSES:
        picture = render(make_terrain(kind, 11), 1.0)
        assert picture.dtype == np.float32
        assert picture.min() >= 0
        assert picture.max() <= 1
        assert picture.std() > 0.01
        np.testing.assert_array_equal(picture, render(make_terrain(kind, 11), 1.0))
        assert not np.allclose(picture, render(make_terrain(kind, 11, 1), 1.0), atol=0.02)


@pytest.fixture(scope="module")
def tiles() -> Tiles:
    return draw_scenes(2, 7, 0.5, noise=0.0)


def test_tiles_are_labeled_and_each_has_its_own_terrain(tiles: Tiles) -> None:
    assert tiles.images.shape == (12, 3, 192, 192)
    assert tiles.classes == CLASSES
    assert tiles.labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert len(set(tiles.groups.tolist())) == 12
    assert tiles.labels.dtype == tiles.groups.dtype == np.int64
    np.testing.assert_array_equal(tiles.images[3], render(make_terrain("road", 7, 1), 0.5))


def test_more_tiles_begin_with_the_same_ones(tiles: Tiles) -> None:
    fewer = draw_scenes(1, 7, 3.0, noise=0.0)
    np.testing.assert_allclose(fewer.images, downsample(tiles, 3.0).images[::2], atol=1e-5)


def test_progress_ends_at_the_whole() -> None:
    progress: list[float] = []
    draw_scenes(1, 0, 30.0, progress=progress.append)
    assert progress == sorted(progress)
    assert progress[-1] == 1.0


@pytest.mark.parametrize("gsd_m", [1.0, 3.0, 10.0, 30.0])
def test_coarser_keeps_the_light(tiles: Tiles, gsd_m: float) -> None:
    made = downsample(tiles, gsd_m)
    side = made.images.shape[-1]
    kept = round(side * gsd_m / 0.5)
    first = (192 - kept) // 2
    window = tiles.images[:, :, first : first + kept, first : first + kept]
    np.testing.assert_allclose(made.images.mean((2, 3)), window.mean((2, 3)), atol=1e-5)
    assert made.gsd_m == gsd_m


@pytest.mark.parametrize("gsd_m", [0.7, 1.3])
def test_coarser_by_no_whole_factor_counts_shared_cells_by_area(tiles: Tiles, gsd_m: float) -> None:
    few = Tiles(tiles.images[:1, :, :40, :40], tiles.labels[:1], CLASSES, 0.5, tiles.groups[:1], "")
    fine = np.kron(few.images[0], np.ones((1, 50, 50)))  # cells of 1 cm
    cells = round(gsd_m * 100)
    side = 2000 // cells
    first = (2000 - side * cells) // 2
    cut = fine[:, first : first + side * cells, first : first + side * cells]
    expected = cut.reshape(3, side, cells, side, cells).mean((2, 4))
    np.testing.assert_allclose(downsample(few, gsd_m).images[0], expected, atol=1e-5)


def test_coarser_in_two_steps_is_coarser_in_one(tiles: Tiles) -> None:
    there = downsample(downsample(tiles, 1.0), 3.0).images
    np.testing.assert_allclose(there, downsample(tiles, 3.0).images, atol=1e-5)
    np.testing.assert_array_equal(downsample(tiles, 0.5).images, tiles.images)


@pytest.mark.slow
def test_noise_is_that_of_a_pixel_of_any_size(tiles: Tiles) -> None:
    for gsd_m in (0.5, 3.0):
        clean = downsample(tiles, gsd_m)
        change = add_noise(clean, 0.02, 1).images - clean.images
        inner = (clean.images > 0.1) & (clean.images < 0.9)
        assert change[inner].std() == pytest.approx(0.02, rel=0.02)
    area_average = downsample(add_noise(tiles, 0.02, 1), 3.0).images - downsample(tiles, 3.0).images
    assert area_average.std() == pytest.approx(0.02 / 6, rel=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw_scenes(0, 0, 1.0), "count_per_class must be at least 1, not 0"),
        (lambda: draw_scenes(1, 0, 0.01), "gsd_m must be at least 0.05 m, not 0.01"),
        (lambda: draw_scenes(1, 0, float("nan")), "gsd_m must be at least"),
        (lambda: draw_scenes(1, 0, 100.0), "a pixel of 100 m is larger than the ground of 96 m"),
        (lambda: draw_scenes(1, 0, 1.0, 1000.0), "side_m must be 16 to 256 m, not 1000"),
        (lambda: draw_scenes(1, 0, 30.0, noise=-1.0), "noise must be at least 0, not -1"),
        (lambda: make_terrain("desert", 0), "there is no ground 'desert'; there are houses, road"),
        (lambda: render(make_terrain("field", 0, side_m=256.0), 0.05), "more than the 2560"),
    ],
)
def test_what_cannot_be_is_one_sentence(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        call()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


def test_finer_than_the_tiles_is_refused(tiles: Tiles) -> None:
    with pytest.raises(ValueError, match=r"at least the tiles' own 0.5 m, not 0.3"):
        downsample(tiles, 0.3)
    with pytest.raises(ValueError, match="at least the tiles' own"):
        downsample(tiles, float("nan"))
    with pytest.raises(ValueError, match="larger than the ground"):
        downsample(tiles, 97.0)
