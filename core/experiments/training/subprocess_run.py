"""Training all seeds of a spec, one after the other, each in a process of its own: a job's work.

It can be canceled at any time, and resumed where it was (:mod:`core.training.process`).
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
class SeedsProgress:
    """The progress of a spec's training: the seeds that are ``done``, and the ``current`` one."""

    spec: Spec
    done: tuple[TrainedNetwork, ...] = ()
    current: TrainingProgress | None = None

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans of all seeds."""
        return self.spec.plans()

    @property
    def fraction(self) -> float:
        """The fraction done of the time for all seeds, 0 to 1, as far as it is known."""
        return min(1.0, (len(self.done) + self._current_fraction) / len(self.spec.seeds))

    @property
    def _current_fraction(self) -> float:
        """Of the current seed; of its steps where its pace is not known yet."""
        if self.current is None or not self.current.log:
            return 0.0
        last = self.current.log[-1]
        return self.current.fraction or last.step / last.steps

    @property
    def left_s(self) -> float | None:
        """Seconds left for all seeds; None before the first entry of the log."""
        if self.current is None or not self.current.log or self.current.left_s is None:
            return None
        one_s = self.current.log[-1].seconds + self.current.left_s
        return self.current.left_s + one_s * (len(self.spec.seeds) - len(self.done) - 1)

    @property
    def result(self) -> Result | None:
        """The result of all seeds; None before the last one is done."""
        is_done = len(self.done) == len(self.spec.seeds)
        return Result(self.spec, self.done) if is_done else None


Report = Callable[[float, Any], None]


def train_seeds(begun: SeedsProgress, report: Report) -> SeedsProgress:
    """Train the seeds that ``begun`` lacks; ``report(fraction, progress)`` is called meanwhile.

    Raises as :func:`core.training.process.train_in_subprocess`; what was reported last then holds
    all that is needed to resume.
    """
    progress = begun
    for plan in begun.plans[len(begun.done) :]:
        checkpoint = progress.current.checkpoint if progress.current else None
        trained = train_in_subprocess(plan, _seed_report(progress, report), checkpoint)
        progress = replace(progress, done=(*progress.done, trained), current=None)
    return progress


def _seed_report(
    progress: SeedsProgress, report: Report
) -> Callable[[float, TrainingProgress], None]:
    """How the process of a seed reports, as a report of all seeds."""

    def report_seed(fraction: float, current: TrainingProgress) -> None:
        whole = replace(progress, current=current)
        report(whole.fraction, whole)

    return report_seed
