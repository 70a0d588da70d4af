"""The progress of a command, with the time left, on standard error."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from typing import TextIO

from ..formatting import duration

AUTO, VERBOSE, QUIET = "auto", "verbose", "quiet"
TERMINAL_S = 0.1  # between two updates on a terminal
SECONDS = {AUTO: 30.0, VERBOSE: 1.0, QUIET: math.inf}  # and elsewhere


class ProgressMeter:
    """Write how much of ``total`` is done, at most once in so many seconds.

    On a terminal one line is overwritten. Elsewhere each update is a line of its own, every half
    minute, or every second if ``report`` is VERBOSE. If it is QUIET, nothing is written. ``done``
    was done before, so that it does not count for the time left. A ``total`` of 1 stands for a
    fraction, which is written in percent alone.
    """

    def __init__(
        self,
        total: int = 1,
        *,
        done: int = 0,
        report: str = AUTO,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total, self._before = total, done
        self._stream = sys.stderr if stream is None else stream
        self._clock, self._live = clock, self._stream.isatty() and report != QUIET
        self._every = TERMINAL_S if self._live else SECONDS[report]
        self._start = self._updated = clock()

    def update(self, done: float) -> None:
        """Record that ``done`` of the total are done; a fraction of one counts."""
        now = self._clock()
        if now - self._updated < self._every:
            return
        self._updated = now
        line = self._line(done, now - self._start)
        self._stream.write(f"\r{line}\x1b[K" if self._live else line + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Clear the line on a terminal."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, done: float, spent_s: float) -> str:
        count = f"{int(done)} of {self._total}, " if self._total > 1 else ""
        line = f"{count}{int(100 * done / self._total)} %"
        since = done - self._before
        if since <= 0:
            return line
        return f"{line}, {duration(spent_s * (self._total - done) / since)} left"
