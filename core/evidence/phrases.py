"""The parts of a verdict in words."""

from __future__ import annotations

from dataclasses import asdict
from math import isinf

from ..formatting import join_with_and, percent, significant_digits
from .verdict import Basis, Estimate, Line, Verdict

DECIMALS = 4  # of a number that is not in percent: what is below is rounding

NOUNS = {
    "alignments": ("alignment", "alignments"),
    "pictures": ("picture", "pictures"),
    "sizes": ("size", "sizes"),
    "networks": ("network", "networks"),
    "control_draws": ("control draw", "control draws"),
    "seeds": ("random seed", "random seeds"),
    "tiles": ("tile", "tiles"),
}


def basis_phrase(basis: Basis) -> str:
    """Say what a verdict rests on: '64 alignments and 10 pictures'; 'nothing' for none."""
    counts = [(name, count) for name, count in asdict(basis).items() if count]
    parts = [f"{count:,} {NOUNS[name][count != 1]}" for name, count in counts]
    return join_with_and(parts) or "nothing"


def quantity(value: float, unit: str) -> str:
    """Write a number with its unit; a fraction of unit '%' in percent."""
    if isinf(value):
        return ""
    if unit == "%":
        return f"-{percent(-value)}" if value < 0 else percent(value)
    number = significant_digits(round(value, DECIMALS) + 0.0)  # no minus before a zero
    noun = unit.removesuffix("s") if number == "1" else unit
    return f"{number} {noun}" if unit else number


def interval_phrase(estimate: Estimate, unit: str) -> str:
    """Write an estimate with its interval: '1.1 octaves (0.75 to 1.6)'.

    What is known in part only: 'at least 2.8 octaves (2.5 or more)'. An interval without width
    would repeat the value and is left out.
    """
    value = f"{estimate.limit} {quantity(estimate.value, unit)}".lstrip()
    if estimate.low == estimate.high:
        return value
    return f"{value} ({ends_phrase(estimate, unit if unit == '%' else '')})"


def ends_phrase(estimate: Estimate, unit: str) -> str:
    """Write the ends of an interval: '0.75 to 1.6', '2.5 or more', 'not known'."""
    low, high = (quantity(end, unit) for end in (estimate.low, estimate.high))
    if isinf(estimate.low):
        return "not known" if isinf(estimate.high) else f"{high} or less"
    return f"{low} or more" if isinf(estimate.high) else f"{low} to {high}"


def line_phrase(line: Line) -> str:
    """Write a line with its name: '10 %, the largest loss that counts as none'."""
    return f"{quantity(line.value, line.unit)}, {line.name}"


def against_line(verdict: Verdict, joint: str = ", and") -> str:
    """Write an estimate against its line: '12 % (5 % to 22 %), and the line is 10 %'."""
    assert verdict.estimate is not None, "there is a value to compare"
    unit = verdict.line.unit
    return (
        f"{interval_phrase(verdict.estimate, unit)}{joint} the line is "
        f"{quantity(verdict.line.value, unit)}"
    )


def value_phrase(verdict: Verdict) -> str:
    """Write what was measured, or why there is nothing."""
    if verdict.estimate is None:
        return verdict.reason
    return interval_phrase(verdict.estimate, verdict.line.unit)
