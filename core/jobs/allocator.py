"""The C library's memory: freed memory stays with the process and is used again."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

# Numbers of options from malloc.h of the GNU C library.
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8

KEPT_BYTES = 256 * 2**20  # of free memory at the end of the heap


@cache
def keep_freed() -> None:
    """Give memory back to the system only when much is free; for the start of a process.

    Activations are tens of megabytes that are freed and wanted again at the next pass. By default
    the GNU C library gives such pieces back at once, and the system must clear every page of them
    when they are wanted again: a tenth to a sixth of a training's time. Kept free memory would add
    up over the heaps that threads have to themselves, so all share one: PyTorch asks for memory too
    rarely to wait for it. With another C library nothing happens.
    """
    if sys.platform != "linux":
        return
    option = getattr(ctypes.CDLL(None), "mallopt", None)
    if option is not None:
        for name, value in (
            (ARENA_MAX, 1),
            (MMAP_THRESHOLD, KEPT_BYTES),
            (TRIM_THRESHOLD, KEPT_BYTES),
        ):
            option(name, value)
