"""The time that a training takes on this machine, estimated before it starts and while it runs.

The time has two parts: the steps, and the images that are predicted, in the evaluations during
training and in the tests at the end. Both are measured, because prediction costs some recipes more
than learning. Beforehand that is done with a few steps of the plan itself, with one thread as in a
process of its own; it takes less than a second for most recipes and is kept for as long as this
process lives. Starting a process, a second or two, comes on top, and so does any other work that
the machine is busy with later and was not then.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch

from . import score
from .loop import EVALUATED_OBJECTS, EVALUATIONS, LOG_ENTRIES, Training
from .plan import Plan
from .recipes import recipe
from .threads import single_thread
from .trained import TrainingLogEntry

TIMED_STEPS = 3  # steps; the first warms up
PREDICT_COST = 0.4  # relative to the cost of learning from an image, until it is measured


@dataclass(frozen=True)
class Pace:
    """Seconds for one training step of a plan, and for predicting one image."""

    step_s: float
    predict_s: float

    def seconds(self, plan: Plan) -> float:
        """Estimate the time of the whole plan, tests included, s."""
        return plan.steps * self.step_s + predicted_images(plan) * self.predict_s


def images_per_evaluation(plan: Plan) -> int:
    """Count the images predicted in one evaluation during training."""
    return min(EVALUATED_OBJECTS, plan.test_objects) * len(plan.test_px)


def predicted_images(plan: Plan) -> int:
    """Count the images predicted in a whole training: evaluations, and the tests at the end."""
    few = min(score.SHIFT_OBJECTS, plan.test_objects)
    places = score.SHIFTS + 3  # for the consistency, and for the change by one px
    channels = 0 if recipe(plan.recipe).channel_logits is None else 1
    tests = plan.test_objects + few * (places + channels)
    return min(EVALUATIONS, plan.steps) * images_per_evaluation(plan) + len(plan.test_px) * tests


def observed_pace(plan: Plan, log: Sequence[TrainingLogEntry]) -> Pace:
    """Estimate the pace of a running training from its ``log``, which has at least one entry."""
    steps = np.diff([0, *(entry.step for entry in log)])
    spent = np.diff([0.0, *(entry.seconds for entry in log)])
    evaluated = np.array([entry.accuracy is not None for entry in log])
    if evaluated.all():  # too short to tell one from the other
        step_s = float(spent.sum() / steps.sum())
        return Pace(step_s, PREDICT_COST * step_s / plan.batch_size)
    step_s = float(np.median(spent[~evaluated] / steps[~evaluated]))
    if not evaluated.any():
        return Pace(step_s, PREDICT_COST * step_s / plan.batch_size)
    more = float(np.median(spent[evaluated] - steps[evaluated] * step_s))
    return Pace(step_s, max(0.0, more) / images_per_evaluation(plan))


def remaining_s(plan: Plan, log: Sequence[TrainingLogEntry]) -> float:
    """Estimate the seconds left after the last entry of the log, tests included."""
    return max(0.0, observed_pace(plan, log).seconds(plan) - log[-1].seconds)


def fraction_done(plan: Plan, log: Sequence[TrainingLogEntry]) -> float:
    """Estimate the fraction of the time that is over, tests included, 0 to 1."""
    spent_s = log[-1].seconds
    return spent_s / (spent_s + remaining_s(plan, log)) if spent_s else 0.0


@lru_cache(maxsize=256)
def _measure_pace(plan: Plan) -> Pace:
    with single_thread():
        training = Training(plan)
        steady = [
            entry.seconds for _, entry in zip(range(TIMED_STEPS), training.train(), strict=False)
        ]
        images = torch.rand(score.BATCH_SIZE, 1, plan.canvas_px, plan.canvas_px)
        began = time.perf_counter()
        score.predict(training.recipe.predict, training.module, images)
        predict_s = (time.perf_counter() - began) / len(images)
    return Pace(float(np.diff(steady).min()), predict_s)


def measure_pace(plan: Plan) -> Pace:
    """Measure the pace of a plan on this machine, in the calling thread; once per kind of plan.

    Raises what :class:`core.training.loop.Training` raises.
    """
    few = replace(
        plan, train_objects=max(plan.batch_size, 50), test_objects=10, test_px=plan.test_px[:1]
    )
    return _measure_pace(replace(few, seed=0, steps=LOG_ENTRIES))
