"""A button that copies the page's address, which holds the whole experiment."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

HTML = (Path(__file__).parent / "copy_link.html").read_text(encoding="utf-8")


def copy_link() -> None:
    """Draw the button. It needs nothing from Python, so it is plain HTML and no component."""
    st.html(HTML, width="content", unsafe_allow_javascript=True)
