"""The Parquet table of a sweep: the same rows give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from ...specs.field_types import FieldType, Number, Numbers
from ...specs.spec import field_types
from . import columns
from .plan import Row, engine, texts_of


def _arrow_type(values: Sequence[Any]) -> Any:
    """The narrowest Arrow type for JSON values: lists, bool, int64, float64, else string."""
    present = [value for value in values if value is not None]
    if present and all(isinstance(value, list) for value in present):
        return pa.list_(_arrow_type([inner for value in present for inner in value]))
    if present and all(isinstance(value, bool) for value in present):
        return pa.bool_()
    numbers = all(isinstance(value, int | float) and type(value) is not bool for value in present)
    if not numbers:
        return pa.string()
    whole = present and all(isinstance(value, int) and abs(value) < 2**63 for value in present)
    return pa.int64() if whole else pa.float64()


def _cast(value: Any, kind: Any) -> Any:
    """``value`` as the Arrow type ``kind`` takes it."""
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [_cast(inner, kind.value_type) for inner in value]
    if pa.types.is_floating(kind):
        return float(value)
    if pa.types.is_string(kind) and not isinstance(value, str):
        return json.dumps(value)
    return value


def _field_arrow_type(field_type: FieldType | None, values: Sequence[Any]) -> Any:
    """The Arrow type of a field, whatever its values; an input is text."""
    has_input = any(isinstance(value, str) for value in values)
    if has_input or not isinstance(field_type, Number | Numbers):
        return pa.string()
    number = pa.int64() if field_type.whole else pa.float64()
    return pa.list_(number) if isinstance(field_type, Numbers) else number


def _array(values: Sequence[Any], kind: Any) -> Any:
    return pa.array([_cast(value, kind) for value in values], type=kind)


def _metadata(rows: Sequence[Row], names: Sequence[str]) -> dict[str, str]:
    """What no column holds: the experiment, the fields at their defaults, the engine."""
    rest = {name: text for name, text in texts_of(rows[0].spec).items() if name not in names}
    metadata = {"experiment": rows[0].part.experiment.slug, "fields": rest, "engine": engine()}
    return {"scalescope": json.dumps(metadata, sort_keys=True)}


def table(rows: Sequence[Row], summaries: Sequence[Any]) -> Any:
    """A ``pyarrow.Table``: one row per part, the options' columns and then the result's.

    ``summaries``: each part's summary as JSON values. Columns come in the order of the spec's
    fields, then in that of the first summary that has them.
    """
    names = columns.option_columns(rows)
    known = field_types(rows[0].spec)
    arrays: dict[str, Any] = {}
    options = columns.option_values(rows, names)
    for name in names:
        values = [row[name] for row in options]
        arrays[name] = _array(values, _field_arrow_type(known.get(name), values))
    results = columns.result_columns(summaries, [*known, *names])
    for name in dict.fromkeys(name for row in results for name in row):
        values = [row.get(name) for row in results]
        arrays[name] = _array(values, _arrow_type(values))
    return pa.table(arrays, metadata=_metadata(rows, names))


def write(whole: Any, path: Path) -> None:
    """Write a ``pyarrow.Table`` as a Parquet file."""
    pq.write_table(whole, path, compression="zstd")
