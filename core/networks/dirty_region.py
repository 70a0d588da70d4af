"""Passes over what an object changes of a picture whose answers are known.

A cell sees a window of the place before it and nothing else. So wherever a picture is like its
ground alone, every cell that sees only that is like the ground's, and is taken from there. Each
step is given the rectangle that may differ, with as much of the ground around it as its windows
reach. Nothing is left out: the answers are those of a pass over the whole picture up to rounding,
and for a small object they take two thirds of the time (tests/benchmarks/network_sweep.py).
"""

from __future__ import annotations

import threading
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .chain import Chain
from .layout import Place, windows
from .pooled_features import LOGITS, means, odds

Box = tuple[range, range]  # rows and columns

MOST = 0.6  # of the cells: a step that would be given more is given all of them, which is as quick
KEPT_BYTES = 64 * 2**20  # of answers to grounds: a dozen for EfficientNet-Lite0, one for VGG16


@dataclass(frozen=True, eq=False)
class Whole:
    """All cells of a place for one picture: maps (1, channels, rows, columns) and their means,
    float32 (channels,)."""

    maps: Tensor
    means: Tensor

    @property
    def box(self) -> Box:
        """Its rows and columns."""
        rows, columns = self.maps.shape[2:]
        return range(rows), range(columns)


@dataclass(frozen=True, eq=False)
class Part:
    """What a place answers to pictures within ``box``: maps (n, channels, rows, columns).

    In all other cells it answers what it answers to the ground.
    """

    maps: Tensor
    box: Box
    ground: Whole

    def within(self, box: Box) -> Tensor:
        """The maps of a box that holds this one: (n, channels, rows, columns)."""
        if box == self.box:
            return self.maps
        ground = cut(self.ground.maps, box).expand(len(self.maps), -1, -1, -1)
        maps = torch.empty_like(ground, memory_format=torch.channels_last).copy_(ground)
        rows, columns = (
            range(inner.start - outer.start, inner.stop - outer.start)
            for inner, outer in zip(self.box, box, strict=True)
        )
        cut(maps, (rows, columns)).copy_(self.maps)
        return maps

    def whole(self) -> Tensor:
        """The maps of all cells."""
        return self.within(self.ground.box)

    def means(self) -> Tensor:
        """The mean over all cells, float32 (n, channels)."""
        if self.box == self.ground.box:
            return means(self.maps)
        risen = (self.maps - cut(self.ground.maps, self.box)).sum((2, 3), dtype=torch.float32)
        return self.ground.means + risen / self.ground.maps[0, 0].numel()


def cut(maps: Tensor, box: Box) -> Tensor:
    """The rows and columns of a box, not copied."""
    rows, columns = box
    return maps[..., rows.start : rows.stop, columns.start : columns.stop]


def middle(box: Box, side: int) -> Box | None:
    """A box in the middle of a square of ``side`` cells that holds this one; None if it does not.

    For a GPU, where pictures go through in batches of one shape. It lies a little down and right,
    as shifts go there. 96 of 224 cells: what is larger would be saved too little of, what is
    smaller holds too few of a sweep's sizes (tests/benchmarks/network_gpu.py).
    """
    room = 32 * round(3 / 7 * side / 32)
    start = (side - room) // 2 + side // 28
    held = range(start, start + room)
    return (held, held) if all(one[0] in held and one[-1] in held for one in box) else None


def differing(images: Tensor, ground: Tensor) -> Box:
    """Where pictures (n, 3, rows, columns) are not like the ground (3, rows, columns), on a CPU.

    One cell in the corner where they are alike everywhere.
    """
    unlike = (images.numpy() != ground.numpy()).any(axis=(0, 1))
    return _span(unlike.any(axis=1)), _span(unlike.any(axis=0))


def _span(marked: NDArray[np.bool_]) -> range:
    found = marked.nonzero()[0]
    return range(int(found[0]), int(found[-1]) + 1) if len(found) else range(1)


def reach(changed: range, side: int, kernel: int, stride: int) -> tuple[range, range]:
    """What a step must be given along one side, and which of its answers may differ.

    ``changed``: which of the ``side`` cells before it may differ. Cell i after it sees ``kernel``
    cells around ``i * stride``; half of them before it, and with a stride up to one more than half
    of them behind, as paddings and poolings have it. What must be given begins at a multiple of the
    stride and ends a multiple before the side's end, so that the step pads it as it pads the side.
    """
    before, behind = kernel // 2, kernel // 2 + (stride > 1)
    first = max(0, -((behind - changed.start) // stride))
    last = min(-(-side // stride), (changed.stop - 1 + before) // stride + 1) - 1
    start = max(0, (first * stride - before) // stride * stride)
    stop = last * stride + behind + 1
    return range(start, min(side, stop + (side - stop) % stride)), range(first, last + 1)


def stepped(box: Box, ground: Box, kernel: int, stride: int) -> tuple[Box, Box]:
    """As :func:`reach` for rows and columns; all of them where that is as quick."""
    (rows, below), (columns, right) = (
        reach(changed, len(side), kernel, stride) for changed, side in zip(box, ground, strict=True)
    )
    cells = [len(side) for side in ground]
    if len(rows) * len(columns) > MOST * cells[0] * cells[1]:
        after = range(-(-cells[0] // stride)), range(-(-cells[1] // stride))
        return ground, after
    return (rows, columns), (below, right)


@dataclass(frozen=True, eq=False)
class Ground:
    """A picture without an object and what is answered to it.

    ``image``: (3, rows, columns); ``answers``: to the normalised picture, then of every place.
    """

    image: Tensor
    answers: tuple[Whole, ...]

    @property
    def nbytes(self) -> int:
        """How much memory it holds, about."""
        return self.image.nbytes + sum(one.maps.nbytes for one in self.answers)

    def shows(self, image: Tensor) -> bool:
        """Whether it is the ground of this image; on a CPU pixel for pixel.

        To compare pixels a GPU would have to be waited for.
        """
        on_cpu = image.device.type == "cpu"
        return self.image is image or (on_cpu and torch.equal(self.image, image))


@dataclass(frozen=True, eq=False)
class Pass:
    """The way of pictures (n, 3, rows, columns) that differ from ``ground`` in ``box`` alone.

    ``windows``: kernel and stride of every step of the chain.
    """

    chain: Chain
    windows: tuple[tuple[int, int], ...]
    ground: Ground
    box: Box

    def parts(self, images: Tensor) -> Iterator[tuple[str, Part]]:
        """(name, what may differ) for every place in order."""
        first, *later = self.ground.answers
        part = Part(self.chain.normalise(cut(images, self.box)), self.box, first)
        for (name, step), (kernel, stride), ground in zip(
            self.chain.steps(), self.windows, later, strict=True
        ):
            given, seen = stepped(part.box, part.ground.box, kernel, stride)
            maps = step(part.within(given))
            rows, columns = (
                range(after.start - before.start // stride, after.stop - before.start // stride)
                for after, before in zip(seen, given, strict=True)
            )
            part = Part(cut(maps, (rows, columns)), seen, ground)
            yield name, part

    def walk(self, images: Tensor, places: Container[str]) -> Iterator[tuple[str, Tensor]]:
        """(name, maps) of these places in order, then ("logits", ...) if there are any."""
        for name, part in self.parts(images):
            if name in places:
                yield name, part.whole()
        logits = self.chain.classified(part.whole())
        if logits is not None:
            yield LOGITS, logits

    def sums(self, images: Tensor) -> Tensor:
        """As :func:`core.networks.pooled_features.sums` has them."""
        found = []
        for _, part in self.parts(images):
            found.append(part.means())
        logits = self.chain.classified(part.whole())
        if logits is not None:
            found.append(odds(logits))
        return torch.cat(found, dim=1)


class Grounds:
    """A chain with its answers to the last few grounds, from any thread.

    ``places``: the chain's, with strides and receptive fields.
    """

    def __init__(self, chain: Chain, places: Iterable[Place]) -> None:
        self.chain = chain
        self.windows = tuple(windows(places))
        self._kept: list[Ground] = []
        self._lock = threading.Lock()

    def pass_over(self, images: Tensor, ground: Tensor, box: Box | None = None) -> Pass | None:
        """A pass for pictures that differ from the ground in a part; None where that is no quicker.

        Which of the two it is depends on the pictures alone, not on what is known already. ``box``:
        the part; on a CPU it is found where it is not given, a GPU would have to be waited for.
        """
        if box is None:
            if images.device.type != "cpu":
                return None
            box = differing(images, ground)
        if len(box[0]) * len(box[1]) > MOST * ground[0].numel():
            return None
        return Pass(self.chain, self.windows, self._answers(ground), box)

    def known(self, image: Tensor) -> Ground | None:
        """What is answered to a ground, (3, rows, columns), where that was asked for before."""
        with self._lock:
            return next((one for one in self._kept if one.shows(image)), None)

    def _answers(self, image: Tensor) -> Ground:
        found = self.known(image) or self._looked(image)
        with self._lock:  # the last one asked for goes last
            self._kept = [one for one in self._kept if not one.shows(image)] + [found]
            while len(self._kept) > 1 and sum(one.nbytes for one in self._kept) > KEPT_BYTES:
                del self._kept[0]
        return found

    def _looked(self, image: Tensor) -> Ground:
        walked = (maps for name, maps in self.chain.walk(image[None]) if name != LOGITS)
        found = [self.chain.normalise(image[None]), *walked]
        return Ground(image, tuple(Whole(maps, means(maps)[0]) for maps in found))
