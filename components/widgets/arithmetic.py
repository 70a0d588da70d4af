"""The arithmetic behind one cell, as HTML."""

from __future__ import annotations

from ...core.filters.arithmetic import Arithmetic
from ..markup import Html, bold, element, join_html
from .tables import framed


def _number(value: float) -> str:
    plain = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain.replace("-", "\N{MINUS SIGN}")


def _term(cell: Arithmetic, row: int, column: int) -> str:
    value = _number(float(cell.values[row, column]))
    if cell.weights is None:
        return value
    return f"{value} \N{MULTIPLICATION SIGN} {_number(float(cell.weights[row, column]))}"


def _terms(cell: Arithmetic) -> Html:
    rows, columns = cell.values.shape
    return framed(
        element("tr", *(element("td", _term(cell, row, column)) for column in range(columns)))
        for row in range(rows)
    )


def to_html(cell: Arithmetic) -> Html:
    """Return the cell's value and, as a table, the numbers that it is computed from."""
    top, left, bottom, right = cell.receptive_field
    return join_html(
        bold(cell.map_name),
        f", row {cell.row}, column {cell.column}: ",
        bold(_number(cell.value)),
        f", {cell.rule}. Its receptive field: rows {top} to {bottom - 1} and "
        f"columns {left} to {right - 1} of the scene.",
        _terms(cell),
    )
