"""The floor: the least that can be done with our two components. Ready figures, one slider.

The figures come out of a file, so this app neither computes nor imports what computes. What page 1
takes longer than this is what its words, its engine and its other controls cost.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from scalescope.components.live.chart import ChartCallbacks, live_chart
from scalescope.components.live.panel import Slider, live_panel
from scalescope.components.server import disable_nagle, routes

DEFAULT = 8.0


@st.cache_resource
def figures() -> list[dict[str, Any]]:
    """The figures that the bench has put into the file."""
    ready: list[dict[str, Any]] = pickle.loads(
        Path(os.environ["SCALESCOPE_READY_FIGURES"]).read_bytes()
    )
    return ready


def _next() -> None:
    """Every move shows the next figure."""
    st.session_state["which"] = st.session_state.get("which", 0) + 1


def moved(name: str, value: float, final: bool) -> None:
    """A move that the chart did not carry."""
    if not final:
        _next()
    st.rerun("picture")


@st.fragment(key="picture")
def picture() -> None:
    """The part that a move draws again."""
    figure = figures()[st.session_state.get("which", 0) % len(figures())]
    live_chart(figure, key="chart", callbacks=ChartCallbacks(on_move=lambda name, value: _next()))


def draw() -> None:
    """One whole run."""
    st.set_page_config(layout="wide")
    with st.sidebar:
        far = Slider(
            name="far",
            label="Far distance",
            value=DEFAULT,
            low=0.5,
            high=40,
            step=0.1,
            log=True,
        )
        live_panel([far], key="far", on_move=moved)
    picture()


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """The app's own, without what only the engine needs."""
    disable_nagle()
    yield


if __name__ == "__main__":
    draw()
else:
    app = st.App(__file__, lifespan=lifespan, routes=routes)
