"""The Parquet table of a sweep: the same rows give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from ...specs.limits import Limit, Number, Numbers
from ...specs.spec import limits
from . import columns
from .plan import Row, engine, texts_of


def _kind(values: Sequence[Any]) -> Any:
    """The narrowest Arrow type for JSON values: lists, truth, whole or real numbers, else text."""
    found = [one for one in values if one is not None]
    if found and all(isinstance(one, list) for one in found):
        return pa.list_(_kind([inner for one in found for inner in one]))
    if found and all(isinstance(one, bool) for one in found):
        return pa.bool_()
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in found)
    if not numbers:
        return pa.string()
    whole = found and all(isinstance(one, int) and abs(one) < 2**63 for one in found)
    return pa.int64() if whole else pa.float64()


def _fitted(value: Any, kind: Any) -> Any:
    """``value`` as that type takes it."""
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [_fitted(one, kind.value_type) for one in value]
    if pa.types.is_floating(kind):
        return float(value)
    if pa.types.is_string(kind) and not isinstance(value, str):
        return json.dumps(value)
    return value


def _field_kind(limit: Limit | None, values: Sequence[Any]) -> Any:
    """A field's type is its limit's, whatever the values; an input is text."""
    if any(isinstance(one, str) for one in values) or not isinstance(limit, Number | Numbers):
        return pa.string()
    one = pa.int64() if limit.whole else pa.float64()
    return pa.list_(one) if isinstance(limit, Numbers) else one


def _array(values: Sequence[Any], kind: Any) -> Any:
    return pa.array([_fitted(one, kind) for one in values], type=kind)


def _metadata(rows: Sequence[Row], names: Sequence[str]) -> dict[str, str]:
    """What the columns do not say: the experiment, the fields that were not given, the engine."""
    rest = {name: text for name, text in texts_of(rows[0].spec).items() if name not in names}
    told = {"experiment": rows[0].part.experiment.slug, "fields": rest, "engine": engine()}
    return {"scalescope": json.dumps(told, sort_keys=True)}


def table(rows: Sequence[Row], numbers: Sequence[Any]) -> Any:
    """A ``pyarrow.Table``: one row per part, the options' columns and then the result's.

    ``numbers``: each part's summary as JSON values. Columns come in the order of the spec's
    fields, then in that of the first summary that has them.
    """
    names = columns.shown(rows)
    known = limits(rows[0].spec)
    arrays: dict[str, Any] = {}
    given = columns.options(rows, names)
    for name in names:
        values = [one[name] for one in given]
        arrays[name] = _array(values, _field_kind(known.get(name), values))
    found = columns.results(numbers, [*known, *names])
    for name in dict.fromkeys(name for one in found for name in one):
        values = [one.get(name) for one in found]
        arrays[name] = _array(values, _kind(values))
    return pa.table(arrays, metadata=_metadata(rows, names))


def write(made: Any, path: Path) -> None:
    """Write a ``pyarrow.Table`` as a Parquet file."""
    pq.write_table(made, path, compression="zstd")
