"""Tables of numbers, in one style."""

from __future__ import annotations

from collections.abc import Sequence


def _line(cells: Sequence[str], tag: str, words: int) -> str:
    return "".join(
        f'<{tag} class="{"word" if at < words else ""}">{cell}</{tag}>'
        for at, cell in enumerate(cells)
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """HTML; the first ``words`` columns hold words and are set to the left. Scrolls sideways."""
    body = "".join(f"<tr>{_line(row, 'td', words)}</tr>" for row in rows)
    return (
        '<div class="scalescope-scroll"><table class="scalescope-table">'
        f"<tr>{_line(head, 'th', words)}</tr>{body}</table></div>"
    )
