"""A network that watches objects: its answers at many sizes, averaged over small shifts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, groupby
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ... import networks
from ...imaging.subject_views import draw, extent, ground
from ...imaging.subjects import Look, Subject
from ...imaging.subjects import subject as bundled
from ...networks import Loaded
from ...networks.dirty_region import Box
from ...networks.pooled_features import LOGITS
from ...networks.stream import Stream

Floats = NDArray[np.float32]
Group = tuple[float, ...]

KEPT = 1024  # answers per way of looking: 33 kB each for EfficientNet-Lite0 over two shifts
KEPT_BLANKS = 128
TOGETHER = 32  # sizes that are drawn at once


@dataclass(frozen=True, eq=False)
class Answer:
    """What the network says of one object at one size.

    ``rows``: float32 (shifts, width), the network's sums, activations less those of the blank
    canvas; ``columns``: where each place stands in them, and the probabilities.
    """

    rows: Floats
    columns: Mapping[str, slice]

    @property
    def places(self) -> list[str]:
        """The network's places, in its order."""
        return [name for name in self.columns if name != LOGITS]

    @property
    def probabilities(self) -> Floats | None:
        """(shifts, classes); None for a network without classes."""
        return self.rows[:, self.columns[LOGITS]] if LOGITS in self.columns else None

    def units(self, place: str) -> Floats:
        """(shifts, channels), mean activation less that of the blank canvas."""
        return self.rows[:, self.columns[place]]


def diagonal(shifts: int) -> tuple[tuple[int, int], ...]:
    """Steps of one pixel down and right: four of them meet every phase of a stride of 4 px."""
    return tuple((step, step) for step in range(shifts))


@dataclass(frozen=True, eq=False)
class Ask:
    """One object to be looked at, at ``sizes_px`` and as many ``shifts`` of each.

    ``name``: of a bundled object, whose answers are kept; empty for one that is asked about once.
    """

    subject: Subject
    sizes_px: Group
    shifts: int
    name: str = ""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the rows of its answers: sizes, shifts, width."""
        return len(self.sizes_px), self.shifts, -1

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """The shifts in pixels, down and right."""
        return diagonal(self.shifts)


@dataclass(frozen=True, eq=False)
class Watch:
    """One network and one way of showing it things. Blank canvases are looked at once."""

    loaded: Loaded
    look: Look
    _blanks: dict[tuple[tuple[float, ...], int], Tensor] = field(default_factory=dict)
    _kept: dict[tuple[str, float, int], Answer] = field(default_factory=dict)

    @property
    def _made(self) -> tuple[str, torch.dtype]:
        return self.loaded.device, self.loaded.dtype

    def together(self, sizes_px: Sequence[float]) -> list[Group]:
        """The sizes in groups that go through at once: on a GPU all, on a CPU one by one."""
        if self.loaded.device == "cpu" or self.look.operation == "input-size":
            return [(size,) for size in sizes_px]
        return [tuple(sizes_px)]

    def blank(self, subject: Subject, canvas: int) -> Tensor:
        """The canvas without the object, as :meth:`core.networks.Loaded.blank` has it."""
        own = self.look.background == "mean"  # the only ground that depends on the object
        key = (subject.mean if own else (), canvas)
        known = self._blanks.get(key)
        if known is None:
            known = self.loaded.blank(ground(subject, self.look, canvas, *self._made))
            if len(self._blanks) >= KEPT_BLANKS:
                self._blanks.clear()
            self._blanks[key] = known
        return known

    def answers(
        self, subject: Subject, others: Sequence[str], sizes_px: Group, shifts: int, few: int
    ) -> list[tuple[Answer, ...]]:
        """The network's answers to one group of sizes; what is known is not asked again.

        Per size: of the object, averaged over ``shifts``, then of each of the bundled ``others``,
        over ``few``. On a CPU each goes through by itself, so that few pictures are held at once.
        On a GPU the others go together, since there are few pictures of each; the object goes by
        itself, so that its batches do not depend on what is known of the others.
        """
        ordered = tuple(sorted(sizes_px, reverse=True))  # what is alike takes less room together
        known = {(name, size): self._kept.get((name, size, few))
                 for name in others for size in ordered}  # fmt: skip
        asks = [Ask(subject, ordered, shifts)]
        for name in others:
            missing = tuple(size for size in ordered if known[name, size] is None)
            if missing:
                asks.append(Ask(bundled(name), missing, few, name))
        if self.loaded.device == "cpu":
            found = [self._seen([ask])()[0] for ask in asks]
        else:
            mine, theirs = self._seen(asks[:1]), self._seen(asks[1:])
            found = [*mine(), *theirs()]
        for ask, new in zip(asks[1:], found[1:], strict=True):
            self._keep(ask, new)
            known |= {(ask.name, size): one for size, one in zip(ask.sizes_px, new, strict=True)}
        own = dict(zip(ordered, found[0], strict=True))
        return [
            (own[size], *(one for name in others if (one := known[name, size])))
            for size in sizes_px
        ]

    def _seen(self, asks: Sequence[Ask]) -> Callable[[], list[list[Answer]]]:
        """Begins to look; what is given back waits for the answers, one per size, of every ask."""
        if not asks:
            return list
        canvas = self.look.canvas(asks[0].sizes_px[0])
        stream = Stream(self.loaded, canvas, self._around(asks, canvas))
        for ask in asks:
            for lane, sizes in self._apart(ask, stream):
                drawn = draw(ask.subject, self.look, sizes, ask.steps, *self._made)
                stream.put(drawn, lane)
        counts = [len(ask.sizes_px) * ask.shifts for ask in asks]
        rows = [
            part - self.blank(ask.subject, canvas)
            for ask, part in zip(asks, torch.split(stream.rows(), counts), strict=True)
        ]
        arrays = fetched(torch.cat(rows) if len(rows) > 1 else rows[0])

        def told() -> list[list[Answer]]:
            ends, columns, whole = accumulate(counts), self.loaded.columns, arrays()
            return [
                [Answer(some, columns) for some in whole[end - count : end].reshape(ask.shape)]
                for ask, count, end in zip(asks, counts, ends, strict=True)
            ]

        return told

    def _apart(self, ask: Ask, stream: Stream) -> Iterator[tuple[Box | None, Group]]:
        """The sizes that are drawn at once, and how they go through the network."""

        def lane(size_px: float) -> Box | None:
            return stream.lane(extent(ask.subject, self.look, size_px, ask.steps))

        for way, alike in groupby(ask.sizes_px, lane):
            sizes = tuple(alike)
            for at in range(0, len(sizes), TOGETHER):
                yield way, sizes[at : at + TOGETHER]

    def _around(self, asks: Sequence[Ask], canvas: int) -> Tensor | None:
        """The ground that all of these stand on, where knowing its answers saves work.

        Other objects have too few pictures for a ground of their own.
        """
        if self.look.background == "mean" and any(ask.name for ask in asks):
            return None
        return ground(asks[0].subject, self.look, canvas, *self._made)

    def _keep(self, ask: Ask, found: Sequence[Answer]) -> None:
        if len(self._kept) + len(found) > KEPT:
            self._kept.clear()
        for size, answer in zip(ask.sizes_px, found, strict=True):
            self._kept[ask.name, size, ask.shifts] = answer


def fetched(rows: Tensor) -> Callable[[], Floats]:
    """Begins to bring rows of numbers from their device; what is given back waits for them."""
    if rows.device.type == "cpu":
        return rows.numpy
    host = torch.empty(rows.shape, pin_memory=True)
    host.copy_(rows, non_blocking=True)
    arrived = torch.cuda.Event()  # type: ignore[no-untyped-call]
    arrived.record()

    def wait() -> Floats:
        arrived.synchronize()
        return host.numpy()

    return wait


@lru_cache(maxsize=8)
def watch(slug: str, control: bool, device: str, look: Look, half: bool, compile: bool) -> Watch:
    """A network of the table that looks in one way; the last few are kept."""
    return Watch(networks.load(slug, control, device, half, compile), look)


Found = TypeVar("Found")


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
