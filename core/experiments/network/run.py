"""Run the size sweep of a pretrained network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...networks.notation import AUTO
from .spec import Spec

if TYPE_CHECKING:
    from ...imaging.subjects import Picture
    from ...jobs.progress import Progress
    from ...networks import Loaded
    from .sweep import Result


def run(
    spec: Spec,
    progress: Progress | None = None,
    picture: Picture | None = None,
    network: Loaded | None = None,
    device: str = AUTO,
    precision: str = "float32",
    compiled: bool = False,
) -> Result:
    """The whole sweep; see :func:`core.experiments.network.sweep.steps` for its arguments.

    ``device``: auto, cpu or cuda; ``precision``: float32 or, on a GPU, float16; ``compiled``:
    whether torch's compiler prepares the network for a GPU first.
    """
    from ...networks import inputs
    from . import sweep

    found = []
    where, half = inputs.device(device), precision == "float16"
    for step in sweep.steps(spec, picture, network, where, False, half, compiled):
        found.append(step)
        if progress:
            progress(step.done)
    return sweep.result_of(found)


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises; None where there is no such number."""
    from . import sweep

    return sweep.numbers(result)
