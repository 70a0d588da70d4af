"""The control of the scenes: color alone must not identify the class, and detail must help."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from scalescope.core.aerial.landscape.scenes import downsample, draw_scenes
from scalescope.core.aerial.tiles.tiles import Tiles

Features = NDArray[np.float32]

pytestmark = pytest.mark.slow  # the scenes are drawn anew


@pytest.fixture(scope="module")
def tiles() -> Tiles:
    return draw_scenes(16, 5, 1.0, noise=0.0)


def color(tiles: Tiles) -> Features:
    return tiles.images.mean((2, 3))


def texture(tiles: Tiles) -> Features:
    """Mean color, and the contrast between pixels at distances of 1, 2, 4, ... pixels."""
    gray = tiles.images.mean(1)
    columns = [color(tiles), tiles.images.std((2, 3))]
    lag = 1
    while 2 * lag < gray.shape[1]:
        down = np.abs(gray[:, lag:] - gray[:, :-lag]).mean((1, 2))
        right = np.abs(gray[:, :, lag:] - gray[:, :, :-lag]).mean((1, 2))
        columns.append(np.stack([np.minimum(down, right), np.maximum(down, right)], 1))
        lag *= 2
    return np.concatenate(columns, 1)


def accuracy(features: Features, labels: NDArray[np.int64]) -> float:
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    return float(cross_val_score(probe, features, labels, cv=4).mean())


def test_mean_color_does_not_identify_the_class(tiles: Tiles) -> None:
    assert 1 / 6 < accuracy(color(tiles), tiles.labels) < 0.62


def test_detail_identifies_it_better_and_is_lost_in_large_pixels(tiles: Tiles) -> None:
    fine = accuracy(texture(tiles), tiles.labels)
    large = accuracy(texture(downsample(tiles, 30.0)), tiles.labels)
    assert fine > accuracy(color(tiles), tiles.labels) + 0.15
    assert fine > large + 0.1


def test_classes_share_their_colors(tiles: Tiles) -> None:
    """Along each of red, green and blue the classes differ less than the tiles within a class."""
    means = color(tiles)
    classes = np.stack([means[tiles.labels == label] for label in range(6)])
    between, within = classes.mean(1).var(0), classes.var(1).mean(0)
    assert np.all(between < 1.6 * within)
