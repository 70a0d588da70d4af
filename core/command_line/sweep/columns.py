"""One row of a table from a part: named columns of values and lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...specs.spec import field_types
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
    object lacks it; a list of texts and numbers is a record, named by index: ``top[0]``.
    """
    if isinstance(value, list) and not _is_record(value):
        return _columns_of_list([columns(element) for element in value])
    if isinstance(value, list):
        pairs = [(f"[{index}]", element) for index, element in enumerate(value)]
    elif isinstance(value, dict):
        pairs = list(value.items())
    else:
        return {"": value}
    return {
        _joined(name, rest): column
        for name, part in pairs
        for rest, column in columns(part).items()
    }


def _columns_of_list(elements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = dict.fromkeys(name for element in elements for name in element)
    return {name: [element.get(name) for element in elements] for name in names or [""]}


def _align_empty_lists(rows: Sequence[dict[str, Any]]) -> None:
    """Turn a list of objects that is empty in a row into an empty list per name of the objects."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    for name in names:
        inner = [other for other in names if other.startswith((f"{name}.", f"{name}["))]
        if inner and all(row.get(name, []) == [] for row in rows):
            for row in rows:
                if row.pop(name, None) is not None:
                    row.update({other: [] for other in inner})


def result_columns(summaries: Sequence[Any], fields: Iterable[str]) -> list[dict[str, Any]]:
    """The columns of each summary; a name that a field has too gets :data:`RESULT` before it."""
    rows = [columns(summary) for summary in summaries]
    _align_empty_lists(rows)
    known = set(fields)
    return [{RESULT * (name in known) + name: row[name] for name in row} for row in rows]


def option_columns(rows: Sequence[Row]) -> list[str]:
    """The options that are columns: fields that were given or differ, as declared; then inputs."""
    options = [name for name, _ in rows[0].part.values]
    known = list(field_types(rows[0].spec))
    first = rows[0].spec
    differ = {
        name for name in known if any(getattr(r.spec, name) != getattr(first, name) for r in rows)
    }
    fields = [name for name in known if name in options or name in differ]
    return fields + [name for name in options if name not in known]


def option_values(rows: Sequence[Row], names: Iterable[str]) -> list[dict[str, Any]]:
    """Each row's options: a field as its value, an input as its text.

    A column that holds an input anywhere is text everywhere.
    """
    inputs = {name for row in rows for name, _ in row.part.inputs}
    return [{name: _option(row, name, name in inputs) for name in names} for row in rows]


def _option(row: Row, name: str, as_text: bool) -> Any:
    inputs = dict(row.part.inputs)
    if name in inputs:
        return inputs[name]
    value = getattr(row.spec, name)
    if as_text:
        return field_types(row.spec)[name].format(value)
    return list(value) if isinstance(value, tuple) else value
