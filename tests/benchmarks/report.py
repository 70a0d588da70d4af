"""What was measured, as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SUMMARY = ("median", "p95", "least", "most", "count")


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows under a head, the first column to the left and the others to the right."""
    texts = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[at]) for row in texts) for at in range(len(head))]
    lines = []
    for row in texts:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _summaries(found: Any, path: str = "") -> list[list[Any]]:
    """Every summary inside a result, as rows that begin with where it stands."""
    if not isinstance(found, dict):
        return []
    if "values" in found:
        name = f"{path}: {found['about']}" if "about" in found else path
        return [[name, *(found[key] for key in SUMMARY)]]
    rows = []
    for key, value in found.items():
        rows += _summaries(value, f"{path} {key}".strip())
    return rows


def _numbers(found: Any) -> list[list[Any]]:
    return [[key, value] for key, value in found.items() if isinstance(value, int | float)]


def part(name: str, found: dict[str, Any]) -> str:
    """One part's table of samples, and its single numbers under it."""
    blocks = [f"\n== {name}"]
    if rows := _summaries(found):
        blocks.append(table(("", *SUMMARY), rows))
    if numbers := _numbers(found):
        blocks.append(table(("", "figure"), numbers))
    if name == "latency":
        page = found["page"]["median"]
        ratios = [[key, round(page / one["median"], 2)] for key, one in found.items()]
        blocks.append(table(("page 1's median over that of", "ratio"), ratios))
    return "\n".join(blocks)


def targets(rows: Sequence[dict[str, Any]]) -> str:
    """The targets with their figures."""
    cells = [
        [
            row["target"],
            f"{row['figure']:g}{row['unit']}",
            f"{row['sense']} {row['bound']:g}{row['unit']}",
            row["verdict"],
        ]
        for row in rows
    ]
    return "\n== targets\n" + table(("", "figure", "target", ""), cells)
