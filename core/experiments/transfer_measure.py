"""The measurement as work of a session: it can be stopped and taken up, and tells its time."""

from __future__ import annotations

from core.aerial.features import WEIGHTS
from core.aerial.tiles import Tiles
from core.experiments import transfer_tuning
from core.experiments.transfer import Spec
from core.experiments.transfer_apart import tuned_apart
from core.experiments.transfer_result import Result, result_of
from core.experiments.transfer_setting import Step, setting_with
from core.experiments.transfer_steps import steps, whole_s
from core.experiments.transfer_tuning import Tuned
from core.experiments.transfer_work import Work
from core.networks import NetworkMissing


def measurement(spec: Spec, tiles: Tiles | None = None) -> Work[Step]:
    """All steps of a spec, gathered to a :class:`core.experiments.transfer_result.Result`.

    Raises NetworkMissing, TooFewTiles or TilesError where it cannot be taken.
    """
    missing = spec.net.missing()
    if missing:
        raise NetworkMissing(missing)
    setting = setting_with(spec, tiles, spec.net, WEIGHTS)
    return Work(lambda: steps(spec, tiles), result_of, whole_s(setting))


def tuning(result: Result, blocks: int) -> Work[Tuned]:
    """Fine-tuning at what a result has chosen, in a process of its own, gathered to the last
    :class:`core.experiments.transfer_tuning.Tuned`."""
    seconds = transfer_tuning.seconds(result, blocks)
    return Work(lambda: tuned_apart(result, blocks), lambda found: found[-1], seconds)
