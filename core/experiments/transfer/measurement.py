"""The resumable measurements of a spec, and of the fine-tuning that follows it."""

from __future__ import annotations

from ...aerial.probing.features import WEIGHTS
from ...aerial.tiles.tiles import Tiles
from ...jobs.measurement import Measurement, done_by_last_step
from ...networks import NetworkMissing
from . import finetuning
from .finetuning import FinetuneResult
from .finetuning_process import finetune_in_subprocess
from .result import Result, collect
from .setup import Step, protocols_of
from .spec import Spec
from .steps import steps
from .timing import total_s


def measurement(spec: Spec, tiles: Tiles | None = None) -> Measurement[Step, Result]:
    """Measure a spec step by step.

    ``tiles``: the user's, or None for those that the spec names. Raises NetworkMissing, TooFewTiles
    or TilesError where that is impossible.
    """
    missing = spec.net.missing_reason()
    if missing:
        raise NetworkMissing(missing)
    protocols = protocols_of(spec, tiles, spec.net, WEIGHTS)
    return Measurement(lambda: steps(spec, tiles), collect, total_s(protocols), done_by_last_step)


def tuning(result: Result, blocks: int) -> Measurement[FinetuneResult, FinetuneResult]:
    """Fine-tune the last ``blocks`` at the resize factor that a result chose, in a subprocess."""
    seconds = finetuning.finetune_s(result, blocks)
    return Measurement(
        lambda: finetune_in_subprocess(result, blocks),
        lambda steps: steps[-1],
        seconds,
        done_by_last_step,
    )
