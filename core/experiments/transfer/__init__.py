"""Linear probes on overhead tiles at every ground sample distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..experiment import Definition, Experiment

if TYPE_CHECKING:
    from .result import Result
    from .spec import Spec


def define() -> Definition[Spec, Result]:
    """Import the parts of the experiment."""
    from .inputs import BESIDE, given
    from .run import run, summary
    from .spec import Spec

    return Definition(Spec, run, summary, given, BESIDE)


EXPERIMENT = Experiment("transfer", "From photographs to satellites", define)
