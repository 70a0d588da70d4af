"""The control twin: the same network with every weight in a random place.

Every convolution and linear layer keeps its weights' values but not their order, so that the twin
has the trained network's layout and spread of weights and nothing of what it learned. Left alone,
its activations would leave the range that the trained network's were normalised for. So the
statistics of the batch normalisations are estimated anew on crops of the bundled photographs; where
there is no batch normalisation, each channel is given the mean and the spread that the trained
network's channel of that number has on these crops, which is what a batch normalisation does.
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
CROPS_PER_PASS = 8  # crops in one pass, which bounds the memory
TRUNK_CROPS, TRUNK_SIDE_PX = 4, 128  # VGG16 takes fifteen times as long as the others
MIN_PX, SIDE_PX = 96, 224


def shuffled_copy(module: Module, seed: int = 0) -> Module:
    """The control twin of a trained module in evaluation mode, which is left as it is."""
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
    """Put the entries of a tensor into a random order, in place."""
    order = torch.randperm(weight.numel(), generator=generator)
    weight.copy_(weight.flatten()[order].view_as(weight))


def reestimate_batch_norm(module: nn.Module, images: Tensor) -> None:
    """Estimate all batch normalisations' statistics anew, as the average over batches of images."""
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.reset_running_stats()
            layer.momentum = None  # which means: the average of all batches
            layer.train()
    for start in range(0, len(images), CROPS_PER_PASS):
        module(images[start : start + CROPS_PER_PASS])


def match_channel_statistics(shuffled: Trunk, trained: Trunk, images: Tensor) -> None:
    """Give every channel the mean and spread before ReLU of the trained one's, layer by layer."""
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
    """Random squares of the bundled photographs in turn, float32 (count, 3, side, side) in [0, 1].

    Sides are log-uniform from :data:`MIN_PX` to the photograph's shorter side; resized with
    anti-aliasing.
    """
    random = np.random.default_rng(seed)
    names = list(SAMPLES)
    return torch.cat([_crop(names[at % len(names)], random, side_px) for at in range(count)])


def _crop(name: str, random: np.random.Generator, side_px: int) -> Tensor:
    picture = sample(name)
    _, rows, columns = picture.shape
    side = round(MIN_PX * (min(rows, columns) / MIN_PX) ** random.random())
    top, left = random.integers(rows - side + 1), random.integers(columns - side + 1)
    cut = torch.tensor(picture[None, :, top : top + side, left : left + side])
    size = (side_px, side_px)
    resized = functional.interpolate(cut, size, mode="bilinear", antialias=True)
    return resized.clamp(0, 1)
