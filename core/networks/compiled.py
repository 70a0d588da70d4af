"""A network compiled for one GPU and batches of a few shapes: long sweeps are twice as quick."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from core.networks.sums import Walks, sums

# Larger ones are hardly quicker (tests/benchmarks/network_gpu.py); small ones waste less of a rest.
BATCHES = (512, 256, 64)


class Compiled:
    """Sums of a network, as :func:`core.networks.sums.sums` has them, for squares of ``side_px``.

    Torch's compiler works for some ten seconds when the first batch of a size is asked for. Batches
    are filled up where half or more of the smallest is there; what is less goes through ``module``.
    """

    def __init__(self, module: Walks, side_px: int, batches: tuple[int, ...] = BATCHES) -> None:
        self.module = module
        self.side_px = side_px
        self.batches = batches
        self._quick = torch.compile(partial(sums, module), dynamic=False, fullgraph=True)

    def takes(self, images: Tensor) -> bool:
        """Whether these are squares of the side that this is for."""
        return images.shape[2:] == (self.side_px, self.side_px)

    def __call__(self, images: Tensor) -> Tensor:
        """Images (n, 3, rows, columns) that it takes; float32 (n, width)."""
        parts, at = [], 0
        for batch in self.batches:
            for _ in range((len(images) - at) // batch):
                parts.append(self._quick(images[at : at + batch]))
                at += batch
        if at < len(images):
            parts.append(self._rest(images[at:]))
        return torch.cat(parts)

    def _rest(self, images: Tensor) -> Tensor:
        """Of fewer than the smallest batch."""
        missing = self.batches[-1] - len(images)
        if missing > len(images):
            return sums(self.module, images)
        filled = functional.pad(images, [0, 0, 0, 0, 0, 0, 0, missing])
        answer: Tensor = self._quick(filled)
        return answer[: len(images)]
