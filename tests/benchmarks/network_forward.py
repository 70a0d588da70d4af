"""Pictures a second through EfficientNet-Lite0: what is best, and how near the app's ways come.

``python -m tests.benchmarks.network_forward [SLUG]`` prints pictures of 224 px a second on one core
and on all: bare forward passes of the module by batch, memory format and folding, then ``pooled``
and ``record``, each over the best bare figure with as many cores. All jobs take turns, and each
counts its quickest turn, since whatever else the machine does only slows them down.

On one core seconds are the processor's, with one thread of torch's; on all they are the clock's,
with so many threads of torch's, or so many threads of Python's with one of torch's each.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from scalescope.core.networks import NETWORKS, LoadedNetwork, load
from scalescope.core.networks.folding import fold_batch_norm
from scalescope.core.networks.loading import build_trained
from scalescope.core.networks.pooled_features import StagedNetwork
from scalescope.core.networks.weights import read_weights

PICTURES, TURNS, TARGET = 8, 8, 0.9
CORES = os.cpu_count() or 1

Job = Callable[[], object]


def bare(module: StagedNetwork, images: Tensor, batch: int) -> Job:
    """Forward passes and nothing else."""
    batches = torch.split(images, batch)

    def job() -> None:
        with torch.inference_mode():
            for one in batches:
                deque(module.walk(one), maxlen=0)

    return job


def shared(pool: ThreadPoolExecutor, job: Callable[[Tensor], object], images: Tensor) -> Job:
    """The job on equal parts of the images, one for each thread of Python's."""
    parts = images.chunk(CORES)
    return lambda: list(pool.map(job, parts))


def bare_jobs(slug: str, loaded: LoadedNetwork, images: Tensor) -> dict[str, Job]:
    """The module as published and as it is used, by batch."""
    plain = build_trained(NETWORKS[slug], read_weights(NETWORKS[slug]))
    return {
        "bare, as published, batch 1": bare(plain, images, 1),
        "bare, as published, batch 4": bare(plain, images, 4),
        "bare, folded, batch 1": bare(fold_batch_norm(plain), images, 1),
        **{
            f"bare, folded, channels last, batch {batch}": bare(loaded.module, images, batch)
            for batch in (1, 2, 4, 8)
        },
    }


def measured(jobs: dict[str, Job], threads: int, cores: int) -> dict[str, float]:
    """Pictures a second of every job's quickest turn, with so many of torch's threads."""
    clock = time.process_time if threads == cores == 1 else time.perf_counter
    torch.set_num_threads(threads)
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(TURNS + 1):  # the first turn warms up
        for name, job in jobs.items():
            start = clock()
            job()
            taken[name].append(clock() - start)
    return {name: PICTURES / min(times[1:]) for name, times in taken.items()}


def report(heading: str, found: dict[str, float]) -> None:
    """One line per job; what is not bare is compared with the best that is."""
    best = max(rate for name, rate in found.items() if name.startswith("bare"))
    print(heading)
    for name, rate in found.items():
        share = rate / best
        verdict = "" if name.startswith("bare") else f"  {'met' if share >= TARGET else 'missed'}"
        print(f"  {name:44} {rate:6.1f} a second  {share:.2f} of the best{verdict}")


def main(slug: str = "efficientnet-lite0") -> None:
    """Print both tables."""
    loaded = load(slug)
    images = torch.rand(PICTURES, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    last = [loaded.network.layers[-1].name]
    jobs = bare_jobs(slug, loaded, images)
    ours: dict[str, Callable[[Tensor], object]] = {
        "pooled": loaded.pooled,
        "record, the last place": lambda part: loaded.record(part, last),
    }
    alone = {name: lambda job=job: job(images) for name, job in ours.items()}
    one = measured({**jobs, **alone}, 1, 1)
    report(f"{slug}, one core, target {TARGET} of the best bare forward", one)
    with ThreadPoolExecutor(CORES) as pool:
        both = {name: shared(pool, job, images) for name, job in ours.items()}
        many = measured(jobs, CORES, CORES)
        many["bare, best of one core, times cores"] = CORES * max(one[name] for name in jobs)
        report(f"{slug}, {CORES} cores", {**many, **measured(both, 1, CORES)})


if __name__ == "__main__":
    main(*sys.argv[1:])
