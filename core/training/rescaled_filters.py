"""One canonical set of filters, rescaled to every column's size by fixed linear maps."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .columns import Filters

TAPS = 3  # of the canonical filters, along each axis


def enlargement(side: int) -> Tensor:
    """Compute the map along one axis from 3 canonical taps to ``side``, float32 (side, 3).

    A filter is read as constant over each of its square taps. The taps are stretched to side / 3
    cells, each new cell takes what it covers of them, and all is divided by side / 3; so a filter
    keeps its sum, and one that is enlarged together with the image responds as before (exactly so
    where side / 3 is whole). With side 3 it is the identity. Raises ValueError for an even side,
    and for one below 3.
    """
    if side < TAPS or side % 2 == 0:
        raise ValueError(f"side: {side} is not allowed; give an odd number from {TAPS}.")
    factor = side / TAPS
    cells = torch.arange(side, dtype=torch.float64)[:, None]
    taps = torch.arange(TAPS, dtype=torch.float64) * factor
    covered = torch.minimum(cells + 1, taps + factor) - torch.maximum(cells, taps)
    return (covered.clamp(min=0) / factor).float()


class RescaledFilters(Filters):
    """Canonical 3 x 3 filters, which alone are learned, at every one of ``sides``."""

    def __init__(self, inputs: int, outputs: int, sides: Sequence[int]) -> None:
        super().__init__()
        self.sides = tuple(sides)
        self.weight = nn.Conv2d(inputs, outputs, TAPS, bias=False).weight  # torch's first values
        for side in self.sides:
            self.register_buffer(f"to_{side}", enlargement(side), persistent=False)

    def forward(self) -> list[Tensor]:
        """Give the kernels of every side, float32 (outputs, inputs, side, side)."""
        maps = [self.get_buffer(f"to_{side}") for side in self.sides]
        return [matrix @ self.weight @ matrix.T for matrix in maps]
