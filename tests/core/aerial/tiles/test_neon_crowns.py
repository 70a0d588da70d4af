"""Windows of tree crowns from the optional package, and what is said where it is not there."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from scalescope.core.aerial.tiles import neon_crowns
from scalescope.core.aerial.tiles.neon_crowns import (
    BLOCK_PX,
    CLASSES,
    PICTURES,
    SIDE_PX,
    CrownsMissing,
    crowns,
)


def test_without_the_package_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neon_crowns, "find_spec", lambda name: None)
    with pytest.raises(CrownsMissing, match=r"requirements-data.txt adds it\.$"):
        neon_crowns.folder()


Levels = NDArray[np.generic]
BOXES = """<annotation>{}</annotation>"""
BOX = (
    "<object><bndbox><xmin>{1}</xmin><ymin>{0}</ymin><xmax>{3}</xmax><ymax>{2}</ymax></bndbox>"
    "</object>"
)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int, int]]:
    """Pictures of noise, brighter in the boxes, in the place of the package's."""
    random = np.random.default_rng(0)
    boxes = [(row, row + 30, row + 30, row + 70) for row in range(20, 900, 45)]
    boxes += [(100, 800, 110, 840), (0, 940, 40, 959)]  # too small; its window leaves the picture
    for picture, xml in PICTURES:
        levels = random.integers(0, 256, (960, 960, 3), dtype=np.uint8)
        Image.fromarray(levels).save(tmp_path / picture)
        (tmp_path / xml).write_text(BOXES.format("".join(BOX.format(*box) for box in boxes)))
    monkeypatch.setattr(neon_crowns, "folder", lambda: tmp_path)
    crowns.cache_clear()
    yield boxes  # type: ignore[misc]
    crowns.cache_clear()


def found(corner: Levels, pictures: list[Levels]) -> tuple[int, int, int]:
    """The picture, row and column where three pixels (3, colours) stand beside each other."""
    for number, levels in enumerate(pictures):
        for row, column in np.argwhere((levels == corner[0]).all(axis=2)):
            if np.array_equal(levels[row, column : column + 3], corner):
                return number, int(row), int(column)
    raise AssertionError("this window is in no picture")


def test_windows_lie_where_the_boxes_say(
    made: list[tuple[int, int, int, int]], tmp_path: Path
) -> None:
    """By brute force: every window is looked for in the pictures."""
    tiles = crowns()
    assert tiles.classes == CLASSES
    assert np.bincount(tiles.labels).min() == np.bincount(tiles.labels).max() > 3
    assert tiles.gsd_m == 0.1
    pictures = [np.asarray(Image.open(tmp_path / name)) for name, _ in PICTURES]
    where: dict[int, set[tuple[int, int, int]]] = {}
    middles = {((a + c - SIDE_PX) // 2, (b + d - SIDE_PX) // 2) for a, b, c, d in made[:-2]}
    for image, label, group in zip(tiles.images, tiles.labels, tiles.groups, strict=True):
        number, row, column = found(np.rint(image[:, 0, :3].T * 255), pictures)
        where.setdefault(int(group), set()).add((number, row // BLOCK_PX, column // BLOCK_PX))
        assert row % BLOCK_PX <= BLOCK_PX - SIDE_PX
        assert column % BLOCK_PX <= BLOCK_PX - SIDE_PX
        touched = [
            a < row + SIDE_PX and c >= row and b < column + SIDE_PX and d >= column
            for a, b, c, d in made
        ]
        assert ((row, column) in middles) if label else not any(touched)
    assert all(len(blocks) == 1 for blocks in where.values())
    assert len({block for blocks in where.values() for block in blocks}) == len(where)


def test_the_real_pictures_are_not_told_apart_by_their_mean_colour() -> None:
    try:
        neon_crowns.folder()
    except CrownsMissing:
        pytest.skip("the package deepforest is not installed")
    from scalescope.core.aerial.probing.probes import fit
    from scalescope.core.aerial.probing.splits import split

    tiles = crowns()
    assert np.bincount(tiles.labels).tolist() == [203, 203]
    assert len(np.unique(tiles.groups)) > 50
    assert "deepforest" not in sys.modules
    colors = tiles.images.mean(axis=(2, 3))
    parts = split(tiles.labels, tiles.groups, tiles.classes, 0)
    probe = fit(colors[parts.pool], tiles.labels[parts.pool], tiles.groups[parts.pool], 2)
    correct = probe.predict(colors[parts.held_out]) == tiles.labels[parts.held_out]
    assert 0.4 < correct.mean() < 0.8
