"""The sweep against bare forward passes: what drawing, pooling and keeping cost beside them.

``python -m tests.benchmarks.network_sweep [SLUG]`` prints pictures a second on one core and on all:
bare forward passes of the same module by batch, the sweep, and its parts. All jobs take turns and
each counts its quickest turn, since whatever else the machine does only slows them down. On one
core seconds are the processor's, on all they are the clock's.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch

from core.experiments.network import Spec
from core.experiments.network_sweep import OTHER_SHIFTS, others_than, steps
from core.experiments.network_watch import Watch, diagonal, watch
from core.networks import load
from core.subject_views import draw
from core.subjects import subject
from tests.benchmarks.network_forward import Job, bare

TURNS, TARGET = 5, 0.9
CORES = os.cpu_count() or 1
BATCHES = (1, 2, 4)
SIZES_PX = (32.0, 80.0, 152.0, 215.0)


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


def measured(jobs: dict[str, tuple[int, Job]], clock: Callable[[], float]) -> dict[str, float]:
    """Pictures a second of every job's quickest turn."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(TURNS + 1):  # the first turn warms up
        for name, (_, job) in jobs.items():
            start = clock()
            job()
            taken[name].append(clock() - start)
    return {name: jobs[name][0] / min(times[1:]) for name, times in taken.items()}


def report(heading: str, found: dict[str, float]) -> None:
    """One line per job, as a share of the best bare one."""
    best = max(rate for name, rate in found.items() if name.startswith("bare"))
    print(heading)
    for name, rate in found.items():
        share = rate / best
        verdict = (" met" if share >= TARGET else " missed") if name.startswith("sweep") else ""
        print(f"  {name:34} {rate:7.1f} a second  {share:6.2f} of the best bare{verdict}")


def jobs_of(slug: str) -> dict[str, tuple[int, Job]]:
    """The jobs, each with how many pictures it looks at, on the CPU.

    All look at about as many, for the shortest of many turns is the shorter the shorter the turn.
    """
    loaded, spec = load(slug), Spec(network=slug, sizes_px=SIZES_PX)
    watching = watch(slug, False, "cpu", spec.look())
    thing, many = subject(spec.image), diagonal(spec.shifts)
    pictures = len(SIZES_PX) * (spec.shifts + len(others_than(spec.image)) * OTHER_SHIFTS)
    images = draw(thing, spec.look(), SIZES_PX, many).repeat(-(-pictures // 16), 1, 1, 1)[:pictures]

    def drawn() -> None:
        for size in SIZES_PX:
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


def both_ways(jobs: dict[str, tuple[int, Job]]) -> dict[str, float]:
    """With all cores: bare ones with torch's threads and with Python's, the sweep as it is run."""
    torch.set_num_threads(CORES)
    plain = {name: one for name, one in jobs.items() if name.startswith(("bare", "sweep"))}
    found = measured(plain, time.perf_counter)
    with ThreadPoolExecutor(CORES, initializer=torch.set_num_threads, initargs=(1,)) as pool:

        def together(job: Job) -> Job:
            return lambda: list(pool.map(lambda _: job(), range(CORES)))

        apart = {
            f"{name}, in {CORES} threads": (count * CORES, together(job))
            for name, (count, job) in plain.items()
            if name.startswith("bare")
        }
        return {**found, **measured(apart, time.perf_counter)}


def main(slug: str = "efficientnet-lite0") -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    jobs = jobs_of(slug)
    report(f"{slug}, one core, target {TARGET}", measured(jobs, time.process_time))
    report(f"{slug}, {CORES} cores, target {TARGET}", both_ways(jobs))


if __name__ == "__main__":
    main(*sys.argv[1:])
