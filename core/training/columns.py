"""Columns: the same network several times side by side, with the same filters at several sizes.

What multi-column networks and scale-equivariant steerable ones share. A column is one scale: its
kernels are made from the learned numbers of all columns, nothing passes from column to column, and
batch normalization, too, is one for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from .backbone import WIDTHS, max_pool
from .recipe import NetworkConfig


class Filters(nn.Module):
    """Learned filters, rendered at every scale.

    ``forward()`` gives one kernel a column, (outputs, inputs, side, side) with odd sides, the first
    of them that of scale 1.
    """

    def forward(self) -> list[Tensor]:
        raise NotImplementedError


def _laid_out(kernel: Tensor) -> Tensor:
    """The kernel in channels-last memory format, the fastest for a CPU."""
    return kernel.contiguous(memory_format=torch.channels_last)


class Stage(nn.Module):
    """Convolution by each column's kernels, batch normalization, ReLU, pooling by two.

    Batch normalization sees all columns as one batch. With one column of 3 x 3 this is the plain
    network's stage.
    """

    def __init__(self, filters: Filters, outputs: int) -> None:
        super().__init__()
        self.filters = filters
        self.norm = nn.BatchNorm2d(outputs)
        self.pool = max_pool()

    def forward(self, columns: Sequence[Tensor]) -> list[Tensor]:
        """Map each column (n, inputs, rows, columns) to (n, outputs, rows / 2, columns / 2)."""
        kernels = self.filters()
        responses = [
            functional.conv2d(maps, _laid_out(kernel), padding=kernel.shape[-1] // 2)
            for maps, kernel in zip(columns, kernels, strict=True)
        ]
        normal = functional.relu(self.norm(torch.cat(responses)), inplace=True)
        return list(self.pool(normal).chunk(len(responses)))


class Columns(nn.Module):
    """Stages over ``scales`` columns, then each column's maximum over all positions.

    ``make`` gives the filters from (inputs, outputs). ``merge`` is what the linear layer sees of
    the columns' features: 'concatenate' puts them side by side, 'maximum' takes the largest over
    the columns.
    (n, 1, rows, columns) to logits (n, classes).
    """

    def __init__(
        self, config: NetworkConfig, make: Callable[[int, int], Filters], scales: int, merge: str
    ) -> None:
        super().__init__()
        counts = [1, *(config.width * width for width in WIDTHS)]
        self.scales, self.merge = scales, merge
        self.stages = nn.ModuleList(Stage(make(*pair), pair[1]) for pair in pairwise(counts))
        self.head = nn.Linear(
            counts[-1] * (scales if merge == "concatenate" else 1), config.classes
        )

    def columns(self, images: Tensor) -> list[list[Tensor]]:
        """Give each stage's output by column, float32 (n, filters, rows, columns) each."""
        outputs = [[images] * self.scales]
        for stage in self.stages:
            outputs.append(stage(outputs[-1]))
        return outputs[1:]

    def maps(self, images: Tensor) -> list[Tensor]:
        """Give each stage's output in the column of scale 1, (n, filters, rows, columns)."""
        return [columns[0] for columns in self.columns(images)]

    def features(self, images: Tensor) -> Tensor:
        """Give each column's maxima over all positions, float32 (n, scales, features)."""
        return torch.stack([maps.amax((2, 3)) for maps in self.columns(images)[-1]], 1)

    def forward(self, images: Tensor) -> Tensor:
        features = self.features(images)
        merged = features.flatten(1) if self.merge == "concatenate" else features.amax(1)
        logits: Tensor = self.head(merged)
        return logits

    def first_filters(self) -> Tensor:
        """Give the first layer's kernels at scale 1, float32 (filters, rows, columns)."""
        first = self.get_submodule("stages.0.filters")
        assert isinstance(first, Filters)
        kernels: list[Tensor] = first()
        return kernels[0].detach()[:, 0]
