"""One size with a reject class, asked over a pyramid: how MTCNN's proposal network is made.

K. Zhang, Z. Zhang, Z. Li and Y. Qiao, 'Joint Face Detection and Alignment Using Multitask Cascaded
Convolutional Networks', IEEE Signal Processing Letters 23 (10), 2016, pages 1499 to 1503, arXiv
1604.02878. There a window that overlaps a face by more than 0.65 (intersection over union) is a
face, by less than 0.3 it is none, and the face decision is not learned from what lies between; so
a face at a foreign size is a negative without anyone saying so. Here the size alone decides:

- within a quarter of an octave of the trained sizes, [low / 1.19, high * 1.19], a thing has its
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

from ..backbone import CELL_PX, Backbone
from ..pyramid import resized
from ..recipe import IGNORED, Frame, Lesson, Recipe
from ..sizes import Sizes

OWN = 2**0.25  # up to this ratio a size counts as trained
FOREIGN = 2**0.5  # beyond this ratio it is rejected
LEAST_PX = 6.0
LEVELS = tuple(2.0 ** (step / 2) for step in range(-3, 3))  # every half octave, .35 to 2


def build(frame: Frame) -> nn.Module:
    """The plain network with one output more, the last, for 'reject'."""
    return Backbone(replace(frame, classes=frame.classes + 1))


def teach(lesson: Lesson) -> Lesson:
    """Sizes over the whole canvas, and labels by how far they are from the trained ones."""
    low, high, count = lesson.low_px, lesson.high_px, len(lesson.sizes_px)
    own = Sizes(low / OWN, high * OWN).draw(count, lesson.generator)
    most = max(float(lesson.canvas_px), LEAST_PX)
    every = Sizes(LEAST_PX, most).draw(count, lesson.generator)
    sizes = torch.where(torch.rand(count, generator=lesson.generator) < 0.5, own, every)
    away = torch.maximum(low / sizes, sizes / high)  # at most 1 inside the trained range
    labels = torch.where(away <= OWN * (1 + 1e-6), lesson.labels, IGNORED)
    labels = torch.where(away > FOREIGN, lesson.classes, labels)
    return replace(lesson, sizes_px=sizes, labels=labels)


def by_level(module: nn.Module, images: Tensor) -> Tensor:
    """Probabilities (n, levels, classes + 1), the last of each row being 'reject'.

    The whole canvas is resized, so nothing leaves it: its side grows and shrinks with the level, up
    to the next multiple of what pooling needs, which would drop the rest.
    """
    sides = [CELL_PX * math.ceil(images.shape[-1] * level / CELL_PX) for level in LEVELS]
    levels = [resized(images, *level) for level in zip(LEVELS, sides, strict=True)]
    return torch.stack([module(one).softmax(1) for one in levels], 1)


def answer(module: nn.Module, images: Tensor) -> Tensor:
    """Probabilities (n, classes): each class's largest over the levels, made to sum to 1.

    A level that rejects has little left for its classes, so it is not heard.
    """
    best = by_level(module, images)[:, :, :-1].amax(1)
    return best / best.sum(1, keepdim=True)


RECIPE = Recipe(
    name="reject-pyramid",
    title="One size, rejecting others, over a pyramid",
    says="Taught one size and to reject others, then asked at every level of a pyramid.",
    reference=(
        "Zhang, Zhang, Li, Qiao: Joint Face Detection and Alignment Using Multitask Cascaded "
        "Convolutional Networks. IEEE Signal Processing Letters 23 (10), 2016, 1499-1503, "
        "arXiv 1604.02878"
    ),
    takes="one size",
    standard=(24.0, 24.0),
    build=build,
    teach=teach,
    answer=answer,
)
