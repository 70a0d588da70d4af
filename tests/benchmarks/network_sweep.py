"""The sweep against bare forward passes: what drawing, pooling and keeping cost beside them.

``python -m tests.benchmarks.network_sweep [SLUG]`` prints pictures a second on one core and on all:
bare forward passes of the same module by batch, the sweep of the page's first screen, and its
parts. All jobs take turns, and each is compared with the best bare one turn by turn; the medians of
these are told, since shared machines change their pace from minute to minute. On one core seconds
are the processor's, on all they are the clock's. It takes ten minutes.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import numpy as np
import torch
from numpy.typing import NDArray

from core.experiments.network import Spec
from core.experiments.network_sweep import OTHER_SHIFTS, others_than, steps
from core.experiments.network_watch import Watch, diagonal, watch
from core.networks import load
from core.subject_views import draw
from core.subjects import subject
from tests.benchmarks.network_forward import Job, bare

TURNS, TARGET = 7, 0.9
CORES = os.cpu_count() or 1
BATCHES = (1, 2, 4)

Rates = NDArray[np.float64]


def sweep(spec: Spec, fresh: Callable[[], None]) -> Job:
    """A whole sweep as the page runs it, every picture looked at anew."""

    def job() -> None:
        fresh()
        deque(steps(spec), maxlen=0)

    return job


def forget(watching: Watch) -> None:
    """Let every object be looked at again."""
    watching._kept.clear()
    watching._blanks.clear()


def measured(jobs: dict[str, tuple[int, Job]], clock: Callable[[], float]) -> dict[str, Rates]:
    """Pictures a second of every job in every turn."""
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(TURNS + 1):  # the first turn warms up
        for name, (count, job) in jobs.items():
            start = clock()
            job()
            found[name].append(count / (clock() - start))
    return {name: np.array(rates[1:]) for name, rates in found.items()}


def report(heading: str, found: dict[str, Rates]) -> None:
    """One line per job: its median rate, and the median over turns of its share of the best."""
    best = max(
        (name for name in found if name.startswith("bare")), key=lambda one: median(found[one])
    )
    print(heading)
    for name, rates in found.items():
        share = median(rates / found[best])
        verdict = (" met" if share >= TARGET else " missed") if name.startswith("sweep") else ""
        print(f"  {name:34} {median(rates):7.1f} a second  {share:6.2f} of the best bare{verdict}")


def jobs_of(slug: str) -> dict[str, tuple[int, Job]]:
    """The jobs, each with how many pictures it looks at, on the CPU.

    All look at about as many, for the shortest of many turns is the shorter the shorter the turn.
    """
    loaded, spec = load(slug), Spec(network=slug)
    watching = watch(slug, False, "cpu", spec.look(), False, False)
    thing, many = subject(spec.image), diagonal(spec.shifts)
    sizes = spec.sizes_px
    pictures = len(sizes) * (spec.shifts + len(others_than(spec.image)) * OTHER_SHIFTS)
    seen = draw(thing, spec.look(), sizes, many)
    images = seen.repeat(-(-pictures // len(seen)), 1, 1, 1)[:pictures]

    def drawn() -> None:
        for size in sizes:
            draw(thing, spec.look(), [size], many)
            for name in others_than(spec.image):
                draw(subject(name), spec.look(), [size], many[:OTHER_SHIFTS])

    return {
        **{
            f"bare, batch {batch}": (pictures, bare(loaded.module, images, batch))
            for batch in BATCHES
        },
        "sweep": (pictures, sweep(spec, lambda: forget(watching))),
        "drawing alone": (pictures, drawn),
        "forward and pooling alone": (pictures, lambda: loaded.pooled(images)),
    }


def both_ways(jobs: dict[str, tuple[int, Job]]) -> dict[str, Rates]:
    """With all cores: bare ones with torch's threads and with Python's, the sweep as it is run."""
    torch.set_num_threads(CORES)
    plain = {name: one for name, one in jobs.items() if name.startswith(("bare", "sweep"))}
    with ThreadPoolExecutor(CORES, initializer=torch.set_num_threads, initargs=(1,)) as pool:

        def together(job: Job) -> Job:
            return lambda: list(pool.map(lambda _: job(), range(CORES)))

        apart = {
            f"{name}, in {CORES} threads": (count * CORES, together(job))
            for name, (count, job) in plain.items()
            if name.startswith("bare")
        }
        return measured({**plain, **apart}, time.perf_counter)


def main(slug: str = "efficientnet-lite0") -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    jobs = jobs_of(slug)
    report(f"{slug}, one core, target {TARGET}", measured(jobs, time.process_time))
    report(f"{slug}, {CORES} cores, target {TARGET}", both_ways(jobs))


if __name__ == "__main__":
    main(*sys.argv[1:])
