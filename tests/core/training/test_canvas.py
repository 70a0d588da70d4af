"""Painting: against Pillow's resize, and by what resampling must keep."""

import numpy as np
import pytest
import torch
from PIL import Image

from scalescope.core.training.canvas import Painter, paint, rotate

CANVAS_PX = 64


def image(side, seed=0):
    return np.random.default_rng(seed).random((side, side), dtype=np.float32)


def places(count, low, high):
    """Centers, float32 (count, 2), each number from ``low`` to ``high``."""
    return np.random.default_rng(7).uniform(low, high, (count, 2)).astype(np.float32)


def blob(side, row=0.0, column=0.0):
    """A round soft spot, its middle off the frame's center by parts of the frame's side."""
    middles = (np.arange(side) + 0.5) / side - 0.5
    away = (middles[:, None] - row) ** 2 + (middles[None, :] - column) ** 2
    return np.exp(-away / (2 * 0.12**2)).astype(np.float32)


def painted(picture, size_px, center_px, canvas_px=CANVAS_PX):
    """One image, (canvas_px, canvas_px)."""
    batch = torch.from_numpy(picture)[None], torch.tensor([float(size_px)])
    return paint(*batch, torch.tensor(np.array([center_px], dtype=np.float32)), canvas_px)[
        0, 0
    ].numpy()


def centroid(canvas):
    rows, columns = np.indices(canvas.shape) + 0.5
    return np.array([(rows * canvas).sum(), (columns * canvas).sum()]) / canvas.sum()


def by_pillow(picture, size_px, first):
    """Pillow's bicubic of the picture amid empty cells, its frame's corner at ``first``."""
    side = len(picture)
    wide = Image.fromarray(np.pad(picture, side))  # thrice as wide: the frame's edges meet nothing
    small = np.asarray(wide.resize((3 * size_px, 3 * size_px), Image.Resampling.BICUBIC))
    canvas = np.zeros((CANVAS_PX + 6 * size_px,) * 2, dtype=np.float32)
    at = [slice(start + 2 * size_px, start + 5 * size_px) for start in first]
    canvas[at[0], at[1]] = small
    return canvas[3 * size_px : -3 * size_px, 3 * size_px : -3 * size_px]


@pytest.mark.parametrize("side", [8, 28, 128])
@pytest.mark.parametrize("size_px", [5, 8, 17, 28, 41, 64])
@pytest.mark.parametrize("first", [(3, 11), (-4, 40)])
def test_painting_is_pillows_bicubic_at_whole_places(side, size_px, first):
    picture = image(side)
    result = painted(picture, size_px, [start + size_px / 2 for start in first])
    np.testing.assert_allclose(result, by_pillow(picture, size_px, first), atol=1e-5)


@pytest.mark.parametrize("size_px", [8.0, 12.7, 21.3, 27.9])
def test_shrinking_keeps_the_mass(size_px):
    picture = image(28)
    result = painted(picture, size_px, (30.3, 33.8)).sum()
    assert result == pytest.approx(picture.sum() * (size_px / 28) ** 2, rel=0.001)


def test_shrinking_does_not_alias():
    stripes = np.tile(np.float32([0, 1]), (128, 64))
    assert np.ptp(painted(stripes, 24, (32.3, 32.4))[25:39, 25:39]) < 0.02


@pytest.mark.parametrize("size_px", [9.0, 24.6, 40.0])
def test_a_flat_thing_stays_flat(size_px):
    half = int(size_px / 2) - 3
    inner = slice(32 - half, 32 + half)
    result = painted(np.ones((28, 28), dtype=np.float32), size_px, (32, 32))[inner, inner]
    np.testing.assert_allclose(result, 1, atol=1e-5)


@pytest.mark.parametrize("size_px", [9.4, 24.0, 47.5])
def test_a_whole_step_moves_the_canvas_and_nothing_else(size_px):
    picture = image(28)
    here = painted(picture, size_px, (28.3, 30.7))
    there = painted(picture, size_px, (31.3, 25.7))
    np.testing.assert_allclose(
        np.roll(here, (3, -5), (0, 1))[8:-8, 8:-8], there[8:-8, 8:-8], atol=1e-4
    )


@pytest.mark.parametrize("side", [8, 28, 128])
@pytest.mark.parametrize("size_px", [10.0, 25.7, 44.0])
def test_things_stand_where_they_are_put(side, size_px):
    for center in places(5, 28, 36):
        result = centroid(painted(blob(side), size_px, center))
        np.testing.assert_allclose(result, center, atol=0.01)


def test_what_leaves_the_canvas_is_cut_off():
    picture = image(28)
    whole = painted(picture, 50.5, (26.2, 80.9), 104)
    np.testing.assert_allclose(painted(picture, 50.5, (6.2, 60.9)), whole[20:84, 20:84], atol=1e-4)


def test_every_image_of_a_batch_has_its_own_size_and_place():
    pictures = torch.from_numpy(np.stack([image(28, seed) for seed in range(4)]))
    sizes = torch.tensor([9.0, 28.0, 33.3, 60.0])
    centers = torch.from_numpy(places(4, 20, 44))
    batch = paint(pictures, sizes, centers, CANVAS_PX)
    assert batch.shape == (4, 1, CANVAS_PX, CANVAS_PX) and batch.dtype == torch.float32
    for index, canvas in enumerate(batch[:, 0]):
        one = painted(pictures[index].numpy(), sizes[index], centers[index].tolist())
        np.testing.assert_allclose(canvas, one, atol=1e-5)


def painted_turned(picture, degrees, size_px=30.0):
    objects, frames = rotate(torch.from_numpy(picture)[None], torch.tensor([float(degrees)]))
    return painted(objects[0].numpy(), size_px * frames, (32, 32))


def test_turning_goes_counter_clockwise_about_the_center():
    upright = painted(blob(28, row=0.05, column=0.2), 30, (32, 32))
    away = centroid(upright) - 32
    for degrees in (-60, 0, 25, 90, 180):
        angle = np.deg2rad(degrees)
        # Seen on the screen, rows downwards: what is right of the center goes up.
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        result = centroid(painted_turned(blob(28, row=0.05, column=0.2), degrees)) - 32
        np.testing.assert_allclose(result, turn @ away, atol=0.05)


def test_a_quarter_turn_is_that_of_the_raster_and_no_turn_is_none():
    picture = blob(28, row=0.1, column=0.2)
    expected = painted(np.rot90(picture).copy(), 30, (32, 32))
    np.testing.assert_allclose(painted_turned(picture, 90), expected, atol=0.02)
    np.testing.assert_allclose(
        painted_turned(picture, 0), painted(picture, 30, (32, 32)), atol=0.02
    )


def test_turning_cuts_no_corner():
    square = np.ones((28, 28), dtype=np.float32)
    assert painted_turned(square, 45).sum() == pytest.approx(30**2, rel=0.01)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_anywhere_is_uniform_over_the_places_that_hold_the_frame():
    sizes = torch.full((4000,), 24.0)
    centers = Painter(CANVAS_PX).centers(sizes, generator())
    assert centers.shape == (4000, 2)
    assert centers.min() >= 12 and centers.max() <= 52
    for axis in range(2):
        parts = ((centers[:, axis] - 12) / 40).sort().values
        even = torch.arange(1, 4001) / 4000
        assert (parts - even).abs().max() < 1.63 / 4000**0.5


def test_the_middle_is_taken_when_asked_for_and_when_nothing_else_fits():
    middle = [[32.0, 32.0]]
    assert Painter(CANVAS_PX).centers(torch.tensor([80.0]), generator()).tolist() == middle
    centered = Painter(CANVAS_PX, position="centered")
    assert centered.centers(torch.tensor([10.0]), generator()).tolist() == middle


def test_contrast_scales_each_thing_by_its_own_draw():
    objects = torch.ones(200, 8, 8)
    painter = Painter(CANVAS_PX, position="centered", min_contrast=0.25)
    peaks = painter(objects, torch.full((200,), 32.0), generator())[:, 0, 32, 32]
    assert 0.25 <= peaks.min() < 0.3 and 0.95 < peaks.max() <= 1.001


def test_noise_has_the_deviation_that_was_asked_for():
    sizes = torch.full((20,), 24.0)
    clean = Painter(CANVAS_PX)(torch.ones(20, 8, 8), sizes, generator())
    noise = Painter(CANVAS_PX, noise=0.2)(torch.ones(20, 8, 8), sizes, generator()) - clean
    assert noise.std().item() == pytest.approx(0.2, rel=0.02)
    assert noise.mean().item() == pytest.approx(0, abs=0.005)


def test_turns_stay_within_their_limit_and_keep_the_size():
    objects = torch.from_numpy(blob(28, column=0.3))[None].expand(60, -1, -1)
    painter = Painter(CANVAS_PX, position="centered", rotation_deg=40)
    canvases = painter(objects, torch.full((60,), 40.0), generator())[:, 0].numpy()
    off = np.array([centroid(canvas) - 32 for canvas in canvases])
    degrees = np.rad2deg(np.arctan2(-off[:, 0], off[:, 1]))
    assert -41 < degrees.min() < -30 and 30 < degrees.max() < 41
    straight = painted(objects[0].numpy(), 40, (32, 32)).sum()
    np.testing.assert_allclose(canvases.sum((1, 2)), straight, rtol=0.01)


def test_the_generator_decides_and_is_left_alone_where_nothing_is_drawn():
    objects, sizes = torch.ones(3, 8, 8), torch.full((3,), 20.0)
    busy = Painter(CANVAS_PX, min_contrast=0.5, noise=0.1, rotation_deg=20)
    assert torch.equal(busy(objects, sizes, generator(1)), busy(objects, sizes, generator(1)))
    assert not torch.equal(busy(objects, sizes, generator(1)), busy(objects, sizes, generator(2)))
    still, before = generator(), generator().get_state()
    Painter(CANVAS_PX, position="centered")(objects, sizes, still)
    assert torch.equal(still.get_state(), before)


@pytest.mark.parametrize(
    "wrong",
    [
        {"canvas_px": 0},
        {"position": "left"},
        {"min_contrast": 1.5},
        {"noise": -0.1},
        {"noise": float("nan")},
        {"rotation_deg": 200},
    ],
)
def test_foreign_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: .* is not allowed; give"):
        Painter(**{"canvas_px": CANVAS_PX, **wrong})
