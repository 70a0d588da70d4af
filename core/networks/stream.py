"""Pictures on their way through a network: a batch goes as soon as it is full."""

from __future__ import annotations

import torch
from torch import Tensor

from core.networks.loaded import Loaded


class Stream:
    """Squares of ``side_px`` that are drawn a few at a time, so that a GPU is never without work.

    :meth:`put` them in, then take :meth:`rows`, the network's sums of all of them, once.
    ``ground``: what all of them show around an object, where that is one and the same.
    """

    def __init__(self, loaded: Loaded, side_px: int, ground: Tensor | None = None) -> None:
        self._loaded = loaded
        self._ground = ground
        self._batch = loaded.batch(side_px)
        self._waiting: list[Tensor] = []
        self._rows: list[Tensor] = []

    def put(self, images: Tensor) -> None:
        """Float (n, 3, side, side) in [0, 1]."""
        self._waiting.append(images)
        number = sum(len(one) for one in self._waiting)
        if number >= self._batch:
            self._go(number - number % self._batch)

    def rows(self) -> Tensor:
        """Float32 (pictures, width) in the order of :meth:`put`; does not wait for a GPU."""
        number = sum(len(one) for one in self._waiting)
        if number:
            self._go(number)
        return torch.cat(self._rows)

    def _go(self, count: int) -> None:
        images = self._waiting[0] if len(self._waiting) == 1 else torch.cat(self._waiting)
        self._rows.append(self._loaded.sums(images[:count], self._ground))
        self._waiting = [images[count:]] if count < len(images) else []
