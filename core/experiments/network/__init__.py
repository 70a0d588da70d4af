"""A pretrained network and one object at every apparent size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..experiment import Definition, Experiment

if TYPE_CHECKING:
    from .spec import Spec
    from .sweep import Result


def define() -> Definition[Spec, Result]:
    """Import the parts of the experiment."""
    from .inputs import BESIDE, given
    from .run import run, summary
    from .spec import Spec

    return Definition(Spec, run, summary, given, BESIDE)


EXPERIMENT = Experiment("network", "A real network at every distance", define)
