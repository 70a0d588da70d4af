"""All blurs of a scale space: ours in one cosine transform, against loops.

``python -m tests.benchmarks.scale_space_blurs`` prints milliseconds (medians, in turn): ours with
all sigmas as one batch, ours in a plain loop with one sigma at a time, and SciPy's own Gaussian
filter in a loop, cut off at four sigma and mirrored at the borders as ours is.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy import ndimage  # type: ignore[import-untyped]

from scalescope.core.imaging.decode import gray, sample
from scalescope.core.scale_space.gaussian import Numbers, scale_space_of, scales

ROUNDS = 7
OCTAVES, INTERVALS = 5, 3


def ways(picture: np.ndarray) -> dict[str, Callable[[], Numbers]]:
    """What is compared, by name; each gives (sigmas, rows, columns)."""
    sigmas = scales(1.0, OCTAVES, INTERVALS)

    def looped() -> Numbers:
        space = scale_space_of(picture)
        return np.concatenate([space.gaussian([sigma]) for sigma in sigmas])

    def library() -> Numbers:
        blurred = [
            ndimage.gaussian_filter(picture.astype(np.float64), sigma, mode="reflect")
            for sigma in sigmas
        ]
        return np.stack(blurred)

    return {
        "one batch": lambda: scale_space_of(picture).gaussian(sigmas),
        "plain loop": looped,
        "scipy.ndimage in a loop": library,
    }


def measure(picture: np.ndarray) -> dict[str, float]:
    """Median milliseconds of each way, taken in turn, after one round that does not count."""
    compared = ways(picture)
    times: dict[str, list[float]] = {name: [] for name in compared}
    for step in range(ROUNDS + 1):
        for name, way in compared.items():
            began = time.perf_counter()
            way()
            if step:
                times[name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    """Check that all ways agree, then print a line for each picture and way."""
    for name in ("chelsea", "camera"):
        picture = gray(sample(name))
        results = [way() for way in ways(picture).values()]
        apart = max(float(np.abs(one - results[0]).max()) for one in results)
        print(f"{name}, {picture.shape[0]} x {picture.shape[1]} px, largest difference {apart:.4f}")
        for way, spent in measure(picture).items():
            print(f"  {way:24} {spent:8.1f} ms")


if __name__ == "__main__":
    main()
