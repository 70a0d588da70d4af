"""The sweep on a GPU against bare forward passes, and how far half precision is from single.

``python -m tests.benchmarks.network_gpu [SLUG]`` prints pictures a second, of the network's own
size: bare forward passes of the same module, with weights and pictures that lie on the GPU already,
by precision, batch and compiler; then the longest sweep there is, compiled and not, and its parts
alone. All take turns and each counts its median turn. Then the seconds that the compiler takes, and
the largest differences of a sweep's results in half precision from those in float32.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from statistics import median

import numpy as np
import torch
from torch import Tensor, nn

from scalescope.core.experiments.network.responses import (
    RENDER_BATCH,
    ResponseRecorder,
    diagonal_shifts,
    recorder,
)
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.sweep import (
    OTHER_SHIFTS,
    Result,
    collect,
    other_objects,
    steps,
)
from scalescope.core.imaging.subject_views import draw
from scalescope.core.imaging.subjects import bundled_subject
from scalescope.core.networks import LoadedNetwork, load
from scalescope.core.networks.compute import ComputeOptions
from scalescope.core.networks.dirty_region import center_box

TURNS, TARGET = 5, 0.8
PICTURES = 4096  # of every bare turn
BATCHES = (256, 512, 1024)
MODES = ("default", "reduce-overhead")
SIZES_PX = tuple(np.geomspace(16, 215, 64))
SHIFTS = 16

Job = Callable[[], object]


def bare(forward: Callable[[Tensor], Tensor], images: Tensor, batch: int) -> Job:
    """Forward passes and nothing else."""
    batches = torch.split(images, batch)

    def job() -> None:
        with torch.inference_mode():
            for at in range(PICTURES // batch):
                forward(batches[at % len(batches)])

    return job


def bare_jobs(loaded: dict[str, LoadedNetwork]) -> dict[str, Job]:
    """By precision and batch, as they are and compiled."""
    px = loaded["float32"].network.input_px
    jobs: dict[str, Job] = {}
    pictures = torch.rand(1024, 3, px, px, device="cuda")
    for precision, one in loaded.items():
        module, images = one.module, pictures.to(one.dtype)
        assert isinstance(module, nn.Module)
        for batch in BATCHES:
            jobs[f"bare, {precision}, batch {batch}"] = bare(module, images, batch)
            if precision == "float16":
                for mode in MODES:
                    quick = torch.compile(module, mode=mode, dynamic=False)
                    jobs[f"bare, compiled, {mode}, batch {batch}"] = bare(quick, images, batch)
    return jobs


def sweeps(specs: Sequence[Spec], network_recorder: ResponseRecorder, compile: bool) -> Job:
    """One whole sweep after the other, every picture looked at anew.

    Only what depends on sizes and shapes alone is kept: the tables of weights of resizing.
    """

    def job() -> None:
        for spec in specs:
            network_recorder._responses.clear()
            network_recorder._blanks.clear()
            cache = network_recorder.loaded.background_cache
            assert cache is not None
            cache._cached.clear()
            deque(steps(spec, compute=ComputeOptions("cuda", "float16", compile)), maxlen=0)

    return job


def drawing(spec: Spec) -> Job:
    """All that a sweep draws."""
    few, many = diagonal_shifts(OTHER_SHIFTS), diagonal_shifts(spec.shifts)

    def job() -> None:
        for at in range(0, len(SIZES_PX), RENDER_BATCH):
            sizes = SIZES_PX[::-1][at : at + RENDER_BATCH]
            draw(
                bundled_subject(spec.image),
                spec.render_settings(),
                sizes,
                many,
                "cuda",
                torch.float16,
            )
            for name in other_objects(spec.image):
                draw(
                    bundled_subject(name), spec.render_settings(), sizes, few, "cuda", torch.float16
                )

    return job


def seconds(job: Job) -> float:
    """What a turn takes until the GPU is done with it."""
    torch.cuda.synchronize()
    start = time.perf_counter()
    job()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def measured(jobs: dict[str, tuple[int, Job]]) -> dict[str, float]:
    """Pictures a second of every job's median turn, after two that warm up."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(TURNS + 2):
        for name, (_, job) in jobs.items():
            taken[name].append(seconds(job))
    return {name: jobs[name][0] / median(times[2:]) for name, times in taken.items()}


def differences(one: Result, other: Result) -> dict[str, float]:
    """The largest between two results of one spec."""
    assert one.probability is not None and other.probability is not None
    found = {"p(class)": float(np.abs(one.probability - other.probability).max())}
    for what in ("similarity", "corrected"):
        found[what] = max(
            float(np.nanmax(np.abs(getattr(layer, what) - getattr(other.layers[name], what))))
            for name, layer in one.layers.items()
        )
    return found


def all_jobs(
    loaded: dict[str, LoadedNetwork], specs: list[Spec], recorders: dict[bool, ResponseRecorder]
) -> dict[str, tuple[int, Job]]:
    """By name: pictures and what to time, of bare passes, whole sweeps and their parts."""
    spec, px = specs[0], loaded["float32"].network.input_px
    count = len(SIZES_PX) * (SHIFTS + len(other_objects(spec.image)) * OTHER_SHIFTS)
    images = torch.rand(1024, 3, px, px, device="cuda", dtype=torch.float16)
    jobs = {name: (PICTURES, job) for name, job in bare_jobs(loaded).items()}
    jobs["sweep, compiled"] = (2 * count, sweeps(specs, recorders[True], True))
    jobs["sweep, not compiled"] = (2 * count, sweeps(specs, recorders[False], False))
    jobs["drawing alone"] = (count, drawing(spec))
    compiled = recorders[True].loaded
    background = torch.zeros(3, px, px, device="cuda", dtype=torch.float16)
    small = center_box((range(px // 2, px // 2 + 1),) * 2, px)
    jobs["forward and pooling alone, compiled"] = 1024, lambda: compiled.features(images)
    jobs["the same of small objects"] = 1024, lambda: compiled.features(images, background, small)
    return jobs


def print_rates(rates: dict[str, float]) -> None:
    """Print every rate, and as a fraction of the best bare pass."""
    best = max(rate for name, rate in rates.items() if name.startswith("bare"))
    for name, rate in rates.items():
        verdict = ""
        if name == "sweep, compiled":
            verdict = "  met" if rate / best >= TARGET else "  missed"
        print(f"  {name:52} {rate:9.0f} a second  {rate / best:5.2f} of the best bare{verdict}")


def swept(spec: Spec, half: bool) -> Result:
    """The sweep of a spec on the GPU, in half precision and compiled, or in float32."""
    compute = ComputeOptions("cuda", "float16" if half else "float32", half)
    return collect(list(steps(spec, compute=compute)))


def main(slug: str = "efficientnet-lite0") -> None:
    """Print all tables."""
    torch._dynamo.config.recompile_limit = 64  # one for each batch and mode
    specs = [
        Spec(image=name, network=slug, sizes_px=SIZES_PX, shifts=SHIFTS)
        for name in ("chelsea", "coffee")
    ]
    spec = specs[0]
    loaded = {"float32": load(slug, device="cuda"), "float16": load(slug, device="cuda", half=True)}
    recorders = {
        compile: recorder(slug, False, "cuda", spec.render_settings(), True, compile)
        for compile in (True, False)
    }
    taken = seconds(sweeps([spec], recorders[True], True))
    print(f"the first compiled sweep takes {taken:.0f} s, which is mostly the compiler's")
    print(f"{slug} on {torch.cuda.get_device_name()}, torch {torch.__version__}")
    print_rates(measured(all_jobs(loaded, specs, recorders)))
    for spec in specs:
        largest = differences(swept(spec, False), swept(spec, True))
        for quantity, difference in largest.items():
            print(f"  {spec.image}, half precision: {quantity} differs by up to {difference:.2g}")


if __name__ == "__main__":
    main(*sys.argv[1:])
