"""How many pixels an object gets at a sensor and at a network's layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..experiment import Definition, Experiment

if TYPE_CHECKING:
    from .result import Result
    from .spec import Spec


def define() -> Definition[Spec, Result]:
    """Import the parts of the experiment."""
    from .findings import findings
    from .run import run, summary
    from .spec import Spec

    return Definition(Spec, run, summary, findings=findings)


EXPERIMENT = Experiment("calculator", "How many pixels does a car span from above?", define)
