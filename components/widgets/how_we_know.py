"""How we know: the numbers behind each sentence of a page, for a reader who checks them."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.evidence.finding import Finding
from ...core.evidence.phrases import basis_phrase, line_phrase, value_phrase
from ...core.evidence.verdict import TOLERANCE, Verdict
from ...core.formatting import percent
from ..markup import Html, element, join_html

RULE = (
    "A value stands with its interval in brackets, or alone where it came out the same throughout. "
    "It counts as above the line, or not, where the whole interval lies on one side of it, even "
    f"for a line {percent(TOLERANCE)} higher or lower. Otherwise it is undecided."
)


def _verdict_rows(verdict: Verdict) -> list[tuple[str, str]]:
    rows = [] if verdict.estimate is None else [("Value", value_phrase(verdict))]
    rows.append(("Line", line_phrase(verdict.line)))
    rows.append(("Above the line?", verdict.verdict))
    if verdict.reason:
        rows.append(("Why undecided", verdict.reason))
    rows.append(("Measured over", basis_phrase(verdict.rests_on)))
    return rows


def _items(numbers: str) -> Html:
    """Numbers that are listed with semicolons, so that a line ends between two and not within."""
    *items, last = numbers.split("; ")
    return join_html(
        *(element("span", f"{item};") for item in items), element("span", last), separator=" "
    )


def _rows(finding: Finding, command: str) -> list[tuple[str, str]]:
    rows = [] if finding.verdict is None else _verdict_rows(finding.verdict)
    if finding.numbers:
        rows.append(("Numbers", _items(finding.numbers)))
    rows.append(("Definition", finding.definition))
    if finding.reference:
        rows.append(("Reference", finding.reference))
    rows.append(("Measure again", element("code", finding.command or command)))
    return rows


def _entry(finding: Finding, command: str) -> Html:
    rows = [
        join_html(element("dt", name), element("dd", text))
        for name, text in _rows(finding, command)
    ]
    return join_html(element("h4", finding.sentence), element("dl", *rows))


def how_we_know(findings: Sequence[Finding], command: str) -> Html:
    """Return the HTML of all findings; ``command`` measures those again that name no other.

    Empty without findings.
    """
    if not findings:
        return Html("")
    return join_html(element("p", RULE), *(_entry(finding, command) for finding in findings))
