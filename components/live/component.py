"""Registering a live component: a folder with an HTML, a CSS and a JavaScript file of its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from .bundle import bundle

HERE = Path(__file__).parent


def register(name: str, *, isolate_styles: bool = True) -> Any:
    """Register the component in the folder ``name``; return the function that mounts it.

    ``isolate_styles``: whether its style sheet stays its own and the page's stays outside.
    """
    folder = HERE / name
    return st.components.v2.component(
        f"scalescope_live_{name}",
        html=(folder / f"{name}.html").read_text(encoding="utf-8"),
        css=(folder / f"{name}.css").read_text(encoding="utf-8"),
        js=bundle(folder / f"{name}.js"),
        isolate_styles=isolate_styles,
    )
