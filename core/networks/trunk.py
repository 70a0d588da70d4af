"""The convolutions of VGG16, with the max-poolings between them and without its classifier."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn
from torch.nn import functional

from core.networks.layout import VGG16, VGG16_MEAN
from core.networks.normalise import Normalise


class Trunk(nn.Module):
    """Simonyan & Zisserman 2014; :meth:`walk` gives the output at every place by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.normalise = Normalise(VGG16_MEAN, (1.0, 1.0, 1.0))
        before = 3
        for group, widths in enumerate(VGG16, start=1):
            for at, width in enumerate(widths, start=1):
                self.add_module(f"conv{group}_{at}", nn.Conv2d(before, width, 3, padding=1))
                before = width

    def steps(self) -> Iterator[tuple[str, nn.Module]]:
        """Every place's name and its convolution or pooling, in order."""
        # An odd side keeps its last row: Keras pads a pooling at the bottom and at the right.
        pooling = nn.MaxPool2d(2, ceil_mode=True)
        for group, widths in enumerate(VGG16, start=1):
            for name in (f"conv{group}_{at}" for at in range(1, len(widths) + 1)):
                yield name, self.get_submodule(name)
            if group < len(VGG16):
                yield f"pool{group}", pooling

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """(name, maps) for every place: (n, channels, rows, columns), after ReLU or pooling.

        ``images`` are float (n, 3, rows, columns) in [0, 1].
        """
        maps = self.normalise(images)
        for name, step in self.steps():
            maps = step(maps)
            if isinstance(step, nn.Conv2d):
                maps = functional.relu_(maps)
            yield name, maps
