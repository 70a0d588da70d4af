"""Collect pictures into batches; a batch runs as soon as it is full."""

from __future__ import annotations

import torch
from torch import Tensor

from .dirty_region import Box
from .loaded import LoadedNetwork, concatenate


class BatchQueue:
    """Pictures that share one kind of pass; see :class:`Stream`."""

    def __init__(
        self, loaded: LoadedNetwork, batch: int, background: Tensor | None, box: Box | None
    ) -> None:
        self._loaded = loaded
        self._batch = batch
        self._pass_arguments = background, box
        self._waiting: list[Tensor] = []
        self._features: list[Tensor] = []

    def put(self, images: Tensor) -> None:
        """Add images (n, 3, rows, columns); full batches run at once."""
        self._waiting.append(images)
        number = sum(len(one) for one in self._waiting)
        if number >= self._batch:
            self._go(number - number % self._batch)

    def features(self) -> Tensor:
        """Run the rest and return the features of all, float32 (pictures, width)."""
        number = sum(len(one) for one in self._waiting)
        if number:
            self._go(number)
        return concatenate(self._features)

    def _go(self, count: int) -> None:
        images = concatenate(self._waiting)
        self._features.append(self._loaded.features(images[:count], *self._pass_arguments))
        self._waiting = [images[count:]] if count < len(images) else []


class Stream:
    """Squares of ``side_px`` that are rendered a few at a time, so that a GPU is never idle.

    :meth:`put` them in, then call :meth:`features` once, for the pooled features of all.
    ``background``: (3, side, side), what all of them show around an object, if that is the same.
    """

    def __init__(
        self, loaded: LoadedNetwork, side_px: int, background: Tensor | None = None
    ) -> None:
        self._loaded = loaded
        self._ground = background
        self._side_px = side_px
        self._lanes: dict[Box | None, BatchQueue] = {}
        self._order: list[tuple[Box | None, int]] = []

    def shared_box(self, box: Box) -> Box | None:
        """The lane in which to :meth:`put` pictures whose object lies within this box."""
        return None if self._ground is None else self._loaded.shared_box(box, self._side_px)

    def put(self, images: Tensor, lane: Box | None = None) -> None:
        """Add images, float (n, 3, side, side) in [0, 1]."""
        if lane not in self._lanes:
            batch = self._loaded.batch(self._side_px)
            self._lanes[lane] = BatchQueue(self._loaded, batch, self._ground, lane)
        self._lanes[lane].put(images)
        self._order.append((lane, len(images)))

    def features(self) -> Tensor:
        """Features in the order of :meth:`put`, float32 (pictures, width); does not synchronize."""
        parts = {}
        for lane, queue in self._lanes.items():
            counts = [count for other, count in self._order if other == lane]
            parts[lane] = iter(torch.split(queue.features(), counts))
        return concatenate([next(parts[lane]) for lane, _ in self._order])
