"""Keypoints of a Gaussian scale space beside SIFT and a stack of pooling layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...evidence.finding import Finding
from ..experiment import Definition, Experiment

if TYPE_CHECKING:
    from .result import Result
    from .spec import Spec


def _findings(result: Result) -> Sequence[Finding]:
    from .findings import findings  # with the arithmetic, which a link does not wait for

    return findings(result)


def define() -> Definition[Spec, Result]:
    """Import the parts of the experiment."""
    from .run import run, summary
    from .spec import Spec

    return Definition(Spec, run, summary, findings=_findings)


EXPERIMENT = Experiment("scale-space", "Does a CNN compute a difference of Gaussians?", define)
