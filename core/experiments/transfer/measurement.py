"""The measurement as work of a session: it can be stopped and taken up, and tells its time."""

from __future__ import annotations

from ...aerial.probing.features import WEIGHTS
from ...aerial.tiles.tiles import Tiles
from ...jobs.measurement import Work
from ...networks import NetworkMissing
from . import finetuning
from .finetuning import Tuned
from .finetuning_process import tuned_apart
from .result import Result, result_of
from .setup import Step, setting_with
from .spec import Spec
from .steps import steps, whole_s


def measurement(spec: Spec, tiles: Tiles | None = None) -> Work[Step]:
    """All steps of a spec, gathered to a :class:`core.experiments.transfer.result.Result`.

    Raises NetworkMissing, TooFewTiles or TilesError where it cannot be taken.
    """
    missing = spec.net.missing()
    if missing:
        raise NetworkMissing(missing)
    setting = setting_with(spec, tiles, spec.net, WEIGHTS)
    return Work(lambda: steps(spec, tiles), result_of, whole_s(setting))


def tuning(result: Result, blocks: int) -> Work[Tuned]:
    """Fine-tuning at what a result has chosen, in a process of its own, gathered to the last
    :class:`core.experiments.transfer.finetuning.Tuned`."""
    seconds = finetuning.seconds(result, blocks)
    return Work(lambda: tuned_apart(result, blocks), lambda found: found[-1], seconds)
