"""Plotly's own script: where it lies, and the address at which our server offers it."""

from __future__ import annotations

from pathlib import Path

import plotly
import streamlit as st

PLOTLY_FILE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
PLOTLY_PATH = f"/plotly-{plotly.__version__}.min.js"


def plotly_address() -> str:
    """Return the script's address for the browser, with the server's base path."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return (f"/{base}" if base else "") + PLOTLY_PATH
