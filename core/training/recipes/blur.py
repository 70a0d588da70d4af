"""Blur pooling: the maximum is taken at every position, and is blurred before it is sub-sampled.

R. Zhang, 'Making Convolutional Networks Shift-Invariant Again', ICML 2019, arXiv 1904.11486:
max-blur-pool with the binomial filter of three taps. The paper pads by reflection; here the padding
is zero, the background of all pictures, as in every other layer.
"""

from __future__ import annotations

from functools import partial

import torch.nn.functional as functional
from torch import Tensor, nn

from ...filters.stack import binomial
from ..backbone import Backbone
from ..recipe import Recipe

TAPS = 3


class BlurPool(nn.Module):
    """Maximum over 2 x 2 at stride 1, then a binomial blur of three taps at stride 2.

    (n, channels, rows, columns) to (n, channels, rows / 2, columns / 2), for even rows and columns.
    Output cell k stands for inputs 2k - 1 to 2k + 2, centered on the 2k and 2k + 1 of plain
    max-pooling. Beyond the edge all is 0, which no maximum prefers: the maps come from a ReLU.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("kernel", binomial(TAPS)[None, None], persistent=False)

    def forward(self, maps: Tensor) -> Tensor:
        dense = functional.max_pool2d(functional.pad(maps, (0, 1, 0, 1)), 2, 1)
        channels = dense.shape[1]
        weight = self.get_buffer("kernel").expand(channels, 1, TAPS, TAPS)
        return functional.conv2d(dense, weight, stride=2, padding=1, groups=channels)


RECIPE = Recipe(
    name="blur",
    title="Blur pooling",
    description="The plain network with blur pooling: the maxima are blurred before subsampling.",
    reference=(
        "Zhang: Making Convolutional Networks Shift-Invariant Again. ICML 2019, arXiv 1904.11486"
    ),
    accepts="either",
    default_range_px=(24.0, 24.0),
    build=partial(Backbone, pool=BlurPool),
)
