"""``python -m core`` and the console command: see :mod:`core.command_line.main`."""

from __future__ import annotations

import os
import signal
import sys

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def start(words: list[str], prog: str = "python -m core") -> int:
    """Carry out one command line in a process of its own and return its exit status.

    A sweep computes each part with one thread, or the last bits of its sums would depend on the
    number of cores. The libraries read this when they are loaded, so it is set before.
    """
    if words[:1] == ["sweep"]:
        os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops as Ctrl-C does
    from scalescope.core.command_line.main import main
    from scalescope.core.jobs.allocator import keep_freed

    keep_freed()
    return main(words, prog)


def console() -> None:
    """The console command ``scalescope``."""
    sys.exit(start(sys.argv[1:], "scalescope"))


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
