"""The arithmetic behind one cell, as HTML."""

from __future__ import annotations

from ...core.filters.arithmetic import Arithmetic


def _number(value: float) -> str:
    plain = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain.replace("-", "\N{MINUS SIGN}")


def _term(cell: Arithmetic, row: int, column: int) -> str:
    value = _number(float(cell.values[row, column]))
    if cell.weights is None:
        return value
    return f"{value} \N{MULTIPLICATION SIGN} {_number(float(cell.weights[row, column]))}"


def to_html(cell: Arithmetic) -> str:
    """The cell's value and, as a table, the numbers that it is computed from; HTML."""
    top, left, bottom, right = cell.receptive_field
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{_term(cell, r, c)}</td>" for c in range(cell.values.shape[1]))
        + "</tr>"
        for r in range(cell.values.shape[0])
    )
    return (
        f"<b>{cell.map_name}</b>, row {cell.row}, column {cell.column}: "
        f"<b>{_number(cell.value)}</b>, {cell.rule}. Its receptive field: rows {top} to {bottom - 1} and "
        f"columns {left} to {right - 1} of the scene."
        f'<div class="scalescope-scroll"><table class="scalescope-table">{rows}</table></div>'
    )
