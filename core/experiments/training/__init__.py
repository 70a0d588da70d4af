"""Training recipes for tolerance of size, and their accuracy over size."""

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


EXPERIMENT = Experiment("training", "Can size tolerance be learned?", define)
