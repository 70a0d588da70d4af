"""Specs: the one place where values from outside are read, checked and written.

A *spec* is a frozen dataclass whose fields are made by :func:`number`, :func:`integer`,
:func:`choice`, :func:`numbers` and :func:`text`. The same fields are the page's controls, the
link, the cache key and the command line's arguments, so each field's type knows three things:
how to read text (``parse``), how to write it (``format``) and what is allowed (``accepts``).

A spec may also have rules between fields. ``dynamic_maxima(self)`` names the fields whose upper
limit depends on others, each with its present limit and the reason: ``{"depth": (5, "on ...")}``.
``check(self)`` is for all other rules; it raises :class:`SpecError`. ``RESETS_WITH`` names fields
that describe another field's value, and go back to their defaults when that changes:
``{"box": "image"}``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import UserError
from .field_types import Choice, FieldType, Number, Numbers, Text, plain

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Spec = TypeVar("Spec", bound="DataclassInstance")


def _shortened(value: object) -> str:
    """The text of a value, on one line and not longer than a sentence can bear."""
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:37] + "..."


class SpecError(UserError):
    """A value that is not allowed: which field, the value, and what is allowed."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field, self.value, self.allowed = field, value, allowed
        super().__init__(
            f"{_shortened(field)}: '{_shortened(value)}' is not allowed; give {allowed}."
        )


def field(default: Any, field_type: FieldType) -> Any:
    """Declare a dataclass field that carries its type."""
    return dataclasses.field(default=default, metadata={"type": field_type})


def number(default: float, **options: Any) -> Any:
    """Declare a real-valued field; keywords as in :class:`Number`."""
    return field(float(default), Number(**options))


def integer(default: int, **options: Any) -> Any:
    """Declare a whole-number field; keywords as in :class:`Number`, ``step`` 1 by default."""
    return field(default, Number(whole=True, **{"step": 1, **options}))


def choice(default: str, **options: Any) -> Any:
    """Declare a field with one of a few names; keywords as in :class:`Choice`."""
    return field(default, Choice(**options))


def numbers(default: tuple[float, ...], **options: Any) -> Any:
    """Declare a field with a list of numbers; keywords as in :class:`Numbers`."""
    return field(default, Numbers(**options))


def text(default: str, **options: Any) -> Any:
    """Declare a free-text field; keywords as in :class:`Text`."""
    return field(default, Text(**options))


def field_types(spec: Any) -> dict[str, FieldType]:
    """Return the type of every field, in the order of declaration, of a spec or its class."""
    return {field.name: field.metadata["type"] for field in dataclasses.fields(spec)}


def number_type(spec: Any, name: str) -> Number:
    """Return the type of a field that holds one number; raises TypeError for any other."""
    field_type = field_types(spec)[name]
    if not isinstance(field_type, Number):
        raise TypeError(f"{name} does not hold one number")
    return field_type


def read(name: str, text: str, field_type: FieldType) -> Any:
    """Parse ``text`` as the value of a field; raises :class:`SpecError` when it is not allowed."""
    try:
        value = field_type.parse(text)
    except (ValueError, OverflowError):
        raise SpecError(name, text, field_type.allowed) from None
    if not field_type.accepts(value):
        raise SpecError(name, text, field_type.allowed)
    return value


def dynamic_maxima(spec: Any) -> dict[str, tuple[float, str]]:
    """Return the upper limits that depend on other fields, as {field: (maximum, reason)}."""
    rule = getattr(spec, "dynamic_maxima", None)
    return {} if rule is None else rule()


def validate(spec: Spec) -> Spec:
    """Return ``spec`` if every field and every rule between fields holds; raises SpecError."""
    for name, field_type in field_types(spec).items():
        if not field_type.accepts(getattr(spec, name)):
            raise SpecError(name, getattr(spec, name), field_type.allowed)
    rule = getattr(spec, "check", None)
    if rule is not None:
        rule()
    for name, (maximum, reason) in dynamic_maxima(spec).items():
        if getattr(spec, name) > maximum:
            raise SpecError(name, getattr(spec, name), f"at most {plain(maximum)} {reason}")
    return spec


def clamped(spec: Spec, keep: Collection[str] = ()) -> tuple[Spec, list[str]]:
    """Lower the fields of ``spec`` that exceed their :func:`dynamic_maxima`.

    Fields in ``keep`` stay as they are. Returns the new spec and one sentence per change.
    """
    notes = []
    for name, (maximum, reason) in dynamic_maxima(spec).items():
        value = getattr(spec, name)
        if name not in keep and value > maximum:
            notes.append(f"{name}: {value} was lowered to {plain(maximum)}, the maximum {reason}.")
            spec = dataclasses.replace(spec, **{name: maximum})
    return spec, notes


def reset_dependents(spec: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that go back to their defaults when ``values`` come in, by RESETS_WITH."""
    standard = type(spec)()
    return {
        name: getattr(standard, name)
        for name, other in getattr(spec, "RESETS_WITH", {}).items()
        if name not in values and other in values and values[other] != getattr(spec, other)
    }


def from_text(kind: type[Spec], texts: Mapping[str, str]) -> Spec:
    """Build a spec from field names and texts; the first bad one raises SpecError.

    A default that the given values do not allow is lowered to what they do allow.
    """
    known = field_types(kind)
    values = {}
    for name, text in texts.items():
        if name not in known:
            raise SpecError(name, text, "one of the fields " + ", ".join(known))
        values[name] = read(name, text, known[name])
    spec, _ = clamped(kind(**values), keep=values)
    return validate(spec)


def to_query(spec: Any) -> dict[str, str]:
    """Return the fields that differ from their defaults, as text: what a link holds."""
    standard = type(spec)()
    return {
        name: field_type.format(getattr(spec, name))
        for name, field_type in field_types(spec).items()
        if getattr(spec, name) != getattr(standard, name)
    }


def from_query(kind: type[Spec], query: Mapping[str, str]) -> tuple[Spec, list[str]]:
    """Build a spec from a link and drop what is bad; returns it and one sentence for each drop.

    Where a rule between fields fails, what can be lowered is lowered; else the field that the rule
    names is dropped, and if the link does not have it, the rest of the link.
    """
    known, values, notes = field_types(kind), {}, []
    for name, text in query.items():
        if name not in known:
            notes.append(f"{_shortened(name)}: there is no such field.")
            continue
        try:
            values[name] = read(name, text, known[name])
        except SpecError as error:
            notes.append(str(error))
    while True:
        try:
            spec, changes = clamped(kind(**values))
            return validate(spec), notes + changes
        except SpecError as error:
            notes.append(str(error))
            if error.field not in values:
                values.clear()
            values.pop(error.field, None)
