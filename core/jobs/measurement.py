"""Long work in steps that may be stopped and taken up again, for one session."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

from .queue import Report, Stopped


class HasDone(Protocol):
    """A step that knows the fraction of the whole that is done."""

    @property
    def done(self) -> float: ...


Step = TypeVar("Step", bound=HasDone)


class Work(Generic[Step]):
    """Steps that are taken one by one when somebody wants them, and stay where he stops.

    ``begin`` gives them; ``gather`` makes a result of one or more; ``seconds``: about how long all
    of it takes on one core.
    """

    def __init__(
        self,
        begin: Callable[[], Iterator[Step]],
        gather: Callable[[list[Step]], Any],
        seconds: float,
    ) -> None:
        self.seconds, self.is_complete = seconds, False
        self._begin, self._gather = begin, gather
        self._taking = threading.Lock()
        self._rest: Iterator[Step] | None = None
        self._steps: list[Step] = []
        self._made: tuple[int, Any] = (0, None)

    @property
    def done(self) -> float:
        """The fraction that is done, 0 to 1."""
        if self.is_complete:
            return 1.0
        return self._steps[-1].done if self._steps else 0.0

    @property
    def seconds_left(self) -> float:
        """About how long the rest takes on one core."""
        return self.seconds * (1 - self.done)

    @property
    def found(self) -> Any:
        """The result of the steps so far; None before the first. Never waits for a step."""
        steps = list(self._steps)
        if len(steps) != self._made[0]:
            self._made = (len(steps), self._gather(steps))
        return self._made[1]

    def clear(self) -> None:
        """Forget all, for good."""
        self._begin, self._rest = (lambda: iter(())), None
        self._steps, self._made = [], (0, None)

    def work(self, report: Report) -> Work[Step]:
        """Take what is missing; both the ``partial`` that is reported and the result are this.

        What a step raises goes to the one who asked, and all begins anew for the next.
        """
        with self._taking:
            try:
                self._rest = self._rest or self._begin()
                for step in self._rest:
                    self._steps.append(step)
                    report(self.done, self)
                self.is_complete, self._rest = True, None
            except Stopped:
                raise
            except BaseException:
                self._steps, self._rest, self._made = [], None, (0, None)
                raise
        return self
