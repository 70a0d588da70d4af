"""Verdicts: yes or no only where an interval lies clear of a line, otherwise undecided.

The rule of the whole app. A value has an interval that includes everything that was varied to
measure it (alignments, pictures, networks, control draws, seeds), and is compared with a line. The
verdict is 'yes' where the whole interval lies above the line, 'no' where it lies below, and
'undecided' where it crosses the line, or where the answer would be another one for a line a tenth
higher or lower, or for one of the ``variants``, such as a shift by one pixel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

YES, NO, UNDECIDED = "yes", "no", "undecided"
TOLERANCE = 0.1  # of a line: how much higher or lower it may be without another answer


@dataclass(frozen=True)
class Line:
    """What a value is compared with.

    ``unit`` as in a sentence: 'octaves', '%', '' for a plain number; a fraction has the unit '%'
    and is written in percent. ``origin`` is the value from which a tenth of the line is counted:
    0, or 1 for a cosine similarity, whose distance from 1 is what counts.
    """

    name: str
    value: float
    unit: str = ""
    origin: float = 0.0

    @property
    def margin(self) -> float:
        """How much higher or lower the line may be without another answer."""
        return TOLERANCE * abs(self.value - self.origin)


@dataclass(frozen=True)
class Estimate:
    """A measured value and the interval that includes everything that was varied.

    An end is infinite where the range that was tried ends before it. ``limit``: 'at least' or 'at
    most' where the value itself is known so far only; empty otherwise.
    """

    value: float
    low: float
    high: float
    limit: str = ""

    def __post_init__(self) -> None:
        if not isfinite(self.value):
            raise ValueError(f"an estimate is finite: {self}")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"an estimate lies within its interval: {self}")


def _finite(end: float) -> float | None:
    return end if isfinite(end) else None


@dataclass(frozen=True)
class Basis:
    """What a verdict rests on: how many of each were measured; 0 for what has no part in it."""

    alignments: int = 0
    pictures: int = 0
    sizes: int = 0
    networks: int = 0
    control_draws: int = 0
    seeds: int = 0
    tiles: int = 0


@dataclass(frozen=True)
class Verdict:
    """The answer to one question, with the numbers that it was decided by.

    ``question``: its stable short name. ``subject``: what it is about where a question is asked
    more than once, such as the name of a filter. ``estimate``: None where there is nothing to
    compare. ``reason``: why it is undecided, one sentence; empty for yes and no. ``extra``: further
    JSON values that belong to the answer, such as advice.
    """

    question: str
    verdict: str
    estimate: Estimate | None
    line: Line
    rests_on: Basis
    subject: str = ""
    reason: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_yes(self) -> bool:
        """Whether the answer is yes."""
        return self.verdict == YES

    @property
    def is_no(self) -> bool:
        """Whether the answer is no."""
        return self.verdict == NO

    @property
    def is_undecided(self) -> bool:
        """Whether neither answer holds."""
        return self.verdict == UNDECIDED

    def to_json(self) -> dict[str, Any]:
        """Return the promised keys; value, low and high are None without an estimate.

        Low and high are also None where they are not known.
        """
        estimate = self.estimate
        return {
            "question": self.question,
            "subject": self.subject,
            "verdict": self.verdict,
            "value": None if estimate is None else estimate.value,
            "low": None if estimate is None else _finite(estimate.low),
            "high": None if estimate is None else _finite(estimate.high),
            "line": self.line.value,
            "rests_on": asdict(self.rests_on),
            "reason": self.reason,
            **self.extra,
        }


def _side(estimate: Estimate, line: float) -> str:
    if estimate.low > line:
        return YES
    return NO if estimate.high < line else UNDECIDED


def decide(estimate: Estimate, line: Line, variants: Iterable[Estimate] = ()) -> tuple[str, str]:
    """Compare with a line. Returns 'yes', 'no' or 'undecided', and the reason for the last.

    ``variants``: the same value measured in another way that should not matter, such as after a
    shift by one pixel; each must give the same answer.
    """
    answer = _side(estimate, line.value)
    if answer == UNDECIDED:
        return UNDECIDED, "The interval crosses the line."
    for nearby in (line.value - line.margin, line.value + line.margin):
        if _side(estimate, nearby) != answer:
            return UNDECIDED, "The interval crosses a line a tenth higher or lower."
    if any(_side(variant, line.value) != answer for variant in variants):
        return UNDECIDED, "The answer is another one after a shift by one pixel."
    return answer, ""


def judge(
    question: str,
    estimate: Estimate,
    line: Line,
    rests_on: Basis,
    subject: str = "",
    variants: Iterable[Estimate] = (),
) -> Verdict:
    """Decide a question whose answer is yes above the line; see :func:`decide`."""
    verdict, reason = decide(estimate, line, variants)
    return Verdict(question, verdict, estimate, line, rests_on, subject, reason)


def no_verdict(
    question: str, line: Line, rests_on: Basis, reason: str, subject: str = ""
) -> Verdict:
    """Leave a question undecided for want of something to compare; ``reason``: one sentence."""
    return Verdict(question, UNDECIDED, None, line, rests_on, subject, reason)
