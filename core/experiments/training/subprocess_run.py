"""A spec's seeds, one after the other, each trained in a process of its own: a job's work.

It can be stopped at any time and goes on from where it stopped (:mod:`core.training.process`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ...training.plan import Plan
from ...training.process import TrainingProgress, train_in_subprocess
from ...training.trained import TrainedNetwork
from .result import Result
from .spec import Spec


@dataclass(frozen=True, eq=False)
class Apart:
    """How far a spec's training has come: the seeds that are ``done``, and the one that is not."""

    spec: Spec
    done: tuple[TrainedNetwork, ...] = ()
    now: TrainingProgress | None = None

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of all seeds."""
        return self.spec.plans()

    @property
    def fraction(self) -> float:
        """How much of all seeds' time is over, 0 to 1, as far as can be told."""
        return min(1.0, (len(self.done) + self._part) / len(self.spec.seeds))

    @property
    def _part(self) -> float:
        """Of the seed that is being trained; by its steps where its pace is not known yet."""
        if self.now is None or not self.now.log:
            return 0.0
        last = self.now.log[-1]
        return self.now.fraction or last.step / last.steps

    @property
    def left_s(self) -> float | None:
        """Seconds that all that is left will take; None before the first moment."""
        if self.now is None or not self.now.log or self.now.left_s is None:
            return None
        one_s = self.now.log[-1].seconds + self.now.left_s
        return self.now.left_s + one_s * (len(self.spec.seeds) - len(self.done) - 1)

    @property
    def result(self) -> Result | None:
        """The result of all seeds; None before the last one is done."""
        is_done = len(self.done) == len(self.spec.seeds)
        return Result(self.spec, self.done) if is_done else None


Report = Callable[[float, Any], None]


def carry_on(before: Apart, report: Report) -> Apart:
    """Train what ``before`` has not trained yet; ``report(fraction, apart)`` tells of it.

    Raises what :func:`core.training.process.train_in_subprocess` raises; what was reported last then holds
    all that is needed to go on.
    """
    apart = before
    for plan in before.plans[len(before.done) :]:
        found = train_in_subprocess(
            plan, _told(apart, report), apart.now.checkpoint if apart.now else None
        )
        apart = replace(apart, done=(*apart.done, found), now=None)
    return apart


def _told(apart: Apart, report: Report) -> Callable[[float, TrainingProgress], None]:
    """How a seed's process reports, as a report of all of them."""

    def told(fraction: float, sofar: TrainingProgress) -> None:
        found = replace(apart, now=sofar)
        report(found.fraction, found)

    return told
