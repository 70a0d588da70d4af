"""Locally scale-invariant convolution: in every layer, the best of the same filters at many sizes.

A. Kanazawa, A. Sharma and D. Jacobs, 'Locally Scale-Invariant Convolutional Neural Networks', 2014,
arXiv 1412.5104. Each convolution sees its input resized by every factor of a pyramid, with the same
filters; the responses are resized back to the same grid, and at every position the
largest counts. No number is learned that the plain network does not have.

The paper's factors are .63 to 2 in steps of 1.26; here they are .63, 1 and 1.59, every other one of
those, for time. Resizing is bilinear, as there; at .63 two neighbors cover what lies between.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..backbone import Backbone
from ..recipe import NetworkConfig, Recipe

FACTORS = (2 ** (-2 / 3), 1.0, 2 ** (2 / 3))


def resize_bilinear(maps: Tensor, rows: int, columns: int) -> Tensor:
    """Resize bilinearly, edge to edge: float32 (n, channels, rows, columns)."""
    return functional.interpolate(maps, size=(rows, columns), mode="bilinear")


class LocallyInvariantConvolution(nn.Conv2d):
    """A 3 x 3 convolution, the largest over ``factors`` of its input's size at every place."""

    def __init__(self, inputs: int, outputs: int, factors: tuple[float, ...] = FACTORS) -> None:
        super().__init__(inputs, outputs, 3, padding=1, bias=False)
        self.factors = factors

    def at_factor(self, maps: Tensor, factor: float) -> Tensor:
        """Convolve the input resized by ``factor``: float32 (n, outputs, rows, columns)."""
        rows, columns = maps.shape[-2:]
        if factor == 1:
            return super().forward(maps)
        resized = resize_bilinear(maps, round(rows * factor), round(columns * factor))
        return resize_bilinear(super().forward(resized), rows, columns)

    def forward(self, input: Tensor) -> Tensor:
        """Take the maximum over the factors.

        (n, inputs, rows, columns) to (n, outputs, rows, columns).
        """
        best = self.at_factor(input, self.factors[0])
        for factor in self.factors[1:]:
            best = torch.maximum(best, self.at_factor(input, factor))
        return best


class LocallyInvariant(Backbone):
    """The plain network with such convolutions; the same shapes, the same learned numbers."""

    def __init__(self, config: NetworkConfig, factors: tuple[float, ...] = FACTORS) -> None:
        super().__init__(config)
        for stage in self.stages:
            assert isinstance(stage, nn.Sequential)
            plain = stage[0]
            assert isinstance(plain, nn.Conv2d)
            stage[0] = LocallyInvariantConvolution(plain.in_channels, plain.out_channels, factors)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


RECIPE = Recipe(
    name="locally-invariant",
    title="Locally scale-invariant convolution",
    description="In every layer, the same filters run on maps of three sizes; the maximum counts.",
    reference=(
        "Kanazawa, Sharma, Jacobs: Locally Scale-Invariant Convolutional Neural Networks. 2014, "
        "arXiv 1412.5104"
    ),
    accepts="either",
    default_range_px=(24.0, 24.0),
    build=LocallyInvariant,
)
