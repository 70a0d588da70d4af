"""Normalize pictures for the input of a network."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Normalize(nn.Module):
    """``(images * 255 - mean) / scale`` per channel; images (n, 3, rows, columns) in [0, 1].

    The result has ``memory_format`` and dtype ``precision``, and so have all maps after it; the
    arithmetic here is in the dtype of mean and scale.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, mean: tuple[float, ...], scale: tuple[float, ...]) -> None:
        super().__init__()
        self.memory_format = torch.contiguous_format
        self.precision: torch.dtype | None = None  # None: the dtype of mean and scale
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("scale", torch.tensor(scale).view(1, -1, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        levels = (images.to(self.mean.dtype) * 255 - self.mean) / self.scale
        result = levels if self.precision is None else levels.to(self.precision)
        return result.contiguous(memory_format=self.memory_format)
