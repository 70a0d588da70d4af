"""A convolution, a ReLU, and any number of pooling levels, in batches on PyTorch.

Receptive fields and padding are defined in :mod:`core.filters.receptive_field`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray

from .receptive_field import POOLS, Layout

Maps = NDArray[np.float32]


def binomial(size: int) -> torch.Tensor:
    """Make the blur of Zhang (2019): float32 (size, size), a row of Pascal's triangle, sum 1."""
    row = torch.ones(1)
    for _ in range(size - 1):
        row = functional.pad(row, (0, 1)) + functional.pad(row, (1, 0))
    square = row[:, None] * row[None, :]
    return square / square.sum()


def _blur(maps: torch.Tensor, size: int, stride: int) -> torch.Tensor:
    channels = maps.shape[1]
    weight = binomial(size).expand(channels, 1, size, size)
    return functional.conv2d(maps, weight, stride=stride, groups=channels)


def pool(maps: torch.Tensor, kind: str, size: int, stride: int) -> torch.Tensor:
    """Pool float32 (n, channels, rows, columns) maps once, without padding.

    'l2' is the root of the mean of squares; 'blur' a binomial filter then sub-sampling, and
    'max-blur' a dense maximum before it (Zhang, 'Making Convolutional Networks Shift-Invariant
    Again', ICML 2019).
    """
    if kind == "max":
        return functional.max_pool2d(maps, size, stride)
    if kind == "average":
        return functional.avg_pool2d(maps, size, stride)
    if kind == "l2":
        return functional.avg_pool2d(maps * maps, size, stride).sqrt()
    if kind == "blur":
        return _blur(maps, size, stride)
    if kind == "max-blur":
        return _blur(functional.max_pool2d(maps, size, 1), size, stride)
    raise ValueError(f"there is no pooling '{kind}'; there are {', '.join(POOLS)}")


def convolve(images: torch.Tensor, kernels: Maps, layout: Layout) -> torch.Tensor:
    """Cross-correlate a batch with kernels.

    ``images``: float32 (n, 1, rows, columns); ``kernels``: float32 (k, rows, columns). Returns
    float32 (n, k, rows, columns), of the size that ``layout`` gives. With one kernel the images are
    the channels of one picture, which is several times as fast.
    """
    weight = torch.from_numpy(np.ascontiguousarray(kernels))[:, None]
    groups = len(images) if len(kernels) == 1 else 1
    if groups > 1:
        images, weight = images.transpose(0, 1), weight.expand(groups, 1, *kernels.shape[1:])
    if layout.padding == "same":
        pads = []
        for taps in (layout.kernel_columns, layout.kernel_rows):  # torch.pad: last axis first
            before = (taps // 2) * layout.dilation
            pads += [before, (taps - 1) * layout.dilation - before]
        images = functional.pad(images, pads)
    maps = functional.conv2d(
        images,
        weight.contiguous(),
        stride=layout.stride,
        dilation=layout.dilation,
        groups=groups,
    )
    return maps.transpose(0, 1) if groups > 1 else maps


@dataclass(frozen=True)
class Response:
    """The maps of a batch: float32 (n, kernels, rows, columns), before and after each level."""

    convolution: Maps
    levels: list[Maps]


def run(images: Maps, kernels: Maps, layout: Layout) -> Response:
    """Run a batch through the stack.

    ``images``: float32 (n, rows, columns), the background at 0; ``kernels``: float32 (k, rows,
    columns). ``levels[0]`` is the ReLU map, ``levels[d]`` the one after d pooling layers.
    """
    with torch.inference_mode():
        batch = torch.from_numpy(np.ascontiguousarray(images, dtype=np.float32))[:, None]
        convolution = convolve(batch, kernels, layout)
        maps = [torch.relu(convolution)]
        for _ in range(layout.depth):
            maps.append(pool(maps[-1], layout.pool, layout.pool_size, layout.pool_stride))
        return Response(convolution.numpy(), [level.numpy() for level in maps])
