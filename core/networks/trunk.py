"""The convolutions of VGG16 and the max pooling layers between them, without the classifier."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from torch import Tensor, nn
from torch.nn import functional

from .chain import Chain, Step
from .layout import VGG16, VGG16_MEAN
from .normalize import Normalize


class Trunk(Chain):
    """Simonyan & Zisserman 2014; :meth:`walk` yields the output of every layer by name."""

    def __init__(self) -> None:
        super().__init__()
        self.normalize = Normalize(VGG16_MEAN, (1.0, 1.0, 1.0))
        before = 3
        for group, widths in enumerate(VGG16, start=1):
            for number, width in enumerate(widths, start=1):
                self.add_module(f"conv{group}_{number}", nn.Conv2d(before, width, 3, padding=1))
                before = width

    def layers(self) -> Iterator[tuple[str, nn.Module]]:
        """Yield every layer's name and its convolution or pooling, in order, without ReLU."""
        # An odd side keeps its last row: Keras pads a pooling at the bottom and at the right.
        pooling = nn.MaxPool2d(2, ceil_mode=True)
        for group, widths in enumerate(VGG16, start=1):
            for name in (f"conv{group}_{number}" for number in range(1, len(widths) + 1)):
                yield name, self.get_submodule(name)
            if group < len(VGG16):
                yield f"pool{group}", pooling

    def steps(self) -> Iterator[tuple[str, Step]]:
        """Yield every convolution with its ReLU, and every pooling layer.

        Each takes maps (n, channels, rows, columns).
        """
        for name, layer in self.layers():
            yield name, partial(conv_relu, layer) if isinstance(layer, nn.Conv2d) else layer


def conv_relu(convolution: nn.Conv2d, maps: Tensor) -> Tensor:
    """Apply a convolution and ReLU to maps (n, channels, rows, columns)."""
    return functional.relu_(convolution(maps))
