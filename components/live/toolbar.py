"""The live toolbar: buttons that Python answers, and one that copies the page's address.

One component for all of them, for the reason that panel.py gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

HTML = """
<div class="live-toolbar">
  <span class="live-toolbar-buttons"></span>
  <button type="button" class="live-toolbar-copy">Copy link</button>
  <input hidden readonly aria-label="The link to this picture" />
</div>
"""

_mount = st.components.v2.component(
    "scalescope_live_toolbar",
    html=HTML,
    css=(HERE / "toolbar.css").read_text(encoding="utf-8"),
    js=(HERE / "toolbar.js").read_text(encoding="utf-8"),
)


def live_toolbar(buttons: Sequence[str], *, key: str, on_press: Callable[[str], None]) -> None:
    """Draw a row of buttons and 'Copy link'; ``on_press`` gets the text of the one pressed."""

    def pressed() -> None:
        text = st.session_state[key].get("press")
        if text in buttons:
            on_press(text)

    _mount(key=key, data={"buttons": list(buttons)}, on_press_change=pressed)
