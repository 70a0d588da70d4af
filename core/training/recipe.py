"""What a recipe is: a network, its training sizes, and how it predicts.

Every recipe has a file of its own in :mod:`core.training.recipes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..specs.spec import SpecError
from .plan import Plan

IGNORE_INDEX = (
    -100
)  # the label of a picture that nothing is learned from, as torch's losses have it


@dataclass(frozen=True)
class NetworkConfig:
    """The configuration of a network: canvas side, classes, filters in the first layer."""

    canvas_px: int
    classes: int
    width: int


@dataclass(frozen=True)
class PlannedBatch:
    """A batch before it is painted.

    ``sizes_px`` float32 (n,), drawn from [low_px, high_px] by the recipe's law; ``labels`` int64
    (n,), 0 to classes - 1, or :data:`IGNORE_INDEX`; ``generator`` is the source of
    random numbers.
    """

    sizes_px: Tensor
    labels: Tensor
    low_px: float
    high_px: float
    classes: int
    canvas_px: int
    generator: torch.Generator


def unchanged(batch: PlannedBatch) -> PlannedBatch:
    """Return the batch as it is."""
    return batch


def softmax(module: nn.Module, images: Tensor) -> Tensor:
    """Predict probabilities, float32 (n, classes), with a module that gives logits.

    ``images``: float32 (n, 1, canvas, canvas).
    """
    logits: Tensor = module(images)
    return logits.softmax(1)


@dataclass(frozen=True)
class Recipe:
    """One training method.

    ``description`` is one sentence for the page, ``reference`` the paper as it is cited.
    ``accepts`` names the training sizes that it takes: 'one size', 'range' or 'either';
    ``default_range_px`` is its default (low, high) in px. ``build`` makes the module that is
    trained, from (n, 1, canvas, canvas) to logits (n, outputs). ``size_law`` is that of the
    training sizes ('log-uniform' or 'natural'). ``plan_batch`` may change a batch's sizes and
    labels. ``predict`` gives the tested probabilities (n, classes). ``channel_logits``, with scale
    channels, gives their logits (n, channels, classes), and ``scales`` the factor by which each
    resizes the image. ``trained_as`` names the recipe whose training is the same.
    """

    name: str
    title: str
    description: str
    reference: str
    accepts: str
    default_range_px: tuple[float, float]
    build: Callable[[NetworkConfig], nn.Module]
    size_law: str = "log-uniform"
    plan_batch: Callable[[PlannedBatch], PlannedBatch] = unchanged
    predict: Callable[[nn.Module, Tensor], Tensor] = softmax
    channel_logits: Callable[[nn.Module, Tensor], Tensor] | None = None
    scales: tuple[float, ...] = ()
    trained_as: str = ""

    def check(self, plan: Plan) -> None:
        """Raise SpecError when this recipe does not accept the plan's training sizes."""
        low, high = plan.low_px, plan.high_px
        if self.accepts == "range" and plan.is_one_size:
            allowed = "a range such as {:g}:{:g}".format(*self.default_range_px)
            raise SpecError("train_px", f"{low:g}", f"{allowed}, as required by {self.name}")
        if self.accepts == "one size" and not plan.is_one_size:
            allowed = f"one size such as {self.default_range_px[0]:g}"
            text = f"{low:g}:{high:g}"
            raise SpecError("train_px", text, f"{allowed}, as required by {self.name}")
