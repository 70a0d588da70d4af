"""A result's numbers as JSON values, as lines and as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any


def plain(value: Any) -> Any:
    """JSON values only: arrays become nested lists, NumPy numbers Python ones."""
    if hasattr(value, "tolist"):  # an array or a number of NumPy's, which is not loaded for this
        return value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def flat(value: Any, name: str = "") -> list[tuple[str, Any]]:
    """One (path, number) pair per number; a path is written 'levels[2].peak[0]'."""
    if isinstance(value, dict):
        pairs = [(f"{name}.{key}" if name else key, inner) for key, inner in value.items()]
    elif isinstance(value, list):
        pairs = [(f"{name}[{index}]", inner) for index, inner in enumerate(value)]
    else:
        return [(name, value)]
    return [line for path, inner in pairs for line in flat(inner, path)]


def as_csv(numbers: Any) -> str:
    """A sheet with the columns name and value."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(("name", "value"))
    writer.writerows(flat(numbers))
    return sheet.getvalue().rstrip("\n")


def as_lines(numbers: Any) -> str:
    """One ``name = value`` per line."""
    return "\n".join(f"{name} = {value}" for name, value in flat(numbers))
