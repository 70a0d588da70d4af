"""Fields with limits: the one place where a value from outside is read, checked and written.

A *spec* is a frozen dataclass whose fields are made by :func:`number`, :func:`integer`,
:func:`choice`, :func:`numbers` and :func:`text`. The same fields are the page's controls, the
link, the cache key and the command line's arguments, so each kind of field knows three things:
how to read text (``parse``), how to write it (``format``) and what is allowed (``check``).

A spec may also have rules between fields. ``largest(self)`` names the fields whose upper limit
depends on others, each with its present limit and the reason: ``{"depth": (5, "on ...")}``.
``check(self)`` is for all other rules; it raises :class:`SpecError`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Spec = TypeVar("Spec")


class SpecError(ValueError):
    """A value that is not allowed: which field, what was given, what is allowed."""

    def __init__(self, field: str, given: object, allowed: str) -> None:
        self.field, self.given, self.allowed = field, given, allowed
        shown = str(given) if len(str(given)) <= 40 else str(given)[:37] + "..."
        super().__init__(f"{field}: '{shown}' is not allowed; give {allowed}.")


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What all kinds of field share.

    ``label`` and ``help`` are for people; ``unit`` is drawn behind the value.
    """

    label: str
    unit: str = ""
    help: str = ""

    @property
    def allowed(self) -> str:
        """What may be given, as the end of a sentence."""
        raise NotImplementedError

    def parse(self, text: str) -> Any:
        """The value written in ``text``; raises ValueError when it cannot be read."""
        raise NotImplementedError

    def format(self, value: Any) -> str:
        """``value`` as text that :meth:`parse` reads back to an equal value."""
        raise NotImplementedError

    def accepts(self, value: Any) -> bool:
        """Whether ``value`` has the right type and lies within the limits."""
        raise NotImplementedError


def _plain(value: float) -> str:
    """The shortest text that reads back to the same number, without a trailing '.0'."""
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


@dataclass(frozen=True, kw_only=True)
class Number(Limit):
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
        return f"{kind} from {_plain(self.low)} to {_plain(self.high)}{unit}"

    def parse(self, text: str) -> float | int:
        return int(text) if self.whole else float(text)

    def format(self, value: float) -> str:
        return _plain(value)

    def accepts(self, value: Any) -> bool:
        kinds = (int,) if self.whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool):
            return False
        return math.isfinite(value) and self.low <= value <= self.high


@dataclass(frozen=True, kw_only=True)
class Choice(Limit):
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
        raise ValueError("a step of zero never arrives")
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
class Numbers(Limit):
    """A list of ``least`` to ``most`` numbers, each from ``low`` to ``high``."""

    low: float
    high: float
    least: int = 1
    most: int = 8
    whole: bool = False

    @property
    def allowed(self) -> str:
        kind = "whole numbers" if self.whole else "numbers"
        unit = f" {self.unit}" if self.unit else ""
        return (
            f"{self.least} to {self.most} {kind} from {_plain(self.low)} to {_plain(self.high)}"
            f"{unit}, as 2,4,8 or START:STOP:STEP or START:STOP:logN"
        )

    def parse(self, text: str) -> tuple[float | int, ...]:
        values = parse_numbers(text)
        if not self.whole:
            return values
        if any(not math.isfinite(value) or value != round(value) for value in values):
            raise ValueError("whole numbers only")
        return tuple(int(value) for value in values)

    def format(self, value: tuple[float, ...]) -> str:
        return ",".join(_plain(one) for one in value)

    def accepts(self, value: Any) -> bool:
        one = Number(label="", low=self.low, high=self.high, step=1, whole=self.whole)
        if not isinstance(value, tuple) or not self.least <= len(value) <= self.most:
            return False
        return all(one.accepts(part) for part in value)


@dataclass(frozen=True, kw_only=True)
class Text(Limit):
    """Free text of at most ``most`` characters that ``valid`` accepts."""

    shape: str
    valid: Callable[[str], bool]
    most: int = 600

    @property
    def allowed(self) -> str:
        return self.shape

    def parse(self, text: str) -> str:
        return text

    def format(self, value: str) -> str:
        return value

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) <= self.most and self.valid(value)


def field(default: Any, limit: Limit) -> Any:
    """A dataclass field that carries its limit."""
    return dataclasses.field(default=default, metadata={"limit": limit})


def number(default: float, **limit: Any) -> Any:
    """A real-valued field; keywords as in :class:`Number`."""
    return field(float(default), Number(**limit))


def integer(default: int, **limit: Any) -> Any:
    """A whole-number field; keywords as in :class:`Number`, step 1 unless told."""
    return field(default, Number(whole=True, **{"step": 1, **limit}))


def choice(default: str, **limit: Any) -> Any:
    """A field with one of a few names; keywords as in :class:`Choice`."""
    return field(default, Choice(**limit))


def numbers(default: tuple[float, ...], **limit: Any) -> Any:
    """A field with a list of numbers; keywords as in :class:`Numbers`."""
    return field(default, Numbers(**limit))


def text(default: str, **limit: Any) -> Any:
    """A free-text field; keywords as in :class:`Text`."""
    return field(default, Text(**limit))


def limits(spec: Any) -> dict[str, Limit]:
    """Field name -> limit, in the order of declaration, of a spec or its class."""
    return {one.name: one.metadata["limit"] for one in dataclasses.fields(spec)}


def checked(name: str, value: Any, limit: Limit) -> Any:
    """``value`` when the limit accepts it; raises :class:`SpecError` when not."""
    if not limit.accepts(value):
        raise SpecError(name, value, limit.allowed)
    return value


def read(name: str, written: str, limit: Limit) -> Any:
    """The value written in text; raises :class:`SpecError` when it is not allowed."""
    try:
        value = limit.parse(written)
    except (ValueError, OverflowError):
        raise SpecError(name, written, limit.allowed) from None
    if not limit.accepts(value):
        raise SpecError(name, written, limit.allowed)
    return value


def largest(spec: Any) -> dict[str, tuple[float, str]]:
    """The present upper limits that depend on other fields, each with its reason."""
    rule = getattr(spec, "largest", None)
    return {} if rule is None else rule()


def validate(spec: Spec) -> Spec:
    """``spec`` when every field and every rule between fields holds; raises SpecError."""
    for name, limit in limits(spec).items():
        checked(name, getattr(spec, name), limit)
    rule = getattr(spec, "check", None)
    if rule is not None:
        rule()
    for name, (most, reason) in largest(spec).items():
        if getattr(spec, name) > most:
            raise SpecError(name, getattr(spec, name), f"at most {_plain(most)} {reason}")
    return spec


def fitted(spec: Any, keep: Collection[str] = ()) -> tuple[Any, list[str]]:
    """``spec`` with the fields of :func:`largest` lowered where they must be, and what was done.

    Fields in ``keep`` stay as they are. Each change gives one sentence.
    """
    said = []
    for name, (most, reason) in largest(spec).items():
        if name not in keep and getattr(spec, name) > most:
            said.append(f"{name}: {getattr(spec, name)} became {_plain(most)}, the most {reason}.")
            spec = dataclasses.replace(spec, **{name: most})
    return spec, said


def from_text(kind: type[Spec], written: Mapping[str, str]) -> Spec:
    """A spec from field names and texts, strictly: the first bad one raises SpecError.

    A default that does not fit what was given is lowered to what fits.
    """
    known = limits(kind)
    values = {}
    for name, value in written.items():
        if name not in known:
            raise SpecError(name, value, "one of the fields " + ", ".join(known))
        values[name] = read(name, value, known[name])
    spec, _ = fitted(kind(**values), keep=values)
    return validate(spec)  # type: ignore[no-any-return]


def to_query(spec: Any) -> dict[str, str]:
    """The fields that differ from their defaults, as text: what a link holds."""
    standard = type(spec)()
    return {
        name: limit.format(getattr(spec, name))
        for name, limit in limits(spec).items()
        if getattr(spec, name) != getattr(standard, name)
    }


def from_query(kind: type[Spec], query: Mapping[str, str]) -> tuple[Spec, list[str]]:
    """A spec from a link, leniently: what is good is kept, each drop gives one sentence.

    Where a rule between fields fails, what can be lowered is; else the field that the rule names
    is dropped, and if it was not given, the rest of the link.
    """
    known, values, dropped = limits(kind), {}, []
    for name, written in query.items():
        if name not in known:
            dropped.append(f"{name[:40]}: there is no such field.")
            continue
        try:
            values[name] = read(name, written, known[name])
        except SpecError as error:
            dropped.append(str(error))
    while True:
        try:
            spec, said = fitted(kind(**values))
            return validate(spec), dropped + said
        except SpecError as error:
            dropped.append(str(error))
            if error.field not in values:
                values.clear()
            values.pop(error.field, None)
