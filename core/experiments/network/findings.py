"""What is said of a sweep and of its network, each sentence with how it is known."""

from __future__ import annotations

from collections.abc import Sequence

from ...evidence.finding import Finding
from . import sweep_sentences
from .commands import run_command
from .spec import Spec
from .study import h1, h2_sentences
from .sweep import Result
from .tolerance.measure import over_pictures
from .tolerance.precomputed import is_standard
from .tolerance.run import why_one_picture
from .tolerance.table import Tolerances


def command_over_pictures(spec: Spec) -> str:
    """Return the command that measures the tolerances of a spec's network over all pictures."""
    if is_standard(spec):
        return f"python -m scripts.measure_tolerance --again {spec.network}"
    return run_command(over_pictures(spec), all_pictures=True)


def tolerance_findings(spec: Spec, table: Tolerances | None, reason: str) -> list[Finding]:
    """Return the findings on H2; ``reason``: why nothing was measured over all pictures."""
    return h2_sentences.findings(table, reason, command_over_pictures(spec))


def findings(result: Result) -> Sequence[Finding]:
    """Return what is said of one sweep; the questions about the network are always among them."""
    spec, network = result.setting.spec, result.setting.network
    reason = "" if result.over_pictures else why_one_picture(result)
    return [
        *sweep_sentences.findings(result),
        *tolerance_findings(spec, result.over_pictures, reason),
        *h1.findings(h1.precomputed_evidence(network)),
    ]
