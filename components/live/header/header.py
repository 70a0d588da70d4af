"""The live header: a page's title and question, buttons that Python answers, and 'Copy link'.

One component for all of them, for the reason that panel.py gives. Its style sheet is the page's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from ..component import register

# The style sheet is the whole page's.
_mount = register("header", isolate_styles=False)


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
