"""Tables of numbers, in one style."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ..markup import Html, element


def _row(cells: Sequence[str], tag: str, text_columns: Collection[int]) -> Html:
    return element(
        "tr",
        *(
            element(tag, cell, style_class="word" if column in text_columns else "")
            for column, cell in enumerate(cells)
        ),
    )


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], text_columns: Collection[int] = (0,)
) -> Html:
    """Return the HTML of a table with a heading.

    ``text_columns``: the columns that are set to the left, counted from 0.
    """
    return framed(
        [_row(head, "th", text_columns), *(_row(row, "td", text_columns) for row in rows)]
    )


def framed(rows: Iterable[Html]) -> Html:
    """Return rows as a table that scrolls sideways where it is too wide."""
    return element(
        "div",
        element("table", *rows, style_class="scalescope-table"),
        style_class="scalescope-scroll",
    )
