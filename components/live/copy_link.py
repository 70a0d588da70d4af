"""A button that copies the page's address, which holds the whole experiment."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

CSS = """
.copy-link { display: flex; gap: 0.5rem; font-family: var(--st-font); }
.copy-link button { font: inherit; font-size: 0.875rem; min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  cursor: pointer; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  white-space: nowrap; }
.copy-link button:hover, .copy-link button:focus-visible { color: var(--st-primary-color);
  border-color: var(--st-primary-color); outline: none; }
.copy-link input { font: inherit; width: 14rem; }
"""

_mount = st.components.v2.component(
    "scalescope_copy_link",
    html='<div class="copy-link"><button type="button">Copy link</button>'
    '<input hidden readonly aria-label="The link to this picture" /></div>',
    css=CSS,
    js=(Path(__file__).parent / "copy_link.js").read_text(encoding="utf-8"),
)


def copy_link(slug: str) -> None:
    """Draw the button of the page called ``slug``."""
    _mount(key=f"{slug}/copy-link", width="content")
