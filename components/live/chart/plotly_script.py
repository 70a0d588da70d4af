"""Plotly's own script: where it lies, and the addresses at which our server offers it."""

from __future__ import annotations

from pathlib import Path

import plotly
import streamlit as st

PLOTLY_FILE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_NAME = f"plotly-{plotly.__version__}.min.js"

# For the browser: relative to a page, since a proxy may put a prefix before the address of the app
# that the server never hears of. All pages lie at one depth.
PLOTLY_ADDRESS = f"./{_NAME}"


def plotly_route() -> str:
    """Return the path on the server, below its base path."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}/{_NAME}" if base else f"/{_NAME}"
