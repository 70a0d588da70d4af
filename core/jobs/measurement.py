"""Resumable measurements: long work in steps that can be canceled and taken up again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

from .queue import Report

StepT = TypeVar("StepT")
ResultT = TypeVar("ResultT")


class HasDone(Protocol):
    """A step that knows the fraction of the whole that is done after it, 0 to 1."""

    @property
    def done(self) -> float: ...


def done_by_last_step(steps: Sequence[HasDone]) -> float:
    """Fraction done, 0 to 1, as the last of one or more steps states it."""
    return steps[-1].done


def done_by_count(count: int) -> Callable[[Sequence[Any]], float]:
    """Return a function of the steps so far: the fraction done where there are ``count`` in all."""
    return lambda steps: len(steps) / count


class Measurement(Generic[StepT, ResultT]):
    """A resumable measurement: computes its steps on demand and keeps them when it is canceled.

    ``begin`` yields the steps, ``gather`` makes a result of one or more of them and ``done`` tells
    which fraction of the whole they are; ``seconds`` is the estimated time of all steps on one
    core. Threads may share a measurement: each step is computed by one of them and seen by all.
    """

    def __init__(
        self,
        begin: Callable[[], Iterator[StepT]],
        gather: Callable[[Sequence[StepT]], ResultT],
        seconds: float,
        done: Callable[[Sequence[StepT]], float],
    ) -> None:
        self.seconds, self.is_complete = seconds, False
        self._begin, self._done = begin, done
        self._gather: Callable[[Sequence[StepT]], ResultT | None] = gather
        self._computing = threading.Lock()
        self._rest: Iterator[StepT] | None = None
        self._steps: tuple[StepT, ...] = ()
        self._partial: tuple[tuple[StepT, ...], ResultT | None] = ((), None)
        self._final: ResultT | None = None

    @property
    def done(self) -> float:
        """The fraction that is done, 0 to 1."""
        steps = self._steps
        if self.is_complete:
            return 1.0
        return self._done(steps) if steps else 0.0

    @property
    def seconds_left(self) -> float:
        """Estimated time of the missing steps on one core, in seconds."""
        return self.seconds * (1 - self.done)

    @property
    def result(self) -> ResultT | None:
        """The result of the steps so far; None before the first. Never waits for a step."""
        steps = self._steps
        if self.is_complete:
            return self._final
        return self._gathered(steps) if steps else None

    @property
    def final_result(self) -> ResultT | None:
        """The result of all steps; None before the measurement is complete."""
        return self._final if self.is_complete else None

    def clear(self) -> None:
        """Forget everything for good; a step that is being computed is dropped."""
        self._begin, self._gather = (lambda: iter(())), (lambda steps: None)
        self.is_complete, self._final = False, None
        self._start_anew()

    def advance(self, count: int) -> int:
        """Ensure that there are more than ``count`` steps, and return how many there are.

        Waits where another thread is computing one. What a step raises goes to the thread that
        computed it, and the measurement starts anew for the next.
        """
        with self._computing:
            if not self.is_complete and len(self._steps) <= count:
                self._advance()
            return len(self._steps)

    def run(self, report: Report) -> Measurement[StepT, ResultT]:
        """Compute the missing steps as the work of a job.

        The partial result that is reported is the measurement itself: its steps are gathered only
        when somebody looks.
        """
        count = 0
        while not self.is_complete:
            count = self.advance(count)
            if not self.is_complete:
                report(self.done, self)
        return self

    def _advance(self) -> None:
        rest = self._rest = self._rest or self._begin()
        try:
            step = next(rest)
        except StopIteration:
            self._complete(rest)
        except BaseException:
            self._start_anew()
            raise
        else:
            if self._rest is rest:  # otherwise it was cleared meanwhile
                self._steps = (*self._steps, step)

    def _complete(self, rest: Iterator[StepT]) -> None:
        """Keep the result alone; what the steps were computed from, a picture perhaps, is freed."""
        final = self._gathered(self._steps)
        if self._rest is rest:
            self._final, self.is_complete = final, True
            self._begin = lambda: iter(())
            self._start_anew()

    def _start_anew(self) -> None:
        self._rest, self._steps, self._partial = None, (), ((), None)

    def _gathered(self, steps: tuple[StepT, ...]) -> ResultT | None:
        """The result of the steps; gathered once for each number of them."""
        known, result = self._partial
        if known is not steps or not steps:
            result = self._gather(steps)
            if self._steps is steps:
                self._partial = (steps, result)
        return result


class MeasurementSequence:
    """Several measurements, one after the other, as the work of one job."""

    def __init__(self, *parts: Measurement[Any, Any]) -> None:
        self.parts = parts

    @property
    def is_complete(self) -> bool:
        """Whether all of them are."""
        return all(part.is_complete for part in self.parts)

    @property
    def done(self) -> float:
        """The fraction of the whole time that is done, 0 to 1."""
        return 1 - self.seconds_left / sum(part.seconds for part in self.parts)

    @property
    def seconds_left(self) -> float:
        """Estimated time of the missing steps on one core, in seconds."""
        return sum(part.seconds_left for part in self.parts)

    @property
    def result(self) -> tuple[Any, ...]:
        """The result of each so far; None for one without a step."""
        return tuple(part.result for part in self.parts)

    def run(self, report: Report) -> MeasurementSequence:
        """Compute the missing steps as the work of a job; what is reported is the sequence."""
        for part in self.parts:
            part.run(lambda fraction, partial=None: report(self.done, self))
        return self
