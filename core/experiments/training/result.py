"""What a training experiment measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...training.trained import TrainedNetwork
from .spec import Spec, format_size_range


@dataclass(frozen=True)
class Result:
    """One recipe, trained once per seed: what :func:`run` gives, and what a file holds."""

    spec: Spec
    runs: tuple[TrainedNetwork, ...]

    @property
    def test_px(self) -> NDArray[np.float64]:
        """The test sizes, float64 (sizes,), ascending."""
        return self.runs[0].test_px

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """The test accuracy, float64 (seeds, sizes) in [0, 1]."""
        return np.stack([run.accuracy for run in self.runs])

    @property
    def test_objects(self) -> int:
        """How many test objects each seed's accuracies are over; each seed has its own."""
        return self.runs[0].plan.test_objects

    @property
    def shift_objects(self) -> int:
        """How many of them are tested with shifts."""
        from ...training.score import SHIFT_OBJECTS

        return min(SHIFT_OBJECTS, self.test_objects)

    @property
    def chance_level(self) -> float:
        """The accuracy of guessing, in (0, 1]."""
        from ...training.data import DATA

        return 1 / len(DATA[self.spec.data].classes)

    @property
    def consistency(self) -> NDArray[np.float64]:
        """The shift consistency, float64 (seeds, sizes) in [0, 1]."""
        return np.stack([run.consistency for run in self.runs])

    @property
    def train_range_px(self) -> tuple[float, float]:
        """The lowest and the highest training size, px."""
        plan = self.runs[0].plan
        return plan.low_px, plan.high_px

    @property
    def weakest(self) -> TrainedNetwork:
        """The run with the lowest mean accuracy among those with weights, or among all."""
        able = [run for run in self.runs if run.weights] or self.runs
        return min(able, key=lambda run: float(run.accuracy.mean()))

    @property
    def label(self) -> str:
        """The training sizes: '24 px', '10 to 56 px'."""
        return format_size_range(*self.train_range_px)
