"""Scale channels: one network, one set of weights, over the picture at many sizes.

Y. Jansson and T. Lindeberg, 'Exploring the ability of CNNs to generalise to previously unseen
scales over wide scale ranges', ICPR 2020, arXiv 2004.01536: the FovMax network, trained jointly.
Each channel resizes the picture and sees a window of the same number of cells, so that small
factors see all of it coarsely and large ones a part of it finely; of the channels' logits the
largest counts, class by class. The paper's objects stand in the middle, where its windows are; here
an object may stand anywhere, so every window is centered on the largest energy
(pyramid.brightest_place), and a channel's input does not depend on the object's position. The
numbers that are learned are the plain network's.

The factors go by half octaves, as in the paper's coarser networks, over two octaves on either side.
The windows span half of the canvas: an object that was trained at 24 px fills them at 1.33. In
wider ones the network learns its objects at the larger factors (with three quarters of the canvas
most of 24 px was decided at 1.4 to 2.8), and then there are none left for small objects.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .. import pyramid
from ..backbone import Backbone
from ..recipe import NetworkConfig, Recipe

STEP = 2**0.5
FACTORS = pyramid.geometric_factors(1 / 4, 4, STEP)
SPAN = 0.5  # of a window, in canvases


def logits_of(network: nn.Module, images: Tensor, factors: tuple[float, ...] = FACTORS) -> Tensor:
    """Give the network's logits of the images at every factor: float32 (n, channels, classes).

    ``images``: (n, 1, canvas, canvas). All channels pass in one batch, so that what batch
    normalization learns is of all of them together.
    """
    side = round(images.shape[-1] * SPAN)
    views = [pyramid.view_window(images, factor, side) for factor in factors]
    logits: Tensor = network(torch.cat(views))
    return torch.stack(logits.chunk(len(factors)), 1)


class ScaleChannels(nn.Module):
    """The plain network over scale channels; (n, 1, canvas, canvas) to logits (n, classes)."""

    def __init__(self, config: NetworkConfig, factors: tuple[float, ...] = FACTORS) -> None:
        super().__init__()
        self.factors = factors
        self.network = Backbone(config)

    def channel_logits(self, images: Tensor) -> Tensor:
        """Give each channel's logits, float32 (n, channels, classes)."""
        return logits_of(self.network, images, self.factors)

    def forward(self, images: Tensor) -> Tensor:
        return self.channel_logits(images).amax(1)

    def maps(self, images: Tensor) -> list[Tensor]:
        """Return the stages' outputs at factor 1, (n, filters, rows, columns)."""
        return self.network.maps(images)

    def first_filters(self) -> Tensor:
        """Give the first layer's kernels, float32 (filters, 3, 3)."""
        return self.network.first_filters()


def channel_logits(module: nn.Module, images: Tensor) -> Tensor:
    """Give each channel's logits, float32 (n, channels, classes)."""
    assert isinstance(module, ScaleChannels)
    return module.channel_logits(images)


RECIPE = Recipe(
    name="scale-channels",
    title="Scale channels",
    description="One network runs on the image at nine sizes; the largest logit counts.",
    reference=(
        "Jansson, Lindeberg: Exploring the ability of CNNs to generalise to previously unseen "
        "scales over wide scale ranges. ICPR 2020, arXiv 2004.01536"
    ),
    accepts="either",
    default_range_px=(24.0, 24.0),
    build=ScaleChannels,
    channel_logits=channel_logits,
    scales=FACTORS,
)
