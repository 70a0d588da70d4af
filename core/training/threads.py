"""How many threads PyTorch trains with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def single_thread() -> Iterator[None]:
    """Run PyTorch with one thread, in the calling thread.

    With more, their last bits depend on how many there are, and training grows the difference: with
    one, the command line, a sweep and a page's own process find the same weights.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
