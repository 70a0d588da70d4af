"""One size with a reject class, over an image pyramid: as in MTCNN's proposal network.

K. Zhang, Z. Zhang, Z. Li and Y. Qiao, 'Joint Face Detection and Alignment Using Multitask Cascaded
Convolutional Networks', IEEE Signal Processing Letters 23 (10), 2016, pages 1499 to 1503, arXiv
1604.02878. There a window that overlaps a face by more than 0.65 (intersection over union) is a
face, by less than 0.3 it is none, and the face decision is not learned from what lies between; so
a face at a foreign size is a negative without anyone saying so. Here the size alone decides:

- within a quarter of an octave of the trained sizes, [low / 1.19, high * 1.19], an object has its
  class;
- more than half an octave away it is 'reject', one class more;
- between the two, nothing is learned from it.

Half of a batch is drawn from the first band, the rest from 6 px to the whole canvas, log-uniformly
each (the paper shows three negatives to a face, and has a larger budget).
"""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor, nn

from ..backbone import TOTAL_STRIDE_PX, Backbone
from ..pyramid import resize_about_center
from ..recipe import IGNORE_INDEX, NetworkConfig, PlannedBatch, Recipe
from ..sizes import Sizes

TRAINED_RATIO = 2**0.25  # up to this ratio a size counts as trained
REJECT_RATIO = 2**0.5  # beyond this ratio it is rejected
MIN_PX = 6.0
LEVELS = tuple(2.0 ** (step / 2) for step in range(-3, 3))  # every half octave, .35 to 2


def build(config: NetworkConfig) -> nn.Module:
    """Build the plain network with one more output, the last, for 'reject'."""
    return Backbone(replace(config, classes=config.classes + 1))


def plan_batch(batch: PlannedBatch) -> PlannedBatch:
    """Draw sizes over the whole canvas, and label them by their distance from the trained ones."""
    low, high, count = batch.low_px, batch.high_px, len(batch.sizes_px)
    near_trained = Sizes(low / TRAINED_RATIO, high * TRAINED_RATIO).draw(count, batch.generator)
    largest_px = max(float(batch.canvas_px), MIN_PX)
    any_size = Sizes(MIN_PX, largest_px).draw(count, batch.generator)
    sizes = torch.where(torch.rand(count, generator=batch.generator) < 0.5, near_trained, any_size)
    away = torch.maximum(low / sizes, sizes / high)  # at most 1 inside the trained range
    labels = torch.where(away <= TRAINED_RATIO * (1 + 1e-6), batch.labels, IGNORE_INDEX)
    labels = torch.where(away > REJECT_RATIO, batch.classes, labels)
    return replace(batch, sizes_px=sizes, labels=labels)


def probabilities_by_level(module: nn.Module, images: Tensor) -> Tensor:
    """Predict by level, float32 (n, levels, classes + 1), the last being 'reject'.

    The whole canvas is resized, so nothing leaves it: its side grows and shrinks with the level, up
    to the next multiple of what pooling needs, which would drop the rest.
    """
    sides = [
        TOTAL_STRIDE_PX * math.ceil(images.shape[-1] * level / TOTAL_STRIDE_PX) for level in LEVELS
    ]
    levels = [resize_about_center(images, *level) for level in zip(LEVELS, sides, strict=True)]
    return torch.stack([module(level).softmax(1) for level in levels], 1)


def predict(module: nn.Module, images: Tensor) -> Tensor:
    """Predict probabilities, float32 (n, classes): the largest over levels, normalized to sum 1.

    A level that rejects has low probabilities for its classes, so it does not count.
    """
    best = probabilities_by_level(module, images)[:, :, :-1].amax(1)
    return best / best.sum(1, keepdim=True)


RECIPE = Recipe(
    name="reject-pyramid",
    title="Image pyramid with reject class",
    description="Trained on one size and to reject others; run on every level of an image pyramid.",
    reference=(
        "Zhang, Zhang, Li, Qiao: Joint Face Detection and Alignment Using Multitask Cascaded "
        "Convolutional Networks. IEEE Signal Processing Letters 23 (10), 2016, 1499-1503, "
        "arXiv 1604.02878"
    ),
    accepts="one size",
    default_range_px=(24.0, 24.0),
    build=build,
    plan_batch=plan_batch,
    predict=predict,
)
