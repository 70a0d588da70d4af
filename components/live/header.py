"""The live header: a page's title and question, buttons that Python answers, and 'Copy link'.

One component for all of them, for the reason that panel.py gives. Its style sheet is the page's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

HTML = """
<div class="live-header">
  <h1></h1>
  <p></p>
  <div class="live-header-bar">
    <span class="live-header-buttons"></span>
    <button type="button" class="live-header-copy">Copy link</button>
    <input hidden readonly aria-label="The link to this picture" />
  </div>
</div>
"""

_mount = st.components.v2.component(
    "scalescope_live_header",
    html=HTML,
    css=(HERE / "header.css").read_text(encoding="utf-8"),
    js=(HERE / "header.js").read_text(encoding="utf-8"),
    isolate_styles=False,  # the style sheet speaks of the whole page
)


def live_header(
    title: str, question: str, buttons: Sequence[str], *, key: str, on_press: Callable[[str], None]
) -> None:
    """Draw a title, a sentence and buttons; ``on_press`` gets the text of the one pressed."""

    def pressed() -> None:
        text = st.session_state[key].get("press")
        if text in buttons:
            on_press(text)

    data = {"title": title, "question": question, "buttons": list(buttons)}
    _mount(key=key, data=data, on_press_change=pressed)
