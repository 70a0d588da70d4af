"""A network compiled for a GPU and a few batch shapes, which makes long sweeps twice as fast."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from .dirty_region import IncrementalPass
from .pooled_features import StagedNetwork, pooled_features

# Larger batches are hardly faster (tests/benchmarks/network_gpu.py); small ones need less padding.
BATCH_SIZES = (512, 256, 64)
MAX_SHAPES = 64  # that torch may compile a function for: one per network, batch and kind of pass


class Compiled:
    """Pooled features of a network for squares of ``side_px``, compiled by torch.

    See :func:`core.networks.pooled_features.pooled_features`.

    Torch compiles for some ten seconds at the first batch of each size. A last batch is padded to
    the smallest size where it holds at least half of it; smaller ones run without the compiler.
    """

    def __init__(
        self, module: StagedNetwork, side_px: int, batches: tuple[int, ...] = BATCH_SIZES
    ) -> None:
        self.side_px = side_px
        self.batches = batches
        self._full_pass = partial(pooled_features, module)
        torch._dynamo.config.recompile_limit = MAX_SHAPES
        self._compiled_full_pass = torch.compile(self._full_pass, dynamic=False, fullgraph=True)
        self._compiled_incremental_pass = torch.compile(
            IncrementalPass.features, dynamic=False, fullgraph=True
        )

    def accepts(self, images: Tensor) -> bool:
        """Whether images (n, 3, rows, columns) are squares of ``side_px``."""
        return images.shape[2:] == (self.side_px, self.side_px)

    def __call__(self, images: Tensor, incremental: IncrementalPass | None = None) -> Tensor:
        """Compute features of images (n, 3, side, side): float32 (n, width).

        ``incremental``: the pass for images that differ from a background in a part only.
        """
        eager = self._full_pass if incremental is None else incremental.features
        compiled = (
            self._compiled_full_pass
            if incremental is None
            else partial(self._compiled_incremental_pass, incremental)
        )
        parts, start = [], 0
        for batch in self.batches:
            for _ in range((len(images) - start) // batch):
                parts.append(compiled(images[start : start + batch]))
                start += batch
        if start < len(images):
            parts.append(self._rest(images[start:], compiled, eager))
        return torch.cat(parts)

    def _rest(
        self,
        images: Tensor,
        compiled: Callable[[Tensor], Tensor],
        eager: Callable[[Tensor], Tensor],
    ) -> Tensor:
        """Run fewer images than the smallest batch."""
        missing = self.batches[-1] - len(images)
        if missing > len(images):
            return eager(images)
        return compiled(functional.pad(images, [0, 0, 0, 0, 0, 0, 0, missing]))[: len(images)]
