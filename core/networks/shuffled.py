"""The control: a copy of a network with the weights of every layer in random order.

The copy keeps the architecture and the weight distribution of every layer, and nothing that was
learned. Its activations would leave the range for which the trained network was normalized, so the
batch normalization statistics are estimated again on crops of the bundled photographs. Without
batch normalization, each channel is scaled and shifted to the mean and standard deviation that the
trained network's channel has on these crops.
"""

from __future__ import annotations

import copy
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..imaging.decode import SAMPLES, sample
from .trunk import Trunk

Module = TypeVar("Module", bound=nn.Module)

CROPS = 16
CROPS_PER_PASS = 8  # bounds the memory
TRUNK_CROPS, TRUNK_SIDE_PX = 4, 128  # VGG16 takes fifteen times as long as the others
MIN_PX, SIDE_PX = 96, 224


def shuffled_copy(module: Module, seed: int = 0) -> Module:
    """Copy a trained module with shuffled weights; the module itself is not changed."""
    shuffled = copy.deepcopy(module)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for layer in shuffled.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                shuffle_entries(layer.weight, generator)
        if isinstance(shuffled, Trunk) and isinstance(module, Trunk):
            match_channel_statistics(
                shuffled, module, random_crops(TRUNK_CROPS, seed, TRUNK_SIDE_PX)
            )
        else:
            reestimate_batch_norm(shuffled, random_crops(CROPS, seed))
    return shuffled.eval()


def shuffle_entries(weight: Tensor, generator: torch.Generator) -> None:
    """Shuffle the entries of a weight, (out, in, rows, columns) or any other shape, in place."""
    order = torch.randperm(weight.numel(), generator=generator)
    weight.copy_(weight.flatten()[order].view_as(weight))


def reestimate_batch_norm(module: nn.Module, images: Tensor) -> None:
    """Estimate all batch normalization statistics on images (n, 3, rows, columns) in [0, 1].

    Running mean and variance become the average over all batches.
    """
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.reset_running_stats()
            layer.momentum = None  # which means: the average of all batches
            layer.train()
    for start in range(0, len(images), CROPS_PER_PASS):
        module(images[start : start + CROPS_PER_PASS])


def match_channel_statistics(shuffled: Trunk, trained: Trunk, images: Tensor) -> None:
    """Match each channel's mean and standard deviation before ReLU to the trained network's.

    ``images``: float32 (n, 3, rows, columns) in [0, 1].
    """
    ours, theirs = shuffled.normalize(images), trained.normalize(images)
    for (_, step), (_, model) in zip(shuffled.layers(), trained.layers(), strict=True):
        ours, theirs = step(ours), model(theirs)
        if isinstance(step, nn.Conv2d) and step.bias is not None:
            gain = theirs.std((0, 2, 3)) / ours.std((0, 2, 3)).clamp(min=1e-6)
            shift = theirs.mean((0, 2, 3)) - gain * ours.mean((0, 2, 3))
            step.weight.mul_(gain[:, None, None, None])
            step.bias.mul_(gain).add_(shift)
            ours = functional.relu_(ours.mul_(gain[:, None, None]).add_(shift[:, None, None]))
            theirs = functional.relu_(theirs)


def random_crops(count: int, seed: int, side_px: int = SIDE_PX) -> Tensor:
    """Draw random squares of the bundled photographs, float32 (count, 3, side, side) in [0, 1].

    Sides are log-uniform from :data:`MIN_PX` to the photograph's shorter side; resized with
    anti-aliasing.
    """
    random = np.random.default_rng(seed)
    names = list(SAMPLES)
    return torch.cat([_crop(names[index % len(names)], random, side_px) for index in range(count)])


def _crop(name: str, random: np.random.Generator, side_px: int) -> Tensor:
    picture = sample(name)
    _, rows, columns = picture.shape
    side = round(MIN_PX * (min(rows, columns) / MIN_PX) ** random.random())
    top, left = random.integers(rows - side + 1), random.integers(columns - side + 1)
    cut = torch.tensor(picture[None, :, top : top + side, left : left + side])
    size = (side_px, side_px)
    resized = functional.interpolate(cut, size, mode="bilinear", antialias=True)
    return resized.clamp(0, 1)
