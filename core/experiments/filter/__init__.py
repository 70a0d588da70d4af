"""How a filter responds to an object of every apparent size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..experiment import Definition, Experiment

if TYPE_CHECKING:
    from .run import Result
    from .spec import Spec


def define() -> Definition[Spec, Result]:
    """Import the parts of the experiment."""
    from .findings import findings
    from .run import run, summary
    from .spec import Spec

    return Definition(Spec, run, summary, findings=findings)


EXPERIMENT = Experiment("filter", "Does the response of a filter depend on size?", define)
