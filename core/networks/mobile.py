"""EfficientNet-Lite0 and MobileNetV2: inverted bottlenecks with linear outputs."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator

from torch import Tensor, nn
from torch.nn import functional

from .chain import Chain, Step
from .layout import DEPTHWISE, MobileLayout, Stage
from .normalize import Normalize


class ConvBlock(nn.Module):
    """Convolution, batch normalization and, where ``active``, ReLU6."""

    def __init__(
        self,
        layout: MobileLayout,
        channels: tuple[int, int],
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        active: bool = True,
    ) -> None:
        super().__init__()
        self.asymmetric = layout.same and stride > 1
        padding = 0 if self.asymmetric else kernel // 2
        self.convolution = nn.Conv2d(*channels, kernel, stride, padding, groups=groups, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(channels[1], eps=layout.epsilon)
        self.activation = nn.ReLU6(inplace=True) if active else nn.Identity()

    def forward(self, maps: Tensor) -> Tensor:
        """Apply the block to maps (n, channels, rows, columns)."""
        if self.asymmetric:
            maps = pad_same(maps, self.convolution.kernel_size[0], self.convolution.stride[0])
        output: Tensor = self.activation(self.norm(self.convolution(maps)))
        return output


def pad_same(maps: Tensor, kernel: int, stride: int) -> Tensor:
    """Pad maps (n, channels, rows, columns) as TensorFlow's 'same': ``ceil(side / stride)`` cells.

    An odd amount puts the extra cell at the bottom and the right.
    """
    rows, columns = (
        max((math.ceil(side / stride) - 1) * stride + kernel - side, 0) for side in maps.shape[-2:]
    )
    return functional.pad(maps, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])


class Bottleneck(nn.Module):
    """Expansion, depthwise convolution, linear projection; a shortcut where shapes match."""

    def __init__(self, layout: MobileLayout, before: int, block: Stage) -> None:
        super().__init__()
        wide = before * block.expansion
        self.expand = ConvBlock(layout, (before, wide)) if block.expansion > 1 else nn.Identity()
        self.depthwise = ConvBlock(layout, (wide, wide), block.kernel, block.stride, groups=wide)
        self.project = ConvBlock(layout, (wide, block.channels), active=False)
        self.shortcut = block.stride == 1 and before == block.channels

    def filtered(self, maps: Tensor) -> Tensor:
        """Apply expansion and depthwise convolution to maps (n, channels, rows, columns)."""
        output: Tensor = self.depthwise(self.expand(maps))
        return output

    def projected(self, filtered: Tensor, maps: Tensor) -> Tensor:
        """Complete the block from what :meth:`filtered` made of maps (n, channels, rows, columns).

        Returns maps of the same kind.
        """
        output: Tensor = self.project(filtered)
        return output + maps if self.shortcut else output

    def forward(self, maps: Tensor) -> Tensor:
        """Apply the block to maps (n, channels, rows, columns)."""
        return self.projected(self.filtered(maps), maps)


class MobileNet(Chain):
    """The whole network; :meth:`walk` yields the output of every layer by name."""

    def __init__(self, layout: MobileLayout) -> None:
        super().__init__()
        self.normalize = Normalize(layout.mean, layout.scale)
        self.stem = ConvBlock(layout, (3, layout.stem), kernel=3, stride=2)
        blocks = list(layout.blocks())
        self.blocks = nn.ModuleList(Bottleneck(layout, before, block) for before, block in blocks)
        self.head = ConvBlock(layout, (blocks[-1][1].channels, layout.head))
        self.classifier = nn.Linear(layout.head, 1000)

    def steps(self) -> Iterator[tuple[str, Step]]:
        """Yield stem, every block and head; each takes maps (n, channels, rows, columns)."""
        yield "stem", self.stem
        for index, block in enumerate(self.blocks):
            yield f"blocks.{index}", block
        yield "head", self.head

    def walk_filters(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield (name, maps) for every layer in order; before a block, its depthwise convolution's.

        These are called after the block, with :data:`DEPTHWISE`. ``images`` as in :meth:`walk`.
        """
        maps = self.normalize(images)
        for name, step in self.steps():
            if isinstance(step, Bottleneck):
                filtered = step.filtered(maps)
                yield name + DEPTHWISE, filtered
                maps = step.projected(filtered, maps)
            else:
                maps = step(maps)
            yield name, maps

    def classify(self, maps: Tensor) -> Tensor:
        """Compute logits (n, 1000) from the head's maps (n, channels, rows, columns)."""
        logits: Tensor = self.classifier(functional.adaptive_avg_pool2d(maps, 1).flatten(1))
        return logits

    def forward(self, images: Tensor) -> Tensor:
        """Compute the logits (n, 1000) only; each map is freed once the next layer is computed."""
        return deque(self.walk(images), maxlen=1).pop()[1]
