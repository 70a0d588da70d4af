"""Where the parts of a sweep are computed: in this process, in several, or on a cluster."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterable

from ...jobs.progress import Progress
from ..errors import UsageError
from .compute import compute
from .plan import Part

Done = Generator[tuple[Part, str], None, None]
Runner = Callable[[Iterable[Part], Progress], Done]


def in_this_process(parts: Iterable[Part], progress: Progress) -> Done:
    """Compute one part after the other; ``progress`` gets the fraction done of each."""
    for part in parts:
        yield part, compute(part, progress=progress)


def _end_at_once() -> None:
    """End on Ctrl-C, which reaches the workers too, without a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def processes(count: int) -> Runner:
    """``count`` processes of this computer, which inherit the one-thread setting."""
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    def run(parts: Iterable[Part], _: Progress) -> Done:
        pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=_end_at_once)
        try:
            waiting = {pool.submit(compute, part): part for part in parts}
            for future in as_completed(list(waiting)):
                yield waiting.pop(future), future.result()
        except BrokenProcessPool:
            raise UsageError(
                "a worker process ended, perhaps because memory ran out; finished parts are kept, "
                "and the same command with fewer workers resumes from there."
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)

    return run
