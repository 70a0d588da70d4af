"""A sentence on a page together with how it is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .verdict import Verdict


@dataclass(frozen=True)
class Finding:
    """What a page says, and what a reader needs to check it.

    ``sentence``: as on the page. ``definition``: how its number is measured, one or two sentences.
    ``verdict``: what it was made from; None for a measured number that is judged by no line, whose
    ``numbers`` are then given in words. ``reference``: who described the measure. ``command``: what
    measures it again where that is not ``run`` with the spec of the page.
    """

    sentence: str
    definition: str
    verdict: Verdict | None = None
    numbers: str = ""
    reference: str = ""
    command: str = ""


def verdicts_of(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the verdicts among the findings under their promised keys."""
    return [finding.verdict.to_json() for finding in findings if finding.verdict is not None]
