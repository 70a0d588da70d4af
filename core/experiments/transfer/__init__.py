"""Linear probes on aerial tiles at several ground sample distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..experiment import Definition, Experiment

if TYPE_CHECKING:
    from .result import Result
    from .spec import Spec


def define() -> Definition[Spec, Result]:
    """Import the parts of the experiment."""
    from .findings import findings
    from .inputs import INPUT_OPTIONS, parse_inputs
    from .run import run, summary
    from .spec import Spec

    return Definition(Spec, run, summary, parse_inputs, INPUT_OPTIONS, findings)


EXPERIMENT = Experiment("transfer", "What transfers from photographs to aerial images?", define)
