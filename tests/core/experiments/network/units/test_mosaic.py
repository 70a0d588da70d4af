"""The units of a layer beside each other, their order, their search, and one at six sizes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from scalescope.core.experiments.network.spec import RANKING, Spec
from scalescope.core.experiments.network.units.mosaic import (
    CARD_SIZES_PX,
    SIZES_PX,
    SizeSensitivity,
    arrange,
    page_of,
    parse_unit_query,
    selected_unit,
    size_sensitivity,
    unit_views,
    units_on_page,
)
from scalescope.core.experiments.network.units.patches import fit_to_square
from scalescope.core.experiments.network.views import ViewPair, compare_views, view_palette
from scalescope.core.imaging.palette import COLORS, encode_jpeg, make_palette
from scalescope.core.networks import load
from scalescope.core.specs.measurement_key import measurement_key
from scalescope.core.specs.spec import SpecError, validate
from tests.core.imaging.sample_views import views

SPEC = Spec()


@pytest.fixture(scope="module")
def changes() -> SizeSensitivity:
    return size_sensitivity(SPEC)


@pytest.fixture(scope="module")
def shown() -> ViewPair:
    return compare_views(SPEC)


def recorded(spec: Spec, size: float) -> tuple[np.ndarray, np.ndarray]:
    """The maps of one view and of the bare canvas, the plain way."""
    gray = spec.net.padding_gray
    loaded = load(spec.network)
    image = torch.from_numpy(views(spec.subject(), [size], gray=gray))
    bare = torch.full_like(image, gray)
    _, one = loaded.record(image, [spec.shown_layer])
    _, other = loaded.record(bare, [spec.shown_layer])
    return one[spec.shown_layer][0].numpy(), other[spec.shown_layer][0].numpy()


def test_the_order_is_by_the_range_of_the_peaks_above_the_blank(changes: SizeSensitivity) -> None:
    peaks, lows, highs = [], [], []
    for size in SIZES_PX:
        maps, blank = recorded(SPEC, size)
        lows.append(maps.min(axis=(1, 2)))
        highs.append(maps.max(axis=(1, 2)))
        peaks.append([float((one - two).max()) for one, two in zip(maps, blank, strict=True)])
    np.testing.assert_allclose(changes.peaks, peaks, atol=2e-3)
    np.testing.assert_allclose(changes.value_range[0], np.min(lows, axis=0), atol=2e-3)
    np.testing.assert_allclose(changes.value_range[1], np.max(highs, axis=0), atol=2e-3)
    expected = np.max(peaks, axis=0) - np.min(peaks, axis=0)
    np.testing.assert_allclose(changes.sensitivity, expected, atol=4e-3)
    assert sorted(changes.order.tolist()) == list(range(112))
    assert (np.diff(changes.sensitivity[changes.order]) <= 0).all()


def test_the_order_stays_while_a_slider_moves() -> None:
    moved = replace(SPEC, near_px=99, far_px=20, detail_px=30, row_shift_px=3, page=2, unit=5)
    key = measurement_key(SPEC, RANKING)
    assert measurement_key(moved, RANKING) == key
    assert measurement_key(replace(SPEC, layer="stem"), RANKING) != key
    assert measurement_key(replace(SPEC, background="white"), RANKING) != key


def test_pages_cover_every_unit_once_in_either_order(changes: SizeSensitivity) -> None:
    for order in ("change", "number"):
        spec = replace(SPEC, order=order)
        pages = [units_on_page(replace(spec, page=page), changes) for page in range(1, 5)]
        assert [len(page) for page in pages] == [32, 32, 32, 16]
        assert sorted(unit for page in pages for unit in page) == list(range(112))
        for number, page in enumerate(pages, start=1):
            assert all(page_of(spec, changes, unit) == number for unit in page)
    assert (
        selected_unit(SPEC, changes) == changes.order[0]
        and selected_unit(replace(SPEC, unit=7), changes) == 7
    )


def test_units_and_pages_end_with_the_layer() -> None:
    validate(replace(SPEC, unit=111, page=4))
    for wrong in ({"unit": 112}, {"page": 5}):
        with pytest.raises(SpecError, match=r"at most .* at blocks\.8"):
            validate(replace(SPEC, **wrong))
    large = Spec(network="vgg16-hed", layer="conv1_1")
    assert large.per_page == 8 and validate(replace(large, page=8))


@pytest.mark.parametrize(
    ("written", "layer", "unit"),
    [
        ("blocks.5 / 17", "blocks.5", 17),
        (" Block 5 /3", "blocks.5", 3),
        ("stem", "stem", -1),
        ("17", "blocks.8", 17),
        ("head, 1279", "head", 1279),
    ],
)
def test_a_layer_and_a_unit_are_found(written: str, layer: str, unit: int) -> None:
    assert parse_unit_query(SPEC, written) == (layer, unit)


@pytest.mark.parametrize("written", ["", "nowhere", "112", "stem / 32", "stem/1/2", "1/2", "-1"])
def test_what_is_not_there_is_told(written: str) -> None:
    with pytest.raises(SpecError, match=r"find: .* is not allowed; give a layer and the number"):
        parse_unit_query(SPEC, written)


@pytest.mark.parametrize("spec", [SPEC, Spec(resize_mode="input-size", near_px=140, far_px=35)])
def test_every_tile_of_the_mosaic_is_its_map_and_the_rest_are_gaps(spec: Spec) -> None:
    pair, units = compare_views(spec), [56, 3, 99]
    tiles = arrange(pair, units, columns=2)
    left = tiles.values.copy()
    for index, unit in enumerate(units):
        row, column = tiles.corner(index)
        both = zip(tiles.tops, tiles.sizes, (pair.near, pair.far), strict=True)
        for top, (rows, columns), one in both:
            piece = (slice(row + top, row + top + rows), slice(column, column + columns))
            np.testing.assert_array_equal(tiles.values[piece], one.maps["blocks.8"][unit])
            assert tiles.unit_at(row + top + rows - 1, column + columns - 1) == unit
            left[piece] = np.nan
    assert np.isnan(left).all()
    assert tiles.unit_at(tiles.step[0], tiles.step[1]) is None


def test_a_range_per_map_brings_each_to_one(shown: ViewPair) -> None:
    tiles = arrange(shown, [56, 3], columns=2, per_map=True)
    row, column = tiles.corner(1)
    top, (rows, columns) = tiles.tops[1], tiles.sizes[1]
    piece = tiles.values[row + top : row + top + rows, column : column + columns]
    assert np.abs(piece).max() == 1
    own = shown.far.maps["blocks.8"][3]
    np.testing.assert_allclose(piece * np.abs(own).max(), own, rtol=1e-5)


@pytest.mark.parametrize("resize_mode", ["distance", "input-size"])
def test_a_unit_at_six_sizes_is_what_the_network_answers_there(resize_mode: str) -> None:
    spec = Spec(layer="blocks.3", resize_mode=resize_mode)
    views = unit_views(spec, 12)
    assert [view.size_px for view in views.views] == list(CARD_SIZES_PX)
    if resize_mode == "distance":
        maps, blank = recorded(spec, CARD_SIZES_PX[2])
        np.testing.assert_allclose(views.views[2].map, maps[12], atol=2e-3)
        above = maps[12] - blank[12]
        assert views.views[2].response == pytest.approx(above.max(), abs=4e-3)
        assert above[views.views[2].cell] == pytest.approx(above.max(), abs=4e-3)
    for view in views.views:
        top, left, bottom, right = view.field
        side = view.picture.shape[1]
        assert 0 <= top < bottom <= side and 0 <= left < right <= side
        assert bottom - top <= 35  # the receptive field of blocks.3
    assert views.best.response == max(view.response for view in views.views)


def test_what_a_strongest_cell_sees_is_all_that_moves_it() -> None:
    """Noise outside of the field leaves the cell's value as it is; inside it does not."""
    view = unit_views(Spec(layer="blocks.3"), 12).best
    random = np.random.default_rng(0)
    top, left, bottom, right = view.field
    noise = random.random(view.picture.shape, dtype=np.float32)
    outside, inside = noise.copy(), view.picture.copy()
    outside[:, top:bottom, left:right] = view.picture[:, top:bottom, left:right]
    inside[:, top:bottom, left:right] = noise[:, top:bottom, left:right]
    _, maps = load("efficientnet-lite0").record(
        torch.from_numpy(np.stack([view.picture, outside, inside])), ["blocks.3"]
    )
    values = maps["blocks.3"][:, 12, view.cell[0], view.cell[1]].tolist()
    assert values[1] == pytest.approx(values[0], abs=1e-3)
    assert abs(values[2] - values[0]) > 0.1


def test_plain_colors_are_kept_and_others_are_near() -> None:
    picture = compare_views(Spec(background="white")).side_by_side
    palette = view_palette(Spec(background="white"))
    drawn = palette.rgb[palette.color_indices(picture)].transpose(2, 0, 1) / 255
    assert (drawn[:, 0, 0] == 1).all()
    assert np.abs(drawn - picture).mean() < 0.02
    assert (
        palette.color_scale[0][0] == 0
        and palette.color_scale[-1][0] == 1
        and len(palette.color_scale) == COLORS
    )


def test_colors_stay_while_a_size_changes() -> None:
    first, second = view_palette(Spec()), view_palette(Spec(near_px=30, far_px=200))
    np.testing.assert_array_equal(first.rgb, second.rgb)


def test_few_colors_are_kept_exactly() -> None:
    random = np.random.default_rng(1)
    levels = random.integers(0, 256, (3, 5)) / 255
    picture = levels[:, random.integers(0, 5, (8, 9))].astype(np.float32)
    palette = make_palette(picture)
    drawn = palette.rgb[palette.color_indices(picture)].transpose(2, 0, 1) / 255
    np.testing.assert_allclose(drawn, picture, atol=1e-6)


def test_colors_are_the_nearest_ones_within_the_cells_that_are_looked_up() -> None:
    """Against all 256 distances of every pixel, for a photograph and for noise."""
    noise = np.random.default_rng(2).random((3, 40, 50), dtype=np.float32)
    for picture in (Spec().subject().picture[:, ::6, ::6], noise):
        palette = make_palette(picture, fixed_colors=((0.5, 0.5, 0.5),))
        levels = np.rint(picture * 255).transpose(1, 2, 0)
        away = np.linalg.norm(levels[:, :, None] - palette.rgb.astype(float), axis=3)
        drawn = np.take_along_axis(away, palette.color_indices(picture)[..., None].astype(int), 2)[
            ..., 0
        ]
        # What stands for a cell is at most three levels away in each of three directions.
        assert (drawn - away.min(axis=2)).max() <= 2 * 3 * 3**0.5
        assert drawn.mean() - away.min(axis=2).mean() < 1
    own = palette.rgb.T.reshape(3, 16, 16).astype(np.float32) / 255
    shown = palette.rgb[palette.color_indices(own)].transpose(2, 0, 1)
    np.testing.assert_array_equal(shown, own * 255)


def test_a_patch_is_fitted_into_its_square() -> None:
    square = fit_to_square(np.ones((3, 10, 5), dtype=np.float32), side=20, gray=0.25)
    assert square.shape == (3, 20, 20)
    assert (square[:, :, 5:15] == 1).all()
    assert (square[:, :, :5] == 0.25).all() and (square[:, :, 15:] == 0.25).all()


def test_the_jpeg_is_no_longer_than_asked() -> None:
    from io import BytesIO

    from PIL import Image

    with Image.open(BytesIO(encode_jpeg(SPEC.subject().picture, 100))) as opened:
        assert opened.format == "JPEG" and max(opened.size) == 100
