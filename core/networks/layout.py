"""The architectures of the networks as data, and their layers; no torch here.

The modules are built from the same data, so a stride is written down once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DEPTHWISE = ".depthwise"  # after the name of a block: the output of its depthwise convolution


@dataclass(frozen=True)
class Layer:
    """A layer whose output is recorded: an activation, a bottleneck or a pooling layer.

    ``stride_px`` is the number of input pixels from a cell to the next, ``receptive_field_px`` the
    side of a cell's receptive field, before clipping to the picture. Both are 0 where they are not
    known, which is so only for networks that are not in the table.
    """

    name: str
    title: str
    channels: int
    stride_px: int
    receptive_field_px: int


def layer_of(name: str) -> str:
    """The layer that a recorded map belongs to; its stride and receptive field are the layer's.

    A block's other convolutions have one cell, so its depthwise units see what its output sees.
    """
    return name.removesuffix(DEPTHWISE)


@dataclass(frozen=True)
class Stage:
    """``repeats`` inverted bottlenecks; the first has the ``stride``, all others 1."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    channels: int


@dataclass(frozen=True)
class MobileLayout:
    """Stem, stages of inverted bottlenecks, head: Sandler et al. 2018, 'MobileNetV2'.

    ``same``: TensorFlow's asymmetric 'same' padding, else ``kernel // 2`` on all sides.
    ``mean`` and ``scale``: the input is ``(images * 255 - mean) / scale`` per channel.
    """

    stages: tuple[Stage, ...]
    same: bool
    epsilon: float
    mean: tuple[float, float, float]
    scale: tuple[float, float, float]
    stem: int = 32
    head: int = 1280

    def blocks(self) -> Iterator[tuple[int, Stage]]:
        """Yield (input channels, block as a stage of its own) in order."""
        before = self.stem
        for stage in self.stages:
            for repeat in range(stage.repeats):
                stride = stage.stride if repeat == 0 else 1
                yield before, Stage(1, stage.kernel, stride, stage.expansion, stage.channels)
                before = stage.channels


EFFICIENTNET_LITE0 = MobileLayout(
    stages=(
        Stage(1, 3, 1, 1, 16),
        Stage(2, 3, 2, 6, 24),
        Stage(2, 5, 2, 6, 40),
        Stage(3, 3, 2, 6, 80),
        Stage(3, 5, 1, 6, 112),
        Stage(4, 5, 2, 6, 192),
        Stage(1, 3, 1, 6, 320),
    ),
    same=True,
    epsilon=1e-3,
    mean=(127.0, 127.0, 127.0),
    scale=(128.0, 128.0, 128.0),
)

MOBILENET_V2 = MobileLayout(
    stages=(
        Stage(1, 3, 1, 1, 16),
        Stage(2, 3, 2, 6, 24),
        Stage(3, 3, 2, 6, 32),
        Stage(4, 3, 2, 6, 64),
        Stage(3, 3, 1, 6, 96),
        Stage(3, 3, 2, 6, 160),
        Stage(1, 3, 1, 6, 320),
    ),
    same=False,
    epsilon=1e-5,
    mean=(123.675, 116.28, 103.53),
    scale=(58.395, 57.12, 57.375),
)

VGG16 = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
VGG16_MEAN = (122.67892, 116.66877, 104.00699)  # red, green, blue; the network itself takes BGR

Step = tuple[str, str, int, int, int]  # name, title, channels, kernel, stride


def _with_geometry(steps: Iterable[Step]) -> tuple[Layer, ...]:
    """Add strides and receptive fields: Araujo et al., Distill 2019."""
    layers, jump, field = [], 1, 1
    for name, title, channels, kernel, stride in steps:
        field += (kernel - 1) * jump
        jump *= stride
        layers.append(Layer(name, f"{title}, {channels} channels", channels, jump, field))
    return tuple(layers)


def windows(layers: Iterable[Layer]) -> Iterator[tuple[int, int]]:
    """Yield (kernel, stride) of every layer, in cells of the layer before it."""
    jump, field = 1, 1
    for layer in layers:
        yield (layer.receptive_field_px - field) // jump + 1, layer.stride_px // jump
        jump, field = layer.stride_px, layer.receptive_field_px


def _mobile_steps(layout: MobileLayout) -> Iterator[Step]:
    yield "stem", "stem", layout.stem, 3, 2
    for index, (_, block) in enumerate(layout.blocks()):
        yield f"blocks.{index}", f"block {index}", block.channels, block.kernel, block.stride
    yield "head", "head", layout.head, 1, 1


def mobile_layers(layout: MobileLayout) -> tuple[Layer, ...]:
    """List stem, every block and head; shortcuts do not enlarge a receptive field."""
    return _with_geometry(_mobile_steps(layout))


def _trunk_steps() -> Iterator[Step]:
    for group, widths in enumerate(VGG16, start=1):
        for number, width in enumerate(widths, start=1):
            yield f"conv{group}_{number}", f"convolution {group}.{number}", width, 3, 1
        if group < len(VGG16):
            yield f"pool{group}", f"max-pooling {group}", widths[-1], 2, 2


def trunk_layers() -> tuple[Layer, ...]:
    """List every ReLU of VGG16's trunk and every max pooling layer."""
    return _with_geometry(_trunk_steps())
