"""A pretrained network and one object at every apparent size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..experiment import Definition, Experiment

if TYPE_CHECKING:
    from .spec import Spec
    from .sweep import Result


def define() -> Definition[Spec, Result]:
    """Import the parts of the experiment."""
    from .inputs import INPUT_OPTIONS, parse_inputs
    from .run import findings, run, summary
    from .spec import Spec

    return Definition(Spec, run, summary, parse_inputs, INPUT_OPTIONS, findings)


EXPERIMENT = Experiment("network", "How does a trained CNN respond to every size?", define)
