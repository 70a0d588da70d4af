"""What identifies a measurement: its spec, without the fields that do not affect it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from .spec import field_types

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SpecT = TypeVar("SpecT", bound="DataclassInstance")


def measurement_key(spec: SpecT, measurement: str = "") -> SpecT:
    """Return the spec with every field that does not affect a measurement at its default.

    Specs with equal keys have equal measurements. A field affects those measurements that its
    ``affects`` names, and all of them where it names none. Without a ``measurement``, the fields
    that name some are left out: what remains affects everything.
    """
    defaults = type(spec)()
    unaffecting = {
        name: getattr(defaults, name)
        for name, field_type in field_types(spec).items()
        if field_type.affects is not None and measurement not in field_type.affects
    }
    return dataclasses.replace(spec, **unaffecting)
