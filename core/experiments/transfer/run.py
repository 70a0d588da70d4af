"""Run the probes of the transfer experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .spec import READING, Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...aerial.tiles.tiles import Tiles
    from ...jobs.progress import Progress
    from ...networks import LoadedNetwork
    from .inputs import Own
    from .result import Result


def run(
    spec: Spec,
    progress: Progress | None = None,
    own: Own | None = None,
    tiles: Tiles | None = None,
    networks: Mapping[str, LoadedNetwork] | None = None,
    device: str = "cpu",
) -> Result:
    """The whole measurement; see :func:`core.experiments.transfer.steps.steps`.

    ``own``: a person's folder or zip of tiles, which is read here; or ``tiles``, read already.
    The tiles of ``own`` have the metres per pixel that were typed with them, or else the spec's
    where those are not the default (so a sweep may set them), or else what the files say.
    """
    from . import result as transfer_result
    from . import steps

    found, begin = [], 0.0
    tell = progress or (lambda done: None)
    if own is not None:
        begin = READING
        swept = None if spec.gsd_m == Spec().gsd_m else spec.gsd_m
        tiles = own.read(swept, lambda share: tell(begin * share))
    for step in steps.steps(spec, tiles, networks, device):
        found.append(step)
        tell(begin + (1 - begin) * step.done)
    return transfer_result.collect(found)


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises; None where there is no such number."""
    from . import summary as transfer_numbers

    return transfer_numbers.numbers(result)
