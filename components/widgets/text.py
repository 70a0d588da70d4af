"""Headings, paragraphs and small words between charts.

They are plain HTML: Streamlit renders all that stands on a page anew whenever a script starts or
ends, and its own headings and Markdown take far longer to render, for which every slider waits.
"""

from __future__ import annotations

from html import escape

import streamlit as st

Paragraph = str | tuple[str, str]


def heading(text: str) -> None:
    """The heading of a section of the page; ``text`` is plain."""
    st.html(f"<h3>{escape(text)}</h3>")


def paragraphs(*texts: Paragraph) -> None:
    """Plain texts, one below the other; of a pair the first stands in bold before the second."""
    st.html(written(*texts))


def written(*texts: Paragraph) -> str:
    """What :func:`paragraphs` draws, as HTML."""
    return "".join(f"<p>{_marked(text)}</p>" for text in texts if text)


def _marked(text: Paragraph) -> str:
    if isinstance(text, str):
        return escape(text)
    return f"<b>{escape(text[0])}</b> {escape(text[1])}"


def remark(text: str) -> None:
    """One remark; ``text`` is HTML."""
    st.html(f'<div class="scalescope-note">{text}</div>')
