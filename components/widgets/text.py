"""Headings, paragraphs and notes between charts.

They are plain HTML: Streamlit renders all that stands on a page anew whenever a script starts or
ends, and its own headings and Markdown take far longer to render, for which every slider waits.
"""

from __future__ import annotations

import streamlit as st

from ..markup import Html, bold, element, join_html

Paragraph = str | tuple[str, str]


def heading(text: str) -> None:
    """Draw the heading of a section of the page; ``text`` is plain."""
    show(element("h3", text))


def paragraphs(*texts: Paragraph) -> None:
    """Draw plain texts, one below the other; of a pair the first is bold."""
    show(to_html(*texts))


def to_html(*texts: Paragraph) -> Html:
    """Return the HTML that :func:`paragraphs` draws."""
    return join_html(*(element("p", _inner(text)) for text in texts if text))


def _inner(text: Paragraph) -> str:
    return text if isinstance(text, str) else join_html(bold(text[0]), " ", text[1])


def note(*parts: str) -> None:
    """Draw one note in small print."""
    show(note_html(*parts))


def note_html(*parts: str) -> Html:
    """Return the HTML that :func:`note` draws."""
    return element("div", *parts, style_class="scalescope-note")


def show(*parts: str) -> None:
    """Draw HTML; parts that are plain text are shown as they were written."""
    st.html(join_html(*parts))
