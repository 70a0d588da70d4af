"""The recipes' networks and lessons: counts by formula, pooling by hand, labels by their rule."""

import numpy as np
import pytest
import torch
from torch import nn

from scalescope.core.specs.spec import SpecError
from scalescope.core.training.backbone import TOTAL_STRIDE_PX, Backbone
from scalescope.core.training.names import RECIPE_NAMES
from scalescope.core.training.plan import Plan
from scalescope.core.training.recipe import IGNORE_INDEX, NetworkConfig, PlannedBatch
from scalescope.core.training.recipes import recipe
from scalescope.core.training.recipes.blur import BlurPool
from scalescope.core.training.recipes.reject_pyramid import (
    LEVELS,
    plan_batch,
    predict,
    probabilities_by_level,
)

CONFIG = NetworkConfig(canvas_px=32, classes=7, width=4)


def counted(module):
    return sum(one.numel() for one in module.parameters())


@pytest.mark.parametrize("name", RECIPE_NAMES)
def test_every_recipe_answers_with_probabilities_and_shows_its_maps(name):
    one = recipe(name)
    torch.manual_seed(0)
    module, images = one.build(CONFIG).eval(), torch.rand(2, 1, 32, 32)
    assert one.name == name and one.accepts in ("one size", "range", "either")
    assert (one.default_range_px[0] == one.default_range_px[1]) == (one.accepts != "range")
    assert one.description.endswith(".") and len(one.reference) > 40
    with torch.no_grad():
        probabilities = one.predict(module, images)
        maps, filters = module.maps(images), module.first_filters()
    assert probabilities.shape == (2, 7) and bool((probabilities >= 0).all())
    assert probabilities.sum(1).numpy() == pytest.approx([1, 1], abs=1e-5)
    assert len(maps) > 1 and all(one.ndim == 4 and len(one) == 2 for one in maps)
    assert filters.ndim == 3
    if one.channel_logits is not None:
        assert one.channel_logits(module, images).shape == (2, len(one.scales), 7)


@pytest.mark.parametrize("width", [4, 8, 12])
@pytest.mark.parametrize("name", ["plain", "zoom", "natural", "blur"])
def test_the_plain_networks_numbers_are_counted_by_formula(name, width):
    """3 x 3 kernels between widths 1, w, 2w, 4w, 4w; two numbers a filter; 4w + 1 a class."""
    module = recipe(name).build(NetworkConfig(64, 10, width))
    kernels = 9 * (width + 2 * width**2 + 8 * width**2 + 16 * width**2)
    assert counted(module) == kernels + 2 * 11 * width + 10 * (4 * width + 1)


def test_a_stage_is_what_it_says():
    """Against the operators one by one, with the statistics of the batch."""
    torch.manual_seed(1)
    module, images = Backbone(CONFIG), torch.rand(3, 1, 32, 32)
    maps = nn.functional.conv2d(images, module.first_filters()[:, None], padding=1)
    mean, variance = maps.mean((0, 2, 3)), maps.var((0, 2, 3), correction=0)
    maps = (maps - mean[:, None, None]) / (variance[:, None, None] + 1e-5).sqrt()
    expected = maps.clamp(min=0).reshape(3, 4, 16, 2, 16, 2).amax((3, 5))
    result = module.train().maps(images)
    torch.testing.assert_close(result[0], expected, atol=1e-4, rtol=1e-4)
    logits = module.head(result[-1].flatten(2).max(2).values)
    torch.testing.assert_close(module(images), logits, atol=1e-4, rtol=1e-4)
    assert [tuple(one.shape[1:]) for one in result] == [
        (4, 16, 16),
        (8, 8, 8),
        (16, 4, 4),
        (16, 2, 2),
    ]


def test_blur_pooling_by_hand():
    """The maximum over a 2 x 2 window at each pixel, then [1, 2, 1] / 4 along each axis at 2k."""
    random = np.random.default_rng(2)
    maps = random.random((2, 3, 8, 6)).astype(np.float32)
    wide = np.pad(maps, ((0, 0), (0, 0), (0, 1), (0, 1)))
    dense = np.maximum.reduce([wide[:, :, r : r + 8, c : c + 6] for r in (0, 1) for c in (0, 1)])
    dense = np.pad(dense, ((0, 0), (0, 0), (1, 1), (1, 1)))
    expected = np.zeros((2, 3, 4, 3))
    for row in range(4):
        for column in range(3):
            window = dense[:, :, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
            line = np.array([1, 2, 1]) / 4
            expected[:, :, row, column] = np.einsum("ncij,i,j->nc", window, line, line)
    result = BlurPool()(torch.from_numpy(maps)).numpy()
    np.testing.assert_allclose(result, expected, atol=1e-6)


def test_blur_pooling_is_centered_where_max_pooling_is():
    """Mirroring the picture mirrors the answer; so it does for windows of 2k and 2k + 1."""
    maps = torch.rand(1, 2, 8, 8, generator=torch.Generator().manual_seed(3))
    inner = (slice(None), slice(None), slice(1, -1), slice(1, -1))  # the rim meets the padding
    for pool in (BlurPool(), nn.MaxPool2d(2)):
        torch.testing.assert_close(pool(maps.flip(3)).flip(3)[inner], pool(maps)[inner])


def test_what_a_recipe_takes_is_said_in_one_sentence():
    for name in ("zoom", "natural"):
        with pytest.raises(SpecError, match=r"train_px: '24' is not allowed; give a range such as"):
            recipe(name).check(Plan(name))
        recipe(name).check(Plan(name, low_px=10, high_px=56))
    with pytest.raises(SpecError, match=r"'10:56' is not allowed; give one size such as 24"):
        recipe("reject-pyramid").check(Plan("reject-pyramid", low_px=10, high_px=56))
    for name in ("plain", "blur"):
        recipe(name).check(Plan(name))
        recipe(name).check(Plan(name, low_px=10, high_px=56))
    with pytest.raises(SpecError, match="recipe: 'spin' is not allowed; give one of plain, zoom"):
        recipe("spin")


@pytest.mark.parametrize(
    "change",
    [{"low_px": 0}, {"low_px": 30}, {"test_px": ()}, {"test_px": (8.0, -1.0)}, {"position": "left"}]
    + [{name: 0} for name in ("steps", "batch_size", "train_objects", "width", "test_objects")],
)
def test_a_plan_that_nothing_could_be_trained_by_is_refused(change):
    with pytest.raises(SpecError, match="is not allowed; give"):
        Plan("plain", **change)


def taught(count=4000, seed=0):
    draw = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 10
    batch = PlannedBatch(torch.full((count,), 24.0), labels, 24.0, 24.0, 10, 64, draw)
    return labels.numpy(), plan_batch(batch)


def test_a_size_alone_decides_between_class_reject_and_nothing():
    labels, batch = taught()
    octaves = np.abs(np.log2(batch.sizes_px.numpy() / 24))
    expected = np.where(octaves <= 0.25 + 1e-5, labels, np.where(octaves > 0.5, 10, IGNORE_INDEX))
    assert (batch.labels.numpy() == expected).all()
    assert {IGNORE_INDEX, *range(11)} == set(batch.labels.tolist())


def test_half_of_a_reject_batch_is_at_the_trained_size_and_the_rest_anywhere():
    """The band is half an octave, and has its share of the log2(64 / 6) octaves of the rest."""
    _, batch = taught(20_000)
    sizes = batch.sizes_px.numpy()
    inside = (np.abs(np.log2(sizes / 24)) <= 0.25).mean()
    assert inside == pytest.approx(0.5 + 0.5 * 0.5 / np.log2(64 / 6), abs=0.012)
    assert sizes.min() == pytest.approx(6, abs=0.1) and sizes.max() == pytest.approx(64, abs=0.5)


class Told(nn.Module):
    """Outputs told by the size of a square that fills half of the canvas at scale 1."""

    def __init__(self, logits):
        super().__init__()
        self.logits = logits

    def forward(self, images):
        side_px = images[0].sum() ** 0.5
        level = np.abs(np.log2(float(side_px) / 32 / np.array(LEVELS))).argmin()
        return self.logits[level].expand(len(images), -1)


def test_the_loudest_level_that_does_not_reject_is_heard():
    """Two classes and 'reject', by hand."""
    logits = np.tile([0.0, 0.0, 9.0], (len(LEVELS), 1))
    logits[1], logits[4] = [3, 1, 0], [0, 2, 1]
    module, images = Told(torch.tensor(logits)), torch.zeros(3, 1, 64, 64)
    images[:, :, 16:48, 16:48] = 1
    by_hand = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(probabilities_by_level(module, images)[0], by_hand, atol=1e-6)
    best = by_hand[:, :2].max(0)
    np.testing.assert_allclose(predict(module, images)[2], best / best.sum(), atol=1e-6)


def test_nothing_is_lost_at_any_level():
    """A bright pixel in each corner reaches the network: its light grows with the level's area."""
    recorded = []

    class Seeing(nn.Module):
        def forward(self, images):
            recorded.append(images)
            return torch.zeros(len(images), 3)

    images = torch.zeros(1, 1, 64, 64)
    images[0, 0, 1:63:61, 1:63:61] = 1
    probabilities_by_level(Seeing(), images)
    for level, canvas in zip(LEVELS, recorded, strict=True):
        assert canvas.shape[-1] % TOTAL_STRIDE_PX == 0 and canvas.shape[-1] >= 64 * level
        assert float(canvas.sum()) == pytest.approx(4 * level**2, rel=0.15)


def test_levels_bring_every_size_from_10_to_80_px_into_the_taught_band():
    sizes = np.geomspace(10.2, 80, 200)
    nearest = np.abs(np.log2(np.outer(sizes, LEVELS) / 24)).min(1)
    assert nearest.max() <= 0.25 + 1e-6
