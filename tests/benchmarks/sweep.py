"""The sweep of all alignments: five sizes, six levels of 2x2 max-pooling; and that it is kept."""

from __future__ import annotations

import time
from typing import Any

from tests.benchmarks import samples

SIZES_PX = (2, 4, 8, 16, 32)
LEVELS = 6


def measure(repeats: int) -> dict[str, Any]:
    """Milliseconds of the first sweep with nothing remembered, and of asking for it again."""
    import torch

    from scalescope.core.experiments.pooling import alignment
    from scalescope.core.experiments.pooling.spec import Pooling

    torch.set_num_threads(1)  # as in the app's server
    pooling = Pooling("max", 2, 2, LEVELS)

    def sweep() -> float:
        began = time.perf_counter()
        for size in SIZES_PX:
            alignment.sweep_alignments(size, pooling)
        return 1000 * (time.perf_counter() - began)

    cold, again = [], []
    for _ in range(repeats):
        alignment._cached_sweep.cache_clear()
        cold.append(sweep())
        again.append(sweep())
        known = alignment._cached_sweep.cache_info()
        if known.misses != len(SIZES_PX) or known.hits != len(SIZES_PX):
            raise RuntimeError(f"a sweep was made twice: {known}")
    return {"cold_ms": samples.summary(cold), "again_ms": samples.summary(again)}
