"""Subjects and their views against Pillow, closed forms and Fourier transforms."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scalescope.core.imaging.subject_views import draw, draw_background, object_box
from scalescope.core.imaging.subjects import (
    CAT_CLASSES,
    INPUT_SIZE_FRACTION,
    SUBJECTS,
    RenderSettings,
    Subject,
    box_in_pixels,
    bundled_subject,
    make_subject,
    photograph,
)
from tests.core.imaging.sample_views import views

PIL_FILTER = {"lanczos": Image.Resampling.LANCZOS, "aliased": Image.Resampling.NEAREST}


def by_pillow(picture, rows, columns, resampling="lanczos"):
    planes = [Image.fromarray(np.ascontiguousarray(plane)) for plane in picture]
    small = [np.asarray(one.resize((columns, rows), PIL_FILTER[resampling])) for one in planes]
    return np.clip(np.stack(small), 0, 1)


def noise(rows, columns, box=(0, 0, 100, 100), seed=0):
    levels = np.random.default_rng(seed).random((3, rows, columns), dtype=np.float32)
    return make_subject(levels, box)


def flat(level, rows=40, columns=40):
    return make_subject(np.full((3, rows, columns), level, dtype=np.float32))


def test_there_are_at_least_eight_and_the_cat_is_first():
    assert len(SUBJECTS) >= 8 and next(iter(SUBJECTS)) == "chelsea"
    assert SUBJECTS["chelsea"].classes == CAT_CLASSES
    for name in SUBJECTS:
        one = bundled_subject(name)
        rows, columns = one.picture.shape[1:]
        top, left, bottom, right = one.box
        assert 0 <= top < bottom <= rows and 0 <= left < right <= columns
        assert one.picture.dtype == np.float32 and not one.picture.flags.writeable
        assert all(0 <= at < 1000 for at in one.classes)


@pytest.mark.parametrize(
    "resampling, size",
    [*(("lanczos", one) for one in (12, 63, 150)), *(("aliased", one) for one in (30, 90, 180))],
)
def test_distance_is_pillows_resize_pasted_by_hand(resampling, size):
    """A 3 to 2 box, and sizes at which both sides are whole."""
    one = noise(90, 120, box=(0, 0, 100, 50))  # 90 x 60
    width = size * 2 // 3
    picture = np.full((3, 224, 224), 0.25, dtype=np.float32)
    top, left = (224 - size) // 2 + 3, (224 - width) // 2 - 5
    small = by_pillow(one.crop, size, width, resampling)
    picture[:, top : top + size, left : left + width] = small
    drawn = views(one, [size], gray=0.25, resampling=resampling, shift_px=(3, -5))[0]
    np.testing.assert_allclose(drawn, picture, atol=2e-5)


@pytest.mark.parametrize("size", [9, 30, 45, 90, 180])
def test_resolution_is_the_whole_picture_resized(size):
    """The box is a third of the picture, so the picture is three times as long as the size."""
    one = noise(90, 90, box=(100 / 3, 100 / 3, 200 / 3, 200 / 3))
    assert one.box == (30, 30, 60, 60)
    whole, canvas = by_pillow(one.picture, 3 * size, 3 * size), 224
    start = (canvas - size) // 2 - size
    expected = np.ones((3, canvas, canvas), dtype=np.float32)
    low, first = max(0, start), max(0, -start)
    visible = min(canvas - low, 3 * size - first)
    part = slice(first, first + visible)
    expected[:, low : low + visible, low : low + visible] = whole[:, part, part]
    drawn = views(one, [size], resize_mode="resolution", background="white")[0]
    np.testing.assert_allclose(drawn, expected, atol=2e-5)


@given(st.floats(4, 300), st.integers(-9, 9), st.sampled_from(["distance", "resolution"]))
def test_the_extent_of_the_drawn_object_is_its_size(size, step, resize_mode):
    """White on black: the sum over a row is the width, the sum over a column the height."""
    one = flat(1.0, 40, 20)
    canvas = 512
    drawn = views(
        one,
        [size],
        resize_mode=resize_mode,
        background="black",
        canvas_px=canvas,
        shift_px=(step, 0),
    )[0, 0].astype(np.float64)
    assert drawn.max(axis=1).sum() == pytest.approx(size, abs=1e-3)
    assert drawn.max(axis=0).sum() == pytest.approx(size / 2, abs=1e-3)
    top, left, bottom, right = object_box(one, RenderSettings(canvas_px=canvas), size, (step, 0))
    assert (bottom - top, right - left) == pytest.approx((size, size / 2))
    lit = np.argwhere(drawn > 1e-6)
    assert lit.min(axis=0).tolist() == [np.floor(top + 1e-6), np.floor(left + 1e-6)]
    assert np.abs(lit.max(axis=0) + 1 - np.ceil([bottom, right])).max() <= (size % 0.5 < 1e-4)


@pytest.mark.parametrize("size", [12, 60, 215])
def test_input_size_keeps_the_share_of_the_frame(size):
    one = flat(1.0)
    drawn = views(one, [size], resize_mode="input-size", background="black")
    side = drawn.shape[2]
    assert drawn.shape == (1, 3, side, side)
    assert size / side == pytest.approx(INPUT_SIZE_FRACTION, rel=0.5 / side)
    assert drawn[0, 0].max(axis=1).sum() == pytest.approx(size, abs=1e-3)


def test_input_size_shows_what_surrounds_the_box():
    one = noise(100, 100, box=(30, 30, 70, 70))
    wide = views(one, [40], resize_mode="input-size", background="black")[0]
    side = wide.shape[1]
    top = 30 - (side - 40) // 2
    np.testing.assert_allclose(wide, one.picture[:, top : top + side, top : top + side], atol=1e-5)


def integrated(plane, edges):
    """The integral of a plane of square pixels over every cell between edges, along its rows."""
    total = np.concatenate([[np.zeros(plane.shape[1])], np.cumsum(plane, axis=0)])
    upto = [np.interp(edges, np.arange(len(total)), column) for column in total.T]
    return np.diff(np.array(upto).T, axis=0)


@pytest.mark.parametrize("size", [7.3, 20, 31.9])
def test_area_sampling_is_the_mean_over_each_pixels_own_area(size):
    """By way of the integral, which is linear between the edges of the source's pixels."""
    one, reach = noise(24, 24), 24 / size
    top = round(object_box(one, RenderSettings(canvas_px=48), size)[0])
    whole = int(size)  # cells that are covered in full
    edges = np.arange(whole + 1) * reach
    expected = integrated(integrated(one.picture[0], edges).T, edges).T / reach**2
    drawn = views(one, [size], canvas_px=48, resampling="area", background="black")[0, 0]
    part = slice(top, top + whole)
    np.testing.assert_allclose(drawn[part, part], expected, atol=1e-5)


@given(st.floats(0.05, 0.95), st.floats(4, 100), st.sampled_from(["lanczos", "area", "aliased"]))
def test_a_flat_object_stays_flat(level, size, resampling):
    drawn = views(flat(level), [size], resampling=resampling, gray=0.5)[0, 0]
    assert level == pytest.approx(float(drawn[112, 112]), abs=1e-5)
    low, high = min(level, 0.5), max(level, 0.5)
    assert low - 1e-5 <= drawn.min() and drawn.max() <= high + 1e-5


def spectrum(plane, cycles):
    """The energy of a square plane (without its mean) above a number of cycles per side."""
    window = np.outer(*[np.hanning(len(plane))] * 2)
    energy = np.abs(np.fft.fft2((plane - plane.mean()) * window)) ** 2
    along = np.abs(np.fft.fftfreq(len(plane), 1 / len(plane)))
    return energy[np.maximum.outer(along, along) > cycles].sum() / energy.sum()


def test_detail_takes_away_what_is_finer_than_its_nyquist():
    """White noise, shown at 200 px with detail of 40: nothing above 20 cycles, but a transition."""
    one, look = noise(200, 200), {"canvas_px": 200}
    sharp, soft = (views(one, [200], detail_px=px, **look)[0, 0] for px in (None, 40))
    assert spectrum(sharp, 25) > 0.9
    assert spectrum(soft, 25) < 0.02
    assert spectrum(soft, 10) > 0.5  # and what is coarser is still there


def test_detail_beyond_the_object_changes_nothing_and_is_kept_at_every_size():
    one = noise(60, 60)
    for size in (20, 60, 120):
        same = views(one, [size], detail_px=60) == views(one, [size])
        assert same.all()
    small = make_subject(by_pillow(one.picture, 15, 15))
    np.testing.assert_allclose(
        views(one, [90], detail_px=15), views(small, [90]), atol=1e-4
    )  # as if the photograph itself had been so small


def test_grounds():
    one = noise(30, 30)
    look = {"canvas_px": 64}
    corner = {
        name: views(one, [20], background=name, gray=0.3, **look)[0, :, 0, 0]
        for name in ("gray", "black", "white", "mean")
    }
    assert corner["gray"] == pytest.approx([0.3] * 3)
    assert corner["black"].tolist() == [0] * 3 and corner["white"].tolist() == [1] * 3
    assert corner["mean"] == pytest.approx(one.crop.mean(axis=(1, 2)), abs=1e-6)
    first, again, other = (
        views(one, [20], background="texture", seed=seed, **look)[0] for seed in (1, 1, 2)
    )
    assert (first == again).all() and (first[:, :10] != other[:, :10]).any()
    grass = photograph("grass")
    assert np.isin(first[0, 0], grass[0]).all()


def test_shifts_move_the_object_and_not_the_ground():
    one, steps = noise(30, 30), [(0, 0), (1, 1), (2, 5), (-3, 0)]
    look = RenderSettings(background="texture", canvas_px=96)
    drawn = draw(one, look, [20.5, 41.2], steps).numpy().reshape(2, 4, 3, 96, 96)
    bare = draw_background(one, look, 96).numpy()
    for size in drawn:
        changed = size != bare
        for (down, across), moved in zip(steps, changed, strict=True):
            inside = np.roll(changed[0], (down, across), axis=(1, 2))
            assert (moved & ~inside).sum() == 0
        whole = size[0][:, 46:50, 46:50]
        np.testing.assert_allclose(size[2][:, 48:52, 51:55], whole, atol=1e-6)


@pytest.mark.parametrize("resize_mode", ["distance", "resolution"])
def test_a_shift_brings_in_what_was_beyond_the_canvas(resize_mode):
    one = noise(100, 100, box=(20, 20, 80, 80))
    at_rest = views(one, [150], resize_mode=resize_mode, canvas_px=96)[0]
    moved = views(one, [150], resize_mode=resize_mode, canvas_px=96, shift_px=(7, -4))[0]
    np.testing.assert_allclose(moved[:, 7:, :-4], at_rest[:, :-7, 4:], atol=1e-6)
    assert (moved[:, 0] != moved[:, 7]).any()
    gray = np.float32(127 / 255)
    assert not (moved == gray).all(axis=0).any()  # no ground shows


def test_a_batch_is_its_members_one_by_one():
    one = bundled_subject("chelsea")
    look, sizes = RenderSettings(detail_px=40), [16.0, 33.3, 150.0]
    together = draw(one, look, sizes, [(0, 0), (2, 1)])
    for index, size in enumerate(sizes):
        for step, shift in enumerate([(0, 0), (2, 1)]):
            alone = draw(one, look, [size], [shift])[0]
            torch.testing.assert_close(together[2 * index + step], alone, atol=1e-5, rtol=0)


def test_gray_photographs_have_three_equal_channels():
    drawn = views(bundled_subject("camera"), [100])[0]
    assert (drawn[0] == drawn[1]).all() and (drawn[0] == drawn[2]).all()


def test_boxes_in_percent_become_whole_pixels():
    assert box_in_pixels((0, 4, 100, 80), (3, 300, 451)) == (0, 18, 300, 361)
    assert box_in_pixels((0, 0, 0.01, 0.01), (3, 10, 10)) == (0, 0, 1, 1)
    assert box_in_pixels((99.99, 99.99, 100, 100), (3, 10, 10)) == (9, 9, 10, 10)


@pytest.mark.parametrize("box", [(0, 0, 0, 50), (50, 0, 40, 50), (-1, 0, 50, 50), (0, 0, 50, 101)])
def test_a_box_that_is_none_is_refused(box):
    with pytest.raises(ValueError, match="percent of the picture"):
        make_subject(np.zeros((3, 8, 8), dtype=np.float32), box)


def test_what_cannot_be_drawn_is_refused_in_a_sentence():
    one = flat(0.5)
    with pytest.raises(ValueError, match="resize_mode: 'zoom' is not one of distance"):
        views(one, [10], resize_mode="zoom")
    with pytest.raises(ValueError, match="give sizes above 0"):
        views(one, [0.0])
    with pytest.raises(ValueError, match="one by one"):
        views(one, [20, 80], resize_mode="input-size")
    with pytest.raises(ValueError, match="no subject 'dog'"):
        bundled_subject("dog")
    with pytest.raises(ValueError, match="at most 512"):
        views(one, [20], background="texture", canvas_px=600)


def test_a_subject_knows_its_crop():
    one = Subject(np.zeros((3, 10, 20), dtype=np.float32), (2, 3, 7, 15), "x")
    assert one.crop.shape == (3, 5, 12) and one.longer_px == 12
