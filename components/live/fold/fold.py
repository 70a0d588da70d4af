"""The live fold: a title that opens and closes what stands below it.

In place of Streamlit's expander, which costs a repaint more, for the reason that panel.py gives; a
page may have eight of them. What is folded away is neither computed nor sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ..component import register

# The frame around what is unfolded belongs to the page.
_mount = register("fold", isolate_styles=False)


def live_fold(title: str, *, key: str, opened: bool = False) -> DeltaGenerator | None:
    """Draw the title, and give the place for what it holds; None while that is folded away.

    ``opened``: whether it begins unfolded. Whether it is stands in the session under ``key``, so
    it outlasts a visit to another page.
    """
    is_open = bool(st.session_state.setdefault(key, opened))

    def pressed() -> None:
        st.session_state[key] = bool(st.session_state[f"{key}/title"].get("open"))

    _mount(key=f"{key}/title", data={"title": title, "open": is_open}, on_open_change=pressed)
    return st.container(key=f"{key}/fold-inside") if is_open else None


def live_folds(sections: Sequence[tuple[str, Callable[..., None]]], *about: Any, key: str) -> None:
    """Draw a fold for each (title, show); what is unfolded holds what ``show(*about)`` draws.

    The sections stand in the session under ``key``, a slash and their number, from 0.
    """
    for number, (title, show) in enumerate(sections):
        box = live_fold(title, key=f"{key}/{number}")
        if box is not None:
            with box:
                show(*about)
