"""The sweep against bare forward passes: what drawing, pooling and keeping cost beside them.

``python -m tests.benchmarks.network_sweep [SLUG]`` prints pictures a second on one core and on all:
bare forward passes of the same module by batch, the sweep of the page's first screen, and its
parts. Shared machines change their pace from second to second, so all jobs take turns: on one core
portion by portion, about as many pictures as the sweep looks at per size, on all cores sweep by
sweep. Each is compared with the best bare one turn by turn, and the medians are told. On one core
seconds are the processor's, on all they are the clock's. Tables of weights are kept from the first
turn on, which is not counted; answers are not. It takes eight minutes.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import numpy as np
import torch
from numpy.typing import NDArray

from scalescope.core.experiments.network.responses import (
    ResponseRecorder,
    diagonal_shifts,
    recorder,
)
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.sweep import OTHER_SHIFTS, other_objects, steps
from scalescope.core.imaging.subject_views import draw
from scalescope.core.imaging.subjects import bundled_subject
from scalescope.core.jobs.allocator import keep_freed
from scalescope.core.networks import load
from tests.benchmarks.network_forward import bare

TURNS, TARGET, PORTION = 7, 0.9, 24
CORES = os.cpu_count() or 1
BATCHES = (1, 2, 4)

Rates = NDArray[np.float64]
Job = Callable[[], Iterator[object]]  # does a portion of its work at every step
Jobs = dict[str, tuple[int, Job]]  # each with how many pictures it looks at


def portions(work: Callable[[], object], times: int = 1) -> Job:
    """The same work, so many times."""
    return lambda: ((work(),) for _ in range(times))


def sweep(spec: Spec, network_recorder: ResponseRecorder) -> Iterator[object]:
    """A whole sweep as the page runs it, every picture looked at anew."""
    network_recorder._responses.clear()
    network_recorder._blanks.clear()
    yield from steps(spec)


def measured(jobs: Jobs, clock: Callable[[], float]) -> dict[str, Rates]:
    """Pictures a second of every job in every turn."""
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(TURNS + 1):  # the first turn warms up
        spent = dict.fromkeys(jobs, 0.0)
        running = {name: job() for name, (_, job) in jobs.items()}
        while running:
            for name, left in list(running.items()):
                start = clock()
                done = next(left, None) is None
                spent[name] += clock() - start
                if done:
                    del running[name]
        for name, (count, _) in jobs.items():
            found[name].append(count / spent[name])
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


def jobs_of(slug: str) -> Jobs:
    """The jobs on the CPU; all look at about as many pictures."""
    loaded, spec = load(slug), Spec(network=slug)
    network_recorder = recorder(slug, False, "cpu", spec.render_settings(), False, False)
    thing, many, sizes = bundled_subject(spec.image), diagonal_shifts(spec.shifts), spec.sizes_px
    pictures = len(sizes) * (spec.shifts + len(other_objects(spec.image)) * OTHER_SHIFTS)
    seen = draw(thing, spec.render_settings(), sizes, many)[:PORTION]

    def drawn() -> Iterator[object]:
        for size in sizes:
            for name in other_objects(spec.image):
                draw(bundled_subject(name), spec.render_settings(), [size], many[:OTHER_SHIFTS])
            yield draw(thing, spec.render_settings(), [size], many)

    def again(work: Callable[[], object]) -> tuple[int, Job]:
        return len(sizes) * PORTION, portions(work, len(sizes))

    return {
        **{f"bare, batch {batch}": again(bare(loaded.module, seen, batch)) for batch in BATCHES},
        "sweep": (pictures, lambda: sweep(spec, network_recorder)),
        "drawing alone": (pictures, drawn),
        "forward and pooling alone": again(lambda: loaded.pooled(seen)),
    }


def whole(job: Job) -> Job:
    """The job in one portion: what goes on in threads would else run on in the others' time."""
    return portions(lambda: deque(job(), maxlen=0))


def both_ways(jobs: Jobs) -> dict[str, Rates]:
    """With all cores: bare ones with torch's threads and with Python's, the sweep as it is run."""
    torch.set_num_threads(CORES)
    plain = {name: one for name, one in jobs.items() if name.startswith(("bare", "sweep"))}
    with ThreadPoolExecutor(CORES, initializer=torch.set_num_threads, initargs=(1,)) as pool:

        def in_threads(job: Job) -> Job:
            return portions(lambda: list(pool.map(lambda _: deque(job(), maxlen=0), range(CORES))))

        at_once = {name: (count, whole(job)) for name, (count, job) in plain.items()}
        apart = {
            f"{name}, in {CORES} threads": (count * CORES, in_threads(job))
            for name, (count, job) in plain.items()
            if name.startswith("bare")
        }
        return measured({**at_once, **apart}, time.perf_counter)


def main(slug: str = "efficientnet-lite0") -> None:
    """Print both tables."""
    keep_freed()  # as the app and the command line do
    torch.set_num_threads(1)
    jobs = jobs_of(slug)
    report(f"{slug}, one core, target {TARGET}", measured(jobs, time.process_time))
    report(f"{slug}, {CORES} cores, target {TARGET}", both_ways(jobs))


if __name__ == "__main__":
    main(*sys.argv[1:])
