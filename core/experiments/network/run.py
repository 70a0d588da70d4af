"""Run the size sweep of a pretrained network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...networks.compute import ComputeOptions
from ...networks.notation import AUTO
from .spec import Spec

if TYPE_CHECKING:
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
) -> Result:
    """Measure the whole sweep; see :func:`core.experiments.network.sweep.steps`.

    ``picture``: float32 (3, rows, columns) in [0, 1]. ``progress`` is called with the fraction
    done, 0 to 1, after every size.
    """
    from ...networks.inputs import parse_device
    from . import sweep

    on_device = replace(compute, device=parse_device(compute.device))
    done = []
    for step in sweep.steps(spec, picture, network, on_device):
        done.append(step)
        if progress:
            progress(step.done)
    return sweep.collect(done)


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises; None where there is no such number."""
    from . import sweep

    return sweep.summarize(result)
