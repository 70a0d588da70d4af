"""Cards of units: curves, best patches, and receptive fields against the gradient."""

import numpy as np
import pytest
import torch

from scalescope.core.experiments.network.units import card as cards
from scalescope.core.experiments.network.units.patches import describe_preference
from scalescope.core.imaging.subject_views import draw
from scalescope.core.imaging.subjects import Subject
from scalescope.core.networks import NETWORKS, Layer, LoadedNetwork, Network
from scalescope.core.networks.unit_responses import responses

GRAY = 0.5
SIZES = 16 * 2 ** (np.arange(4) / 2)


class Itself:
    """The picture itself."""

    def walk(self, images):
        yield "level", images


def toy():
    layers = (Layer("level", "the picture", 3, 1, 1),)
    return LoadedNetwork(
        Network("toy", "Toy", "", "", 32, GRAY, layers, False), False, "cpu", Itself()
    )


def flat(level):
    return Subject(np.full((3, 8, 8), level, np.float32), (0, 0, 8, 8), str(level))


def steady(module):
    """All weights positive and small, so that every pixel that can matter does."""
    for part in module.modules():
        if isinstance(part, torch.nn.Conv2d):
            part.weight.data.fill_(1 / part.weight[0].numel())
            if part.bias is not None:
                part.bias.data.zero_()
        if isinstance(part, torch.nn.BatchNorm2d):
            part.weight.data.fill_(1)
            part.bias.data.zero_()
    return module.double().eval()


def module_of(slug):
    from scalescope.core.networks.mobile import MobileNet
    from scalescope.core.networks.trunk import Trunk

    layout = NETWORKS[slug].layout
    if layout is not None:
        return steady(MobileNet(layout))
    trunk = Trunk()
    named = [
        (name, torch.nn.AvgPool2d(2) if isinstance(step, torch.nn.MaxPool2d) else step)
        for name, step in trunk.layers()
    ]
    trunk.layers = lambda: iter(named)  # a maximum hangs on one pixel, a mean on all of its window
    return steady(trunk)


@pytest.mark.parametrize(
    "slug, names",
    [
        ("efficientnet-lite0", ("stem", "blocks.0", "blocks.2", "blocks.4", "blocks.6")),
        ("mobilenet-v2", ("stem", "blocks.1", "blocks.4", "blocks.6")),
        ("vgg16-hed", ("conv1_2", "pool1", "conv2_2", "pool3")),
    ],
)
def test_fields_are_where_the_gradient_is(slug, names):
    """A cell's box is exactly the pixels that its value depends on."""
    network, canvas = NETWORKS[slug], 128
    picture = torch.full((1, 3, canvas, canvas), 0.55, dtype=torch.float64, requires_grad=True)
    starts = cards.first_pixels(network, canvas)
    for name, maps in module_of(slug).walk(picture):
        if name not in names:
            continue
        for cell in ((0, 0), (maps.shape[2] // 2, maps.shape[3] - 1)):
            (slope,) = torch.autograd.grad(maps[0, 0][cell], picture, retain_graph=True)
            rows, columns = (slope[0].abs().amax((0, axis)).nonzero()[:, 0] for axis in (2, 1))
            box = (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1)
            box_of_cell = cards.field(network.layer(name), starts[name], cell, canvas)
            assert box_of_cell == tuple(int(at) for at in box), (name, cell)
        if name == names[-1]:
            return
    pytest.fail("not all layers were visited")


def field_of(measured, patch):
    """The receptive field of a patch's cell, cut from the picture: (3, rows, columns)."""
    canvas = draw(measured.subjects[patch.picture], measured.settings, [patch.size_px])[0].numpy()
    top, left, bottom, right = patch.field
    return canvas[:, top:bottom, left:right]


def test_a_card_shows_the_curve_and_the_best_patches():
    levels = (0.6, 0.9, 0.7, 0.8)
    result = responses(toy(), [flat(level) for level in levels], (4, 8, 16))
    card = cards.card(result, toy().network, "level", 1, best=2)
    heights = np.array(levels) - GRAY
    assert card.mean == pytest.approx(heights.mean()) and card.median == pytest.approx(0.25)
    assert card.low == pytest.approx(np.percentile(heights, 25), abs=1e-6)
    for size, row in zip((4, 8, 16), card.patches, strict=True):
        assert [patch.name for patch in row] == ["0.9", "0.8"]
        assert [patch.picture for patch in row] == [1, 3] and row[0].size_px == size
        top, left, bottom, right = row[0].field
        assert (bottom - top, right - left) == (1, 1)
        assert field_of(result, row[0]) == pytest.approx(np.full((3, 1, 1), 0.9), abs=1e-6)
    assert card.half_maximum_px == (None, None) and card.bandwidth_octaves is None
    assert "below and above" in describe_preference(card)
    assert max(row[0].response for row in card.patches) == pytest.approx(0.4)
    with pytest.raises(ValueError, match="from 0 to 2"):
        cards.card(result, toy().network, "level", 3)


def test_bandwidth_of_a_card_is_that_of_its_curve():
    result = responses(toy(), [flat(0.9), flat(0.8)], SIZES)
    shape = np.array([0, 1, 0.5, 0], np.float32)
    result.response["level"][:] = shape[None, :, None]
    card = cards.card(result, toy().network, "level", 0)
    assert card.preferred_px == SIZES[1]
    assert card.half_maximum_px == pytest.approx((16 * 2**0.25, 32))
    assert card.bandwidth_octaves == pytest.approx(0.75)
    assert "half-maximum range is 0.75 octaves wide" in describe_preference(card)
    result.response["level"][:] = 0
    silent = cards.card(result, toy().network, "level", 0)
    assert silent.preferred_px is None and "responds to none" in describe_preference(silent)
