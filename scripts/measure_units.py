"""Test all units of the networks: scaled copies, preferred sizes, gratings and kernels.

    python -m scripts.measure_units [--again] [NETWORK]...

writes assets/network/units/NETWORK.json: about four minutes on one core for EfficientNet-Lite0 and
MobileNetV2 each, an hour for VGG16. What is complete there already is kept, unless --again is
given, so that it can be stopped and started again after each part.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from scalescope.core.experiments.network.units import grating_study, study
from scalescope.core.experiments.network.units.kernel_copies import find_all_copies
from scalescope.core.experiments.network.units.precomputed import (
    Measured,
    path_of,
    precomputed,
    to_json,
)
from scalescope.core.networks import NETWORKS, load

StepT = TypeVar("StepT")
AGAIN = "--again"


def _reported(slug: str, what: str, steps: Iterator[StepT]) -> list[StepT]:
    done = []
    for step in steps:
        done.append(step)
        print(f"{slug} {what}: step {len(done)}", file=sys.stderr, flush=True)
    return done


def _kernels(slug: str) -> tuple[Any, ...]:
    return tuple(found.shares for found in find_all_copies(load(slug).kernels))


def _units(slug: str) -> study.UnitStudy:
    return study.collect(_reported(slug, "units", study.steps(slug)))


def _gratings(slug: str) -> grating_study.GratingStudy | None:
    return grating_study.collect(slug, _reported(slug, "gratings", grating_study.steps(slug)))


PARTS: dict[str, Callable[[str], Any]] = {
    "kernels": _kernels,
    "units": _units,
    "gratings": _gratings,
}


def _measure(slug: str, again: bool) -> None:
    measured = Measured() if again else precomputed(slug)
    for part, measure in PARTS.items():
        if getattr(measured, part) is None:
            measured = replace(measured, **{part: measure(slug)})
            path_of(slug).parent.mkdir(parents=True, exist_ok=True)
            path_of(slug).write_text(to_json(slug, measured), encoding="utf-8")


def main(slugs: Sequence[str], again: bool) -> None:
    """Measure the named networks, or all of them; ``again``: what is complete as well."""
    for slug in slugs or list(NETWORKS):
        _measure(slug, again)


if __name__ == "__main__":
    main([word for word in sys.argv[1:] if word != AGAIN], AGAIN in sys.argv)
