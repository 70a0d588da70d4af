"""From photographs to satellites: which layer and which resizing serve tiles from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from components import controls, transfer_kept, transfer_own, transfer_sections, transfer_told
from components.live.chart import live_chart
from core.words import digits

if TYPE_CHECKING:
    from core.experiments.transfer import Spec

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
    return transfer_told.readouts(spec)


def ends(spec: Spec) -> dict[str, float]:
    """Every slider may run over its field's whole range."""
    return {}


def why_not(spec: Spec) -> dict[str, str]:
    """Controls that cannot act now."""
    own = transfer_kept.kept().tiles
    if own is None:
        return {}
    return {"data": f"Your own tiles are on screen, at {digits(own.gsd_m)} m; forget them first."}


def draw(spec: Spec) -> None:
    """A tile of every class at the distance that is set, and what probes get right."""
    from components.figures import transfer as figures

    missing = transfer_kept.missing(spec)
    if missing:
        st.info(f"{missing} Until then, choose the scenes, or use tiles of your own.")
        return
    result = transfer_kept.on_screen(spec)
    shown = figures.Shown(
        transfer_kept.pictures(spec),
        spec.gsd_m,
        result,
        transfer_told.asked(result),
        transfer_told.caption(spec),
    )
    live_chart(
        figures.figure(shown),
        key=f"{SLUG}/chart",
        readouts=readouts(spec),
        on_move=controls.moving(SLUG),
    )


def details(spec: Spec) -> str:
    """The measurement of what is set, tiles of one's own, and the sections."""
    transfer_sections.measure(spec)
    transfer_own.fields()
    transfer_sections.draw(spec)
    return f'<div class="scalescope-note">{transfer_told.sources(spec)}</div>'
