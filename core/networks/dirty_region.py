"""Incremental forward passes: recompute only the cells whose receptive field overlaps the object.

Cached activations of the background are reused elsewhere. Each step gets the dirty rectangle with
as much background around it as its kernel reaches. The result equals that of a full pass up to
rounding, and takes two thirds of the time for a small object (tests/benchmarks/network_sweep.py).
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
from .layout import Layer, windows
from .pooled_features import LOGITS, channel_means, probabilities

Box = tuple[range, range]  # rows and columns

MAX_DIRTY_FRACTION = (
    0.6  # of the cells: a step that would be given more is given all of them, which is as quick
)
MAX_CACHED_BYTES = 64 * 2**20  # a dozen backgrounds of EfficientNet-Lite0, one of VGG16


@dataclass(frozen=True, eq=False)
class CachedMaps:
    """A layer's activations for one background.

    ``maps``: (1, channels, rows, columns); ``means``: float32 (channels,), over all cells.
    """

    maps: Tensor
    means: Tensor

    @property
    def box(self) -> Box:
        """All rows and columns."""
        rows, columns = self.maps.shape[2:]
        return range(rows), range(columns)


@dataclass(frozen=True, eq=False)
class PatchedMaps:
    """A layer's activations within ``box``: maps (n, channels, rows, columns).

    All other cells have the activations of the background.
    """

    maps: Tensor
    box: Box
    background: CachedMaps

    def padded_to(self, box: Box) -> Tensor:
        """Extend the maps to a larger box with background: (n, channels, rows, columns)."""
        if box == self.box:
            return self.maps
        background = crop_maps(self.background.maps, box).expand(len(self.maps), -1, -1, -1)
        maps = torch.empty_like(background, memory_format=torch.channels_last).copy_(background)
        rows, columns = (
            range(inner.start - outer.start, inner.stop - outer.start)
            for inner, outer in zip(self.box, box, strict=True)
        )
        crop_maps(maps, (rows, columns)).copy_(self.maps)
        return maps

    def whole(self) -> Tensor:
        """The maps of all cells, (n, channels, rows, columns)."""
        return self.padded_to(self.background.box)

    def means(self) -> Tensor:
        """Average over all cells: float32 (n, channels)."""
        if self.box == self.background.box:
            return channel_means(self.maps)
        risen = (self.maps - crop_maps(self.background.maps, self.box)).sum(
            (2, 3), dtype=torch.float32
        )
        return self.background.means + risen / self.background.maps[0, 0].numel()


def crop_maps(maps: Tensor, box: Box) -> Tensor:
    """Crop maps (..., rows, columns) to a box, as a view."""
    rows, columns = box
    return maps[..., rows.start : rows.stop, columns.start : columns.stop]


def center_box(box: Box, side: int) -> Box | None:
    """The standard box in the middle of a square if it contains ``box``, else None.

    On a GPU, batches need one shape. The box lies a little down and right, since shifts go there.
    96 of 224 cells: a larger box saves little, a smaller one contains too few of a sweep's sizes
    (tests/benchmarks/network_gpu.py).
    """
    room = 32 * round(3 / 7 * side / 32)
    start = (side - room) // 2 + side // 28
    held = range(start, start + room)
    return (held, held) if all(one[0] in held and one[-1] in held for one in box) else None


def difference_box(images: Tensor, background: Tensor) -> Box:
    """Find where pictures (n, 3, rows, columns) differ from the background (3, rows, columns).

    On a CPU. One cell in the corner where they are equal everywhere.
    """
    unlike = (images.numpy() != background.numpy()).any(axis=(0, 1))
    return _span(unlike.any(axis=1)), _span(unlike.any(axis=0))


def _span(marked: NDArray[np.bool_]) -> range:
    result = marked.nonzero()[0]
    return range(int(result[0]), int(result[-1]) + 1) if len(result) else range(1)


def dirty_range(changed: range, side: int, kernel: int, stride: int) -> tuple[range, range]:
    """Input cells that a step needs along one axis, and its output cells that may differ.

    ``changed``: which of the ``side`` input cells may differ. Output cell i sees ``kernel`` cells
    around ``i * stride``: half of them before it and, with a stride, up to one more than half after
    it, for every padding in use. The range needed starts at a multiple of the stride and ends a
    multiple of it before the end, so that the step pads it as it pads the full side.
    """
    before, behind = kernel // 2, kernel // 2 + (stride > 1)
    first = max(0, -((behind - changed.start) // stride))
    last = min(-(-side // stride), (changed.stop - 1 + before) // stride + 1) - 1
    start = max(0, (first * stride - before) // stride * stride)
    stop = last * stride + behind + 1
    return range(start, min(side, stop + (side - stop) % stride)), range(first, last + 1)


def propagate(box: Box, background: Box, kernel: int, stride: int) -> tuple[Box, Box]:
    """Apply :func:`dirty_range` to rows and columns; all cells where that is as fast."""
    (rows, below), (columns, right) = (
        dirty_range(changed, len(side), kernel, stride)
        for changed, side in zip(box, background, strict=True)
    )
    cells = [len(side) for side in background]
    if len(rows) * len(columns) > MAX_DIRTY_FRACTION * cells[0] * cells[1]:
        after = range(-(-cells[0] // stride)), range(-(-cells[1] // stride))
        return background, after
    return (rows, columns), (below, right)


@dataclass(frozen=True, eq=False)
class CachedBackground:
    """A background and its activations.

    ``image``: (3, rows, columns); ``layers``: the normalized picture, then every layer.
    """

    image: Tensor
    layers: tuple[CachedMaps, ...]

    @property
    def nbytes(self) -> int:
        """Approximate memory in bytes."""
        return self.image.nbytes + sum(one.maps.nbytes for one in self.layers)

    def is_of(self, image: Tensor) -> bool:
        """Whether this is the background ``image``, (3, rows, columns).

        Compares pixels on a CPU only: on a GPU that would force a synchronization.
        """
        on_cpu = image.device.type == "cpu"
        return self.image is image or (on_cpu and torch.equal(self.image, image))


@dataclass(frozen=True, eq=False)
class IncrementalPass:
    """A pass for pictures (n, 3, rows, columns) that differ from a background within ``box``.

    ``windows``: (kernel, stride) of every step of the chain.
    """

    chain: Chain
    windows: tuple[tuple[int, int], ...]
    background: CachedBackground
    box: Box

    def parts(self, images: Tensor) -> Iterator[tuple[str, PatchedMaps]]:
        """Yield (name, patched maps) for every layer in order."""
        first, *later = self.background.layers
        part = PatchedMaps(self.chain.normalize(crop_maps(images, self.box)), self.box, first)
        for (name, step), (kernel, stride), background in zip(
            self.chain.steps(), self.windows, later, strict=True
        ):
            needed, dirty = propagate(part.box, part.background.box, kernel, stride)
            maps = step(part.padded_to(needed))
            rows, columns = (
                range(after.start - before.start // stride, after.stop - before.start // stride)
                for after, before in zip(dirty, needed, strict=True)
            )
            part = PatchedMaps(crop_maps(maps, (rows, columns)), dirty, background)
            yield name, part

    def walk(self, images: Tensor, layers: Container[str]) -> Iterator[tuple[str, Tensor]]:
        """Yield (name, maps) of these layers in order, then ("logits", (n, classes)) if any."""
        for name, part in self.parts(images):
            if name in layers:
                yield name, part.whole()
        logits = self.chain.classify(part.whole())
        if logits is not None:
            yield LOGITS, logits

    def features(self, images: Tensor) -> Tensor:
        """Pooled features, float32 (n, width); see :mod:`core.networks.pooled_features`."""
        result = []
        for _, part in self.parts(images):
            result.append(part.means())
        logits = self.chain.classify(part.whole())
        if logits is not None:
            result.append(probabilities(logits))
        return torch.cat(result, dim=1)


class BackgroundCache:
    """Caches a chain's activations for the last few backgrounds; thread-safe.

    ``layers``: the chain's, with strides and receptive fields.
    """

    def __init__(self, chain: Chain, layers: Iterable[Layer]) -> None:
        self.chain = chain
        self.windows = tuple(windows(layers))
        self._cached: list[CachedBackground] = []
        self._lock = threading.Lock()

    def incremental_pass(
        self, images: Tensor, background: Tensor, box: Box | None = None
    ) -> IncrementalPass | None:
        """Prepare a pass for pictures that differ in a part; None where it would not be faster.

        ``images``: (n, 3, rows, columns); ``background``: (3, rows, columns). Whether it is None
        does not depend on what is cached. ``box``: the part that differs; by default it is searched
        for, but only on a CPU, since that would force a GPU to synchronize.
        """
        if box is None:
            if images.device.type != "cpu":
                return None
            box = difference_box(images, background)
        if len(box[0]) * len(box[1]) > MAX_DIRTY_FRACTION * background[0].numel():
            return None
        return IncrementalPass(self.chain, self.windows, self._background(background), box)

    def cached(self, image: Tensor) -> CachedBackground | None:
        """The cached activations of a background, (3, rows, columns); None if not cached."""
        with self._lock:
            return next((known for known in self._cached if known.is_of(image)), None)

    def _cached_bytes(self) -> int:
        return sum(known.nbytes for known in self._cached)

    def _background(self, image: Tensor) -> CachedBackground:
        result = self.cached(image) or self._compute(image)
        with self._lock:  # the most recently used goes last
            self._cached = [known for known in self._cached if not known.is_of(image)] + [result]
            while len(self._cached) > 1 and self._cached_bytes() > MAX_CACHED_BYTES:
                del self._cached[0]
        return result

    def _compute(self, image: Tensor) -> CachedBackground:
        walked = (maps for name, maps in self.chain.walk(image[None]) if name != LOGITS)
        result = [self.chain.normalize(image[None]), *walked]
        return CachedBackground(
            image, tuple(CachedMaps(maps, channel_means(maps)[0]) for maps in result)
        )
