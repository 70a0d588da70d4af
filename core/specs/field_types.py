"""The kinds of field: how each reads text, writes it, and says what is allowed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class FieldType:
    """How one field is read, written and checked.

    ``label`` and ``help`` are for people; ``unit`` is drawn behind the value. ``affects`` names the
    measurements that depend on the field, None for all; one that affects none only chooses what is
    shown of them.
    """

    label: str
    unit: str = ""
    help: str = ""
    affects: tuple[str, ...] | None = None

    @property
    def allowed(self) -> str:
        """What may be given, as the end of a sentence."""
        raise NotImplementedError

    def parse(self, text: str) -> Any:
        """Return the value written in ``text``; raises ValueError when it cannot be read."""
        raise NotImplementedError

    def format(self, value: Any) -> str:
        """Return ``value`` as text that :meth:`parse` reads back to an equal value."""
        raise NotImplementedError

    def accepts(self, value: Any) -> bool:
        """Return whether ``value`` has the right type and lies within the limits."""
        raise NotImplementedError


def plain(value: float) -> str:
    """Return the shortest text that reads back to the same number, without a trailing '.0'."""
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


@dataclass(frozen=True, kw_only=True)
class Number(FieldType):
    """A real number, or a whole one, from ``low`` to ``high``; ``log`` asks for a log slider."""

    low: float
    high: float
    step: float
    whole: bool = False
    log: bool = False

    @property
    def allowed(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        unit = f" {self.unit}" if self.unit else ""
        return f"{kind} from {plain(self.low)} to {plain(self.high)}{unit}"

    def parse(self, text: str) -> float | int:
        return int(text) if self.whole else float(text)

    def format(self, value: float) -> str:
        return plain(value)

    def accepts(self, value: Any) -> bool:
        kinds = (int,) if self.whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool):
            return False
        return bool(self.low <= value <= self.high)


@dataclass(frozen=True, kw_only=True)
class Choice(FieldType):
    """One of the names in ``options``."""

    options: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return "one of " + ", ".join(self.options)

    def parse(self, text: str) -> str:
        return text

    def format(self, value: str) -> str:
        return value

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.options


def parse_numbers(text: str) -> tuple[float, ...]:
    """Read ``2,4,8``, ``START:STOP:STEP`` or ``START:STOP:logN``.

    ``START:STOP:STEP`` includes STOP where a step lands on it. ``logN`` gives N values evenly
    spaced in log2 with both ends included. Raises ValueError when the text is none of these or
    would give more than 10,000 values.
    """
    if ":" not in text:
        return tuple(float(part) for part in text.split(","))
    start_text, stop_text, step_text = text.split(":")
    start, stop = float(start_text), float(stop_text)
    if step_text.startswith("log"):
        return _log_spaced(start, stop, int(step_text[3:]))
    step = float(step_text)
    if step == 0 or not math.isfinite((stop - start) / step):
        raise ValueError("the step must not be zero")
    count = math.floor((stop - start) / step + 1e-9) + 1
    if not 1 <= count <= 10_000:
        raise ValueError("between 1 and 10,000 values")
    return tuple(round(start + index * step, 12) for index in range(count))


def _log_spaced(start: float, stop: float, count: int) -> tuple[float, ...]:
    if start <= 0 or stop <= 0 or not 2 <= count <= 10_000:
        raise ValueError("log spacing needs positive ends and 2 to 10,000 values")
    octaves = math.log2(stop / start)
    inner = [start * 2 ** (octaves * index / (count - 1)) for index in range(1, count - 1)]
    return (start, *inner, stop)


@dataclass(frozen=True, kw_only=True)
class Numbers(FieldType):
    """A list of ``min_count`` to ``max_count`` numbers, each from ``low`` to ``high``."""

    low: float
    high: float
    min_count: int = 1
    max_count: int = 8
    whole: bool = False

    @property
    def allowed(self) -> str:
        kind = "whole numbers" if self.whole else "numbers"
        unit = f" {self.unit}" if self.unit else ""
        return (
            f"{self.min_count} to {self.max_count} {kind} from {plain(self.low)} to "
            f"{plain(self.high)}{unit}, as 2,4,8 or START:STOP:STEP or START:STOP:logN"
        )

    def parse(self, text: str) -> tuple[float | int, ...]:
        values = parse_numbers(text)
        if not self.whole:
            return values
        if any(not math.isfinite(value) or value != round(value) for value in values):
            raise ValueError("whole numbers only")
        return tuple(int(value) for value in values)

    def format(self, value: tuple[float, ...]) -> str:
        return ",".join(plain(number) for number in value)

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, tuple) or not self.min_count <= len(value) <= self.max_count:
            return False
        element = Number(label="", low=self.low, high=self.high, step=1, whole=self.whole)
        return all(element.accepts(number) for number in value)


def accepted_by(parse: Callable[[str], Any]) -> Callable[[str], bool]:
    """Return a function that tells whether ``parse`` reads a text without a ValueError."""

    def accepts(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return accepts


@dataclass(frozen=True, kw_only=True)
class Text(FieldType):
    """Free text of at most ``max_length`` characters that ``valid`` accepts.

    ``expected`` describes it, as the end of a sentence.
    """

    expected: str
    valid: Callable[[str], bool]
    max_length: int = 600

    @property
    def allowed(self) -> str:
        return self.expected

    def parse(self, text: str) -> str:
        return text

    def format(self, value: str) -> str:
        return value

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) <= self.max_length and self.valid(value)
