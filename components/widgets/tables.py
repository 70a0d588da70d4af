"""Tables of numbers, in one style."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def _line(cells: Sequence[str], tag: str, words: Collection[int]) -> str:
    return "".join(
        f'<{tag} class="{"word" if at in words else ""}">{cell}</{tag}>'
        for at, cell in enumerate(cells)
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: Collection[int] = (0,)) -> str:
    """HTML; cells may hold HTML themselves. Scrolls sideways where it is too wide.

    ``words``: the columns that hold words and are set to the left, counted from 0.
    """
    body = "".join(f"<tr>{_line(row, 'td', words)}</tr>" for row in rows)
    return (
        '<div class="scalescope-scroll"><table class="scalescope-table">'
        f"<tr>{_line(head, 'th', words)}</tr>{body}</table></div>"
    )
