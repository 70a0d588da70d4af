"""Resampling about the center against Pillow and against sums written out."""

import numpy as np
import pytest
import torch
from PIL import Image

from scalescope.core.training.pyramid import (
    brightest_place,
    geometric_factors,
    resize_about_center,
    view_window,
)


def noise(side=40, seed=0, count=1):
    return torch.rand(count, 1, side, side, generator=torch.Generator().manual_seed(seed))


def keys(t):
    """Keys 1981 with a = -1/2, piece by piece."""
    t = abs(t)
    if t < 1:
        return 1.5 * t**3 - 2.5 * t**2 + 1
    return -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2 if t < 2 else 0.0


def directly(row, factor, side):
    """One row of cells, by sums over cells that go on (as zeros) far beyond the edge."""
    results = []
    for k in range(side):
        center = (k + 0.5 - side / 2) / factor + len(row) / 2 - 0.5  # in source cells
        pairs = [(j, keys((center - j) * min(factor, 1))) for j in range(-300, 400)]
        inside = sum(row[j] * weight for j, weight in pairs if 0 <= j < len(row))
        results.append(inside / sum(weight for _, weight in pairs))
    return results


@pytest.mark.parametrize("factor, side", [(0.25, 10), (0.5, 20), (0.75, 30), (1.5, 60), (2, 80)])
def test_whole_pictures_come_out_as_pillow_resizes_them(factor, side):
    """But for the rim, where Pillow repeats what is inside and here lies background."""
    picture = noise()
    theirs = np.array(
        Image.fromarray(picture[0, 0].numpy()).resize((side, side), Image.Resampling.BICUBIC)
    )
    rim = int(np.ceil(2 * max(1, factor)))
    inside = slice(rim, side - rim)
    ours = resize_about_center(picture, factor, side)[0, 0].numpy()
    np.testing.assert_allclose(ours[inside, inside], theirs[inside, inside], atol=1e-5)


@pytest.mark.parametrize("factor", [0.3, 0.63, 1.0, 1.41, 3.3])
@pytest.mark.parametrize("cells, side", [(9, 9), (8, 13), (12, 7)])
def test_rows_against_sums_written_out(factor, cells, side):
    picture = torch.zeros(1, 1, cells, cells)
    picture[0, 0] = torch.from_numpy(np.random.default_rng(1).random(cells)).float()[:, None]
    down = np.array(directly(picture[0, 0, :, 0].tolist(), factor, side))
    across = np.array(directly([1.0] * cells, factor, side))
    result = resize_about_center(picture, factor, side)[0, 0].numpy()
    np.testing.assert_allclose(result, np.outer(down, across), atol=1e-5)


def test_the_shape_stays_and_a_parabola_is_enlarged_exactly():
    at = torch.arange(33) - 16.0
    picture = (at**2)[None, None, :, None].expand(1, 1, 33, 21).contiguous()
    result = resize_about_center(picture, 2.5)
    assert result.shape == picture.shape
    assert torch.allclose(result[0, 0, :, 10], (at / 2.5) ** 2, atol=1e-4)


def test_what_leaves_the_canvas_is_gone_and_beyond_the_edge_is_nothing():
    picture = torch.ones(1, 1, 16, 16)
    small = resize_about_center(picture, 0.5)[0, 0]
    assert small[8, 8] == pytest.approx(1, abs=1e-6) and float(small[0].abs().max()) == 0
    spot = torch.zeros(1, 1, 16, 16)
    spot[0, 0, 0, 0] = 1
    assert float(resize_about_center(spot, 2.0).abs().max()) == 0


def test_the_gradient_is_the_adjoint():
    picture, other, probe = noise(seed=1), noise(seed=2), noise(seed=3)
    picture.requires_grad_()
    (resize_about_center(picture, 0.7) * probe).sum().backward()
    expected = (resize_about_center(other, 0.7) * probe).sum()
    assert float((picture.grad * other).sum()) == pytest.approx(float(expected), rel=1e-4)


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan")])
def test_a_factor_is_above_zero(factor):
    with pytest.raises(ValueError, match="above 0"):
        resize_about_center(noise(), factor)


def spots(places, side=7, canvas=64):
    """One filled square for each place of its upper-left cell."""
    pictures = torch.zeros(len(places), 1, canvas, canvas)
    for picture, (row, column) in zip(pictures, places, strict=True):
        picture[0, row : row + side, column : column + side] = -0.8
    return pictures


def test_it_looks_at_the_middle_of_a_thing_anywhere():
    places = [(0, 0), (30, 3), (57, 57), (20, 41)]
    looked = brightest_place(spots(places, side=6), 24)
    assert looked.tolist() == [[row + 3, column + 3] for row, column in places]
    noisy = spots(places, side=6) + 0.05 * torch.randn(
        4, 1, 64, 64, generator=torch.Generator().manual_seed(0)
    )
    assert (brightest_place(noisy, 24) - looked).abs().max() <= 1


def test_a_window_sees_a_thing_alike_wherever_it_stands():
    window = view_window(spots([(28, 28), (9, 31), (41, 20)]), 2.0, 48)
    assert window.shape == (3, 1, 48, 48)
    assert torch.equal(window[0], window[1]) and torch.equal(window[0], window[2])
    middle = resize_about_center(
        spots([(29, 29)], side=6), 2.0, 48
    )  # the canvas's middle is the object's
    assert torch.allclose(view_window(spots([(5, 40)], side=6), 2.0, 48), middle, atol=1e-6)


def test_a_window_that_holds_the_picture_has_the_thing_in_its_middle_too():
    """At half size every second pair of cells is a cell: even places make the same cells."""
    window = view_window(spots([(28, 28), (2, 40), (50, 8)], side=8), 0.5, 48)
    middle = resize_about_center(spots([(28, 28)], side=8), 0.5, 48)
    assert torch.allclose(window, middle.expand(3, 1, 48, 48), atol=1e-6)


def test_factors_are_whole_powers_of_the_step():
    assert geometric_factors(0.5, 4, 2) == (0.5, 1, 2, 4)
    assert geometric_factors(0.375, 3, 2**0.5) == pytest.approx(
        [2 ** (k / 2) for k in range(-3, 4)]
    )
