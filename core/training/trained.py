"""The log of a training, its checkpoints, and the trained network.

NumPy only, so that a process that does not train itself needs no torch to hold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .plan import Plan

Line = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class TrainingLogEntry:
    """The state of a training after ``step`` of ``steps``.

    ``loss``: the mean over the steps since the last entry. ``accuracy``: float64 (sizes,) in
    [0, 1], at each test size, of the first few test objects only; None where it was not measured.
    ``seconds``: spent so far, evaluations included, pauses not.
    """

    step: int
    steps: int
    loss: float
    accuracy: Line | None
    seconds: float


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that resuming needs: arrays by name, and metadata that JSON holds without loss."""

    arrays: Arrays
    metadata: dict[str, Any]


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network trained by a plan, with its scores.

    All lines are float64 (sizes,), over ``test_px``: ``accuracy`` in [0, 1] over all test objects;
    ``consistency`` and ``change`` as :mod:`core.training.score` defines them. ``winners`` is
    float64 (sizes, channels), the fraction of test objects for which each scale channel has the
    largest logit, or None without channels. ``parameters`` counts the learned numbers, ``images``
    the training images, ``seconds`` those of the one core that trained, evaluations included; other
    work of the machine does not count. ``weights`` are the module's arrays by name, as
    :func:`core.training.loop.load_network` reads them back.
    """

    plan: Plan
    test_px: Line
    accuracy: Line
    log: tuple[TrainingLogEntry, ...]
    parameters: int
    images: int
    seconds: float
    consistency: Line
    change: Line
    winners: Line | None
    weights: Arrays
