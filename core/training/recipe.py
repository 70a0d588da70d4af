"""What a recipe is: a network, the sizes that it is taught, and how it is asked afterwards.

Every recipe has a file of its own in :mod:`core.training.recipes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..specs.spec import SpecError
from .plan import Plan

IGNORED = -100  # the label of a picture that nothing is learned from, as torch's losses have it


@dataclass(frozen=True)
class Frame:
    """What a network is built for: a square canvas, so many classes, filters in the first layer."""

    canvas_px: int
    classes: int
    width: int


@dataclass(frozen=True)
class Lesson:
    """A batch before it is painted.

    ``sizes_px`` float32 (n,), drawn from [low_px, high_px] by the recipe's law; ``labels`` int64
    (n,), 0 to classes - 1, or :data:`IGNORED`; ``generator`` is where a recipe draws from when it
    needs chance.
    """

    sizes_px: Tensor
    labels: Tensor
    low_px: float
    high_px: float
    classes: int
    canvas_px: int
    generator: torch.Generator


def same(lesson: Lesson) -> Lesson:
    """The lesson as it is."""
    return lesson


def softmax(module: nn.Module, images: Tensor) -> Tensor:
    """Probabilities (n, classes) of a module whose outputs are the classes' logits."""
    logits: Tensor = module(images)
    return logits.softmax(1)


@dataclass(frozen=True)
class Recipe:
    """One way to make a network tolerant of size, or not.

    ``says`` is one sentence for people, ``reference`` the paper as one would cite it. ``takes``
    tells which training sizes it can be given: 'one size', 'range' or 'either'; ``standard`` is
    its own (low, high) in px. ``build`` makes the module that is trained, from (n, 1, canvas,
    canvas) to logits (n, outputs). ``law`` is that of the training sizes ('log-uniform' or
    'natural'). ``teach`` may change a batch's sizes and labels. ``answer`` gives what is tested:
    probabilities (n, classes). ``channels``, where there are scale channels, gives their logits
    (n, channels, classes), and ``scales`` the factors that the picture is resized by for each.
    ``trains_as`` names the recipe whose training is the same.
    """

    name: str
    title: str
    says: str
    reference: str
    takes: str
    standard: tuple[float, float]
    build: Callable[[Frame], nn.Module]
    law: str = "log-uniform"
    teach: Callable[[Lesson], Lesson] = same
    answer: Callable[[nn.Module, Tensor], Tensor] = softmax
    channels: Callable[[nn.Module, Tensor], Tensor] | None = None
    scales: tuple[float, ...] = ()
    trains_as: str = ""

    def check(self, plan: Plan) -> None:
        """Raises SpecError when the plan's training sizes are not what this recipe takes."""
        low, high = plan.low_px, plan.high_px
        if self.takes == "range" and plan.is_one_size:
            allowed = "a range such as {:g}:{:g}".format(*self.standard)
            raise SpecError("train_px", f"{low:g}", f"{allowed}, which is what {self.name} takes")
        if self.takes == "one size" and not plan.is_one_size:
            allowed = f"one size such as {self.standard[0]:g}"
            given = f"{low:g}:{high:g}"
            raise SpecError("train_px", given, f"{allowed}, which is what {self.name} takes")
