"""A network that watches objects: its answers at many sizes, averaged over small shifts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from core import networks
from core.networks import Loaded
from core.subject_views import draw, ground
from core.subjects import Look, Subject, subject

Floats = NDArray[np.float32]

KEPT = 1024  # answers per way of looking: about 12 kB each for EfficientNet-Lite0
KEPT_BLANKS = 128


@dataclass(frozen=True)
class Answer:
    """What the network says of one object at one size.

    ``probabilities``: float32 (shifts, classes), None for a network without classes; ``units``: per
    place, float32 (shifts, channels), mean activation less that of the blank canvas.
    """

    probabilities: Floats | None
    units: dict[str, Floats]


def diagonal(shifts: int) -> tuple[tuple[int, int], ...]:
    """Steps of one pixel down and right: four of them meet every phase of a stride of 4 px."""
    return tuple((step, step) for step in range(shifts))


@dataclass(frozen=True, eq=False)
class Watch:
    """One network and one way of showing it things. Blank canvases are looked at once."""

    loaded: Loaded
    look: Look
    _blanks: dict[tuple[tuple[float, ...], int], dict[str, Floats]] = field(default_factory=dict)
    _kept: dict[tuple[str, float, int], Answer] = field(default_factory=dict)

    def together(self, sizes_px: Sequence[float]) -> list[tuple[float, ...]]:
        """The sizes in groups that go through at once: on a GPU many, on a CPU one by one."""
        many = self.loaded.device != "cpu" and self.look.operation != "input-size"
        count = 32 if many else 1
        return [tuple(sizes_px[at : at + count]) for at in range(0, len(sizes_px), count)]

    def blank(self, subject: Subject, canvas: int) -> dict[str, Floats]:
        """Mean activations (channels,) of the canvas without the object, by place."""
        own = self.look.background == "mean"  # the only ground that depends on the object
        key = (tuple(subject.crop.mean((1, 2)).tolist()) if own else (), canvas)
        known = self._blanks.get(key)
        if known is None:
            bare = ground(subject, self.look, canvas, self.loaded.device)
            known = {name: rows[0] for name, rows in self.loaded.pooled(bare[None]).mean.items()}
            if len(self._blanks) >= KEPT_BLANKS:
                self._blanks.clear()
            self._blanks[key] = known
        return known

    def answers(self, subject: Subject, sizes_px: Sequence[float], shifts: int) -> list[Answer]:
        """The network's answers to one group of sizes."""
        device, steps = self.loaded.device, diagonal(shifts)
        found = self.loaded.pooled(draw(subject, self.look, sizes_px, steps, device))
        blank = self.blank(subject, self.look.canvas(sizes_px[0]))
        said = []
        for at in range(0, len(sizes_px) * shifts, shifts):
            part = slice(at, at + shifts)
            units = {name: rows[part] - blank[name] for name, rows in found.mean.items()}
            odds = None if found.probabilities is None else found.probabilities[part]
            said.append(Answer(odds, units))
        return said

    def kept(self, name: str, sizes_px: Sequence[float], shifts: int) -> list[Answer]:
        """Like :meth:`answers`, of a bundled object; the same question is not asked twice."""
        known = {size: self._kept.get((name, size, shifts)) for size in sizes_px}
        missing = [size for size, answer in known.items() if answer is None]
        if missing:
            if len(self._kept) + len(missing) > KEPT:
                self._kept.clear()
            new = self.answers(subject(name), missing, shifts)
            for size, fresh in zip(missing, new, strict=True):
                known[size] = self._kept[name, size, shifts] = fresh
        return [answer for size in sizes_px if (answer := known[size]) is not None]


@lru_cache(maxsize=8)
def watch(slug: str, control: bool, device: str, look: Look) -> Watch:
    """A network of the table that looks in one way; the last few are kept."""
    return Watch(networks.load(slug, control, device), look)


Found = TypeVar("Found")
Group = tuple[float, ...]


def in_threads(
    look: Callable[[Group], Found], groups: Sequence[Group], device: str
) -> Iterator[Found]:
    """``look`` of every group, in order; on a CPU in as many threads as torch may use.

    A thread for each size with one of torch's leaves less idle than a size at a time with all of
    torch's. Where torch may use one only, as in the app, all happens in the caller's own thread.
    """
    threads = torch.get_num_threads() if device == "cpu" else 1
    if threads == 1:
        yield from map(look, groups)
        return
    line: deque[Future[Found]] = deque()
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    try:
        for group in groups:
            line.append(pool.submit(look, group))
            if len(line) > threads:
                yield line.popleft().result()
        while line:
            yield line.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
