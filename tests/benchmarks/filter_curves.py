"""Tuning curves of four filters, 15 sizes, 64 alignments: ours against a plain loop.

``python -m tests.benchmarks.filter_curves`` prints seconds, one thread. The loop renders and
filters one alignment after the other with ``torch.nn.functional.conv2d``, on the same canvases.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch

from scalescope.core.experiments.filter.spec import SIZES
from scalescope.core.experiments.filter.stack import Pooling
from scalescope.core.experiments.filter.tuning import measure
from scalescope.core.filters.alignments import ALIGNMENTS, Stimulus
from scalescope.core.filters.kernels import FILTERS, Kernel
from scalescope.core.imaging.shapes import render_patch

NAMES = ("upper-left-corner", "small-square", "dog", "gabor")
TARGET_S = 1.0


def looped(kernel: Kernel, name: str) -> list[float]:
    """The median peak at every size, one alignment at a time."""
    weight = torch.from_numpy(kernel)[None, None]
    margin = kernel.shape[0]
    medians = []
    for size in SIZES:
        side = int(np.ceil(size)) + 1 + 2 * margin
        peaks = []
        for at in range(ALIGNMENTS**2):
            row, column = (margin + part / ALIGNMENTS for part in divmod(at, ALIGNMENTS))
            drawn = render_patch(name, size, row, column, brightness=1)
            picture = np.zeros((side, side), dtype=np.float32)
            rows, columns = drawn.premultiplied.shape
            picture[drawn.row :, drawn.column :][:rows, :columns] = drawn.premultiplied
            found = torch.nn.functional.conv2d(torch.from_numpy(picture)[None, None], weight)
            peaks.append(max(0.0, float(found.max())))
        medians.append(float(np.median(peaks)))
    return medians


def best_of(times: int, job: Callable[[], object]) -> float:
    """Seconds of the quickest of so many runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print one line per object, after a check that both give the same curve."""
    torch.set_num_threads(1)
    kernels = [FILTERS[name].make() for name in NAMES]
    for name in ("square", "disc", "cat"):

        def ours(name: str = name) -> list[np.ndarray]:
            curves = [measure(one, Stimulus(name), SIZES, Pooling()) for one in kernels]
            return [curve.peak.median for curve in curves]

        def loop(name: str = name) -> list[list[float]]:
            return [looped(one, name) for one in kernels]

        np.testing.assert_allclose(ours(), loop(), atol=1e-4)
        quick, slow = best_of(5, ours), best_of(1, loop)
        verdict = "met" if quick < TARGET_S else "missed"
        print(f"{name:8} {quick:.2f} s (target {TARGET_S} s: {verdict}), a loop {slow:.1f} s")


if __name__ == "__main__":
    main()
