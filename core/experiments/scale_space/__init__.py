"""Keypoints of a Gaussian scale space beside SIFT and a stack of pooling layers."""

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


EXPERIMENT = Experiment("scale-space", "Does a CNN compute a difference of Gaussians?", define)
