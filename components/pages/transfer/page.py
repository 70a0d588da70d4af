"""From photographs to satellites: which layer and which resizing serve tiles from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from ....core.formatting import significant_digits
from ... import controls
from ...live.chart import live_chart
from . import sections, state, text, upload

if TYPE_CHECKING:
    from ....core.experiments.transfer.spec import Spec

SLUG = "transfer"
SLIDERS = ("gsd_m", "data", "network", "labelled", "layer")
MORE = ("sets", "zoom_octaves", "compared_m", "factors", "seed")
PRESETS: dict[str, dict[str, Any]] = {
    "Sentinel-2: 10 m": {"gsd_m": 10.0, "data": "scenes"},
    "PlanetScope: 3 m": {"gsd_m": 3.0, "data": "scenes"},
    "NAIP: 0.6 m": {"gsd_m": 0.6, "data": "scenes"},
    "Drone: tree crowns, 0.1 m": {"gsd_m": 0.1, "data": "crowns"},
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """The tile in pixels, and what was measured nearest to it."""
    return text.readouts(spec)


def ends(spec: Spec) -> dict[str, float]:
    """Every slider may run over its field's whole range."""
    return {}


def why_not(spec: Spec) -> dict[str, str]:
    """Controls that cannot act now."""
    own = state.kept().tiles
    if own is None:
        return {}
    return {
        "data": f"Your own tiles are on screen, at {significant_digits(own.gsd_m)} m; forget them first."
    }


def draw(spec: Spec) -> None:
    """A tile of every class at the distance that is set, and what probes get right."""
    from ...figures.transfer import overview as figures

    missing = state.missing(spec)
    if missing:
        st.info(f"{missing} Until then, choose the scenes, or use tiles of your own.")
        return
    result = state.on_screen(spec)
    shown = figures.Shown(
        state.pictures(spec),
        spec.gsd_m,
        result,
        text.asked(result),
        text.caption(spec),
    )
    live_chart(
        figures.figure(shown),
        key=f"{SLUG}/chart",
        readouts=readouts(spec),
        on_move=controls.moving(SLUG),
    )


def details(spec: Spec) -> str:
    """The measurement of what is set, tiles of one's own, and the sections."""
    sections.measure(spec)
    upload.fields()
    sections.draw(spec)
    return f'<div class="scalescope-note">{text.sources(spec)}</div>'
