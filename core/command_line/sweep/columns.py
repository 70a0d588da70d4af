"""One row of a table from a part: named columns of values and lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...specs.spec import limits
from .plan import Row

RESULT = "result."  # before a result's name that is also a field's


def _joined(name: str, rest: str) -> str:
    return name + rest if not rest or rest.startswith("[") else f"{name}.{rest}"


def _is_record(values: Sequence[Any]) -> bool:
    """Whether a list is a record without names, as (label, probability): texts among others."""
    texts = [isinstance(one, str) for one in values if one is not None]
    return any(texts) and not all(texts)


def columns(value: Any) -> dict[str, Any]:
    """JSON values as columns: a name, empty for ``value`` itself, and a scalar or nested lists.

    Objects become names joined by dots; a list of objects one list per name, with None where an
    object has it not; a list of texts and numbers a record, with its places as names: ``top[0]``.
    """
    if isinstance(value, list) and not _is_record(value):
        return _listed([columns(one) for one in value])
    if isinstance(value, list):
        pairs = [(f"[{at}]", one) for at, one in enumerate(value)]
    elif isinstance(value, dict):
        pairs = list(value.items())
    else:
        return {"": value}
    return {_joined(name, rest): one for name, part in pairs for rest, one in columns(part).items()}


def _listed(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: [part.get(name) for part in parts] for name in names or [""]}


def _empty_as_others(rows: Sequence[dict[str, Any]]) -> None:
    """A list of objects that is empty in a row becomes empty lists of their names, as elsewhere."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in names:
        inner = [other for other in names if other.startswith((f"{name}.", f"{name}["))]
        if inner and all(row.get(name, []) == [] for row in rows):
            for row in rows:
                if row.pop(name, None) is not None:
                    row.update({other: [] for other in inner})


def results(numbers: Sequence[Any], fields: Iterable[str]) -> list[dict[str, Any]]:
    """The columns of each summary; a name that a field has too gets :data:`RESULT` before it."""
    rows = [columns(one) for one in numbers]
    _empty_as_others(rows)
    known = set(fields)
    return [{RESULT * (name in known) + name: one for name, one in row.items()} for row in rows]


def shown(rows: Sequence[Row]) -> list[str]:
    """The options that are columns: fields that were given or differ, as declared; then inputs."""
    given = [name for name, _ in rows[0].part.values]
    known = list(limits(rows[0].spec))
    first = rows[0].spec
    differ = {
        name for name in known if any(getattr(r.spec, name) != getattr(first, name) for r in rows)
    }
    fields = [name for name in known if name in given or name in differ]
    return fields + [name for name in given if name not in known]


def options(rows: Sequence[Row], names: Iterable[str]) -> list[dict[str, Any]]:
    """Each row's options: a field as its value, an input as it was written.

    A column that holds an input anywhere is text everywhere.
    """
    inputs = {name for row in rows for name, _ in row.part.taken}
    return [{name: _option(row, name, name in inputs) for name in names} for row in rows]


def _option(row: Row, name: str, as_text: bool) -> Any:
    taken = dict(row.part.taken)
    if name in taken:
        return taken[name]
    value = getattr(row.spec, name)
    if as_text:
        return limits(row.spec)[name].format(value)
    return list(value) if isinstance(value, tuple) else value
