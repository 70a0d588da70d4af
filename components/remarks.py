"""Small words below a chart."""

from __future__ import annotations

import streamlit as st


def remark(text: str) -> None:
    """One remark; ``text`` is HTML."""
    st.html(f'<div class="scalescope-note">{text}</div>')
