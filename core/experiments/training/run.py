"""Train the recipe for every seed and measure accuracy over size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...training.trained import TrainedNetwork, TrainingLogEntry
from .channels import channel_scales
from .limits import half_range
from .result import Result
from .spec import Spec

if TYPE_CHECKING:
    from ...jobs.progress import Progress


def run(spec: Spec, progress: Progress | None = None, device: str = "cpu") -> Result:
    """Train and test the recipe once per seed, in this process; ``device`` as torch names it.

    Raises UserError where the data are missing or do not suffice.
    """
    from ...training import pace
    from ...training.loop import Training
    from ...training.threads import single_thread

    plans, runs = spec.plans(), list[TrainedNetwork]()
    with single_thread():
        for plan in plans:
            training, log = Training(plan, device), list[TrainingLogEntry]()
            for entry in training.train():
                log.append(entry)
                if progress:
                    progress((len(runs) + pace.fraction_done(plan, log)) / len(plans))
            runs.append(training.finish())
    if progress:
        progress(1.0)
    return Result(spec, tuple(runs))


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises; ``winners`` and ``scales`` are None where there
    are no scale channels. ``seconds`` is for all seeds together. Lists are [seed][size] where there
    is a number for each."""
    runs, wide = result.runs, half_range(result)
    return {
        "train_range_px": list(result.train_range_px),
        "test_px": result.test_px,
        "accuracy": result.accuracy,
        "seconds": sum(run.seconds for run in runs),
        "parameters": runs[0].parameters,
        "steps": runs[0].plan.steps,
        "images": runs[0].images,
        "seconds_per_seed": [run.seconds for run in runs],
        "peak": wide.peak,
        "peak_px": wide.peak_px,
        "half_px": [wide.low_px, wide.high_px],
        "octaves_above_half": wide.octaves,
        "is_wider_than_tested": wide.is_cut,
        "consistency": result.consistency,
        "change": [run.change for run in runs],
        "winners": None if runs[0].winners is None else [run.winners for run in runs],
        "scales": list(channel_scales(result)) or None,
    }
