"""Run the size sweep of a pretrained network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...networks.compute import ComputeOptions
from ...networks.notation import AUTO
from .inputs import ALL, ONE
from .spec import Spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...evidence.finding import Finding
    from ...imaging.subjects import Picture
    from ...jobs.progress import Progress
    from ...networks import LoadedNetwork
    from .sweep import Result

ON_ANY_DEVICE = ComputeOptions(AUTO)


def run(
    spec: Spec,
    progress: Progress | None = None,
    picture: Picture | None = None,
    network: LoadedNetwork | None = None,
    compute: ComputeOptions = ON_ANY_DEVICE,
    pictures: str = ONE,
) -> Result:
    """Measure the whole sweep; see :func:`core.experiments.network.sweep.steps`.

    ``picture``: float32 (3, rows, columns) in [0, 1]. ``pictures``: 'all' measures the tolerance of
    the layers over all bundled pictures too. ``progress`` is called with the fraction done, 0 to 1,
    after every size.
    """
    from ...networks.inputs import parse_device
    from . import sweep
    from .tolerance.run import measure_all, measured_before

    on_device = replace(compute, device=parse_device(compute.device))
    part, done = (0.1 if pictures == ALL else 1.0), []
    for step in sweep.steps(spec, picture, network, on_device):
        done.append(step)
        if progress:
            progress(part * step.done)
    result = sweep.collect(done)
    if pictures == ALL:

        def report(fraction: float) -> None:
            if progress:
                progress(part + (1 - part) * fraction)

        return replace(result, over_pictures=measure_all(spec, network, on_device.device, report))
    return replace(result, over_pictures=measured_before(result, network))


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises; None where there is no such number."""
    from . import sweep
    from .tolerance.run import summarize

    return {**sweep.summarize(result), "over_pictures": summarize(result.over_pictures)}


def findings(result: Result) -> Sequence[Finding]:
    """What is said of the sweep and of its network; see the module of that name."""
    from . import findings

    return findings.findings(result)
