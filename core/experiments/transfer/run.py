"""Run the probes of the transfer experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .spec import READING, Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...aerial.tiles.tiles import Tiles
    from ...jobs.progress import Progress
    from ...networks import LoadedNetwork
    from .inputs import UserTiles
    from .result import Result


def run(
    spec: Spec,
    progress: Progress | None = None,
    user_tiles: UserTiles | None = None,
    tiles: Tiles | None = None,
    networks: Mapping[str, LoadedNetwork] | None = None,
    device: str = "cpu",
) -> Result:
    """Run the whole measurement; see :func:`core.experiments.transfer.steps.steps`.

    ``user_tiles``: a folder or zip of the user's tiles, which is read here; or ``tiles``, already
    read. The meters per pixel of ``user_tiles`` are those typed with them, or else the spec's if
    not the default (so that a sweep can set them), or else what the files say.
    """
    from . import result as transfer_result
    from . import steps

    measured, read = [], 0.0
    report = progress or (lambda done: None)
    if user_tiles is not None:
        read = READING
        swept = None if spec.gsd_m == Spec().gsd_m else spec.gsd_m
        tiles = user_tiles.read(swept, lambda fraction: report(read * fraction))
    for step in steps.steps(spec, tiles, networks, device):
        measured.append(step)
        report(read + (1 - read) * step.done)
    return transfer_result.collect(measured)


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises; None for numbers that were not measured."""
    from . import summary as transfer_summary

    return transfer_summary.summary(result)
