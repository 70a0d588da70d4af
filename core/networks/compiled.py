"""A network compiled for one GPU and batches of a few shapes: long sweeps are twice as quick."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from .dirty_region import IncrementalPass
from .pooled_features import StagedNetwork, pooled_features

# Larger ones are hardly quicker (tests/benchmarks/network_gpu.py); small ones waste less of a rest.
BATCHES = (512, 256, 64)
SHAPES = 64  # that torch may compile a function for: every network, batch and way is one


class Compiled:
    """Sums of a network, as :func:`core.networks.pooled_features.pooled_features` has them, for squares of ``side_px``.

    Torch's compiler works for some ten seconds when the first batch of a size is asked for. Batches
    are filled up where half or more of the smallest is there; what is less is not compiled.
    """

    def __init__(
        self, module: StagedNetwork, side_px: int, batches: tuple[int, ...] = BATCHES
    ) -> None:
        self.side_px = side_px
        self.batches = batches
        self._whole = partial(pooled_features, module)
        torch._dynamo.config.recompile_limit = SHAPES
        self._quick_whole = torch.compile(self._whole, dynamic=False, fullgraph=True)
        self._quick_part = torch.compile(IncrementalPass.features, dynamic=False, fullgraph=True)

    def takes(self, images: Tensor) -> bool:
        """Whether these are squares of the side that this is for."""
        return images.shape[2:] == (self.side_px, self.side_px)

    def __call__(self, images: Tensor, incremental: IncrementalPass | None = None) -> Tensor:
        """Images (n, 3, rows, columns) that it takes; float32 (n, width).

        ``incremental``: the way of pictures that differ from a ground in a part only.
        """
        plain = self._whole if incremental is None else incremental.features
        quick = self._quick_whole if incremental is None else partial(self._quick_part, incremental)
        parts, at = [], 0
        for batch in self.batches:
            for _ in range((len(images) - at) // batch):
                parts.append(quick(images[at : at + batch]))
                at += batch
        if at < len(images):
            parts.append(self._rest(images[at:], quick, plain))
        return torch.cat(parts)

    def _rest(
        self, images: Tensor, quick: Callable[[Tensor], Tensor], plain: Callable[[Tensor], Tensor]
    ) -> Tensor:
        """Of fewer than the smallest batch."""
        missing = self.batches[-1] - len(images)
        if missing > len(images):
            return plain(images)
        return quick(functional.pad(images, [0, 0, 0, 0, 0, 0, 0, missing]))[: len(images)]
