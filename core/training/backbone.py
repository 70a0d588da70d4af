"""The small convolutional network that every recipe uses or is built from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from .recipe import NetworkConfig

WIDTHS = (1, 2, 4, 4)  # filters of the stages, relative to the first one
TOTAL_STRIDE_PX = 2 ** len(
    WIDTHS
)  # what a cell of the last stage stands for; canvases are multiples
Pool = Callable[[], nn.Module]


def max_pool() -> nn.Module:
    """Build max pooling over 2 x 2 cells with stride 2."""
    return nn.MaxPool2d(2)


def stage(inputs: int, outputs: int, pool: Pool = max_pool) -> nn.Sequential:
    """Build a stage: 3 x 3 convolution (zero padding), batch normalization, ReLU, pooling.

    (n, inputs, rows, columns) to (n, outputs, rows / 2, columns / 2) with pooling by two. The
    background of all pictures is 0, so the padding continues it.
    """
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True), pool())


class Backbone(nn.Module):
    """Four stages of :func:`stage`, a maximum over all positions, and one linear layer.

    The stages have ``width`` times :data:`WIDTHS` filters. In and out: float32
    (n, 1, rows, columns) to logits (n, classes), for any canvas; of one that is no multiple of
    :data:`TOTAL_STRIDE_PX`, pooling drops the last rows and columns.
    """

    def __init__(
        self, config: NetworkConfig, pool: Pool = max_pool, widths: Sequence[int] = WIDTHS
    ) -> None:
        super().__init__()
        counts = [1, *(config.width * width for width in widths)]
        self.stages = nn.ModuleList(stage(*pair, pool) for pair in pairwise(counts))
        self.head = nn.Linear(counts[-1], config.classes)
        # Twice as fast on a CPU; torch's own types do not know this overload.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def maps(self, images: Tensor) -> list[Tensor]:
        """Give each stage's output, float32 (n, filters, rows, columns), halving at each stage."""
        outputs = [images]
        for layer in self.stages:
            outputs.append(layer(outputs[-1]))
        return outputs[1:]

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(self.maps(images)[-1].amax((2, 3)))
        return logits

    def first_filters(self) -> Tensor:
        """Give the first layer's kernels, float32 (filters, 3, 3)."""
        weight: Tensor = self.get_parameter("stages.0.0.weight")
        return weight.detach()[:, 0]
