"""HTML from text: here, and nowhere else, is text escaped and are tags written.

What is made here is :class:`Html`; any other string counts as plain text and is escaped wherever it
goes into HTML. A mistake therefore shows as a visible tag, and never lets a file's or a class's
name become markup. Plotly's texts understand the same ``b``, ``i`` and ``br``.
"""

from __future__ import annotations

from html import escape


class Html(str):
    """Text that is HTML already; joining it to others with ``+`` makes it plain text again."""

    __slots__ = ()


def escape_html(text: str) -> Html:
    """Return ``text`` as HTML that shows it as it was written; what is HTML already stays."""
    return text if isinstance(text, Html) else Html(escape(text, quote=False))


def join_html(*parts: str, separator: str = "") -> Html:
    """Return the parts one after the other, those that are plain text escaped."""
    return Html(escape_html(separator).join(escape_html(part) for part in parts))


def element(tag: str, *parts: str, style_class: str = "", style: str = "") -> Html:
    """Return an element around the parts; ``style_class`` and ``style`` become attributes."""
    named = (("class", style_class), ("style", style))
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in named if value)
    return Html(f"<{tag}{attributes}>{join_html(*parts)}</{tag}>")


def bold(*parts: str) -> Html:
    """Return the parts in bold."""
    return element("b", *parts)


LINE_BREAK = Html("<br>")
