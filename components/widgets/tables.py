"""Tables of numbers, in one style."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def _row(cells: Sequence[str], tag: str, text_columns: Collection[int]) -> str:
    return "".join(
        f'<{tag} class="{"word" if column in text_columns else ""}">{cell}</{tag}>'
        for column, cell in enumerate(cells)
    )


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], text_columns: Collection[int] = (0,)
) -> str:
    """The HTML of a table; cells may hold HTML themselves. Scrolls sideways where it is too wide.

    ``text_columns``: the columns that are set to the left, counted from 0.
    """
    body = "".join(f"<tr>{_row(row, 'td', text_columns)}</tr>" for row in rows)
    return (
        '<div class="scalescope-scroll"><table class="scalescope-table">'
        f"<tr>{_row(head, 'th', text_columns)}</tr>{body}</table></div>"
    )
