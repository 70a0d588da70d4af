"""Specs: the one place where values from outside are read, checked and written.

A *spec* is a frozen dataclass whose fields are made by :func:`number`, :func:`integer`,
:func:`choice`, :func:`numbers` and :func:`text`. The same fields are the page's controls, the
link, the cache key and the command line's arguments, so each kind of field knows three things:
how to read text (``parse``), how to write it (``format``) and what is allowed (``check``).

A spec may also have rules between fields. ``largest(self)`` names the fields whose upper limit
depends on others, each with its present limit and the reason: ``{"depth": (5, "on ...")}``.
``check(self)`` is for all other rules; it raises :class:`SpecError`. ``ABOUT`` names fields that
are about another field's value, and go back to their defaults when a person chooses another one:
``{"box": "image"}``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from ..errors import UserError
from .limits import Choice, Limit, Number, Numbers, Text, plain

Spec = TypeVar("Spec")


def _shown(given: object) -> str:
    """What was given, on one line and not longer than a sentence can bear."""
    text = " ".join(str(given).split())
    return text if len(text) <= 40 else text[:37] + "..."


class SpecError(UserError):
    """A value that is not allowed: which field, what was given, what is allowed."""

    def __init__(self, field: str, given: object, allowed: str) -> None:
        self.field, self.given, self.allowed = field, given, allowed
        super().__init__(f"{_shown(field)}: '{_shown(given)}' is not allowed; give {allowed}.")


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
            raise SpecError(name, getattr(spec, name), f"at most {plain(most)} {reason}")
    return spec


def fitted(spec: Any, keep: Collection[str] = ()) -> tuple[Any, list[str]]:
    """``spec`` with the fields of :func:`largest` lowered where they must be, and what was done.

    Fields in ``keep`` stay as they are. Each change gives one sentence.
    """
    said = []
    for name, (most, reason) in largest(spec).items():
        if name not in keep and getattr(spec, name) > most:
            said.append(f"{name}: {getattr(spec, name)} became {plain(most)}, the most {reason}.")
            spec = dataclasses.replace(spec, **{name: most})
    return spec, said


def released(spec: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that go back to their defaults when ``values`` come in, with these: see ABOUT."""
    standard = type(spec)()
    return {
        name: getattr(standard, name)
        for name, other in getattr(spec, "ABOUT", {}).items()
        if name not in values and other in values and values[other] != getattr(spec, other)
    }


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
            dropped.append(f"{_shown(name)}: there is no such field.")
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
