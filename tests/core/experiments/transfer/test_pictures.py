"""Pictures of tiles: cells as cells, the same ground, no finer than there is."""

import numpy as np
import pytest

from scalescope.core.aerial.landscape.terrain import CLASSES, make_terrain, render
from scalescope.core.experiments.transfer.pictures import SIDE_PX, scene_pictures, tile_pictures
from tests.core.experiments.transfer.test_transfer import colored


@pytest.fixture(scope="module")
def drawn():
    return scene_pictures(0)


def test_every_pixel_is_a_square_of_equal_cells(drawn):
    cells = drawn.cells_at(4.0)[1]
    assert cells.shape == (SIDE_PX, SIDE_PX) and cells.dtype == np.uint8
    assert drawn.side_px(4.0) == 24
    blocks = cells.reshape(24, 8, 24, 8)
    assert (blocks == blocks[:, :1, :, :1]).all()
    assert len(drawn.cells_at(0.5)) == len(CLASSES)
    np.testing.assert_array_equal(drawn.small_cells_at(4.0, 1), cells[::2, ::2])
    assert drawn.small_cells_at(4.0, 1) is drawn.small_cells_at(4.0, 1)


def test_coarser_pictures_show_the_mean_of_the_ground(drawn):
    """Against a rendering of the same ground at that distance; noise and 256 colours apart."""
    for at, kind in enumerate(CLASSES):
        levels = drawn.palette.rgb[drawn.cells_at(8.0)[at]][::16, ::16] / 255
        wanted = render(make_terrain(kind, 0, 0), 8.0).transpose(1, 2, 0)
        assert np.abs(levels - wanted).mean() < 0.03


def test_tiles_show_nothing_finer_than_themselves():
    seen = tile_pictures(colored(20))  # 16 px of 1 m
    assert seen.names == ("red", "blue") and seen.side_m == 16
    assert seen.drawn_m(0.1) == 1 and seen.drawn_m(4) == 4 and seen.drawn_m(30) == 16
    np.testing.assert_array_equal(seen.cells_at(0.1)[0], seen.cells_at(1)[0])
    assert len(np.unique(seen.cells_at(30)[0])) == 1
