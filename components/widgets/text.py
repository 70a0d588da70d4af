"""Headings, paragraphs and notes between charts.

They are plain HTML: Streamlit renders all that stands on a page anew whenever a script starts or
ends, and its own headings and Markdown take far longer to render, for which every slider waits.
"""

from __future__ import annotations

from html import escape

import streamlit as st

Paragraph = str | tuple[str, str]


def heading(text: str) -> None:
    """Draw the heading of a section of the page; ``text`` is plain."""
    st.html(f"<h3>{escape(text)}</h3>")


def paragraphs(*texts: Paragraph) -> None:
    """Draw plain texts, one below the other; of a pair the first is bold."""
    st.html(to_html(*texts))


def to_html(*texts: Paragraph) -> str:
    """The HTML that :func:`paragraphs` draws."""
    return "".join(f"<p>{_inner(text)}</p>" for text in texts if text)


def _inner(text: Paragraph) -> str:
    if isinstance(text, str):
        return escape(text)
    return f"<b>{escape(text[0])}</b> {escape(text[1])}"


def note(text: str) -> None:
    """Draw one note in small print; ``text`` is HTML."""
    st.html(f'<div class="scalescope-note">{text}</div>')
