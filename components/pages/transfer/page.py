"""Page `transfer`: which layer and resize factor of a network transfer to tiles from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from ....core.experiments.transfer import EXPERIMENT
from ....core.formatting import significant_digits
from ... import controls
from ...live.chart import ChartCallbacks, live_chart
from ...widgets.text import note_html
from ..page import Page
from . import sections, state, text, upload

if TYPE_CHECKING:
    from ....core.experiments.transfer.spec import Spec

SLUG = "transfer"
MAIN_FIELDS = ("gsd_m", "data", "network", "labels_per_class", "layer")
ADVANCED_FIELDS = ("training_sets", "zoom_octaves", "gsds_m", "factors", "landscapes", "seed")
PRESETS: dict[str, dict[str, Any]] = {
    "Sentinel-2: 10 m": {"gsd_m": 10.0, "data": "scenes"},
    "PlanetScope: 3 m": {"gsd_m": 3.0, "data": "scenes"},
    "NAIP: 0.6 m": {"gsd_m": 0.6, "data": "scenes"},
    "Drone: tree crowns, 0.1 m": {"gsd_m": 0.1, "data": "crowns"},
}


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Why controls are disabled."""
    tiles = state.session_state().tiles
    if tiles is None:
        return {}
    gsd_m = significant_digits(tiles.gsd_m)
    return {"data": f"Your own tiles are in use, at {gsd_m} m per pixel; remove them first."}


def draw(spec: Spec) -> None:
    """Draw a tile of every class at the chosen GSD, and the accuracy of probes."""
    from ...figures.transfer import overview as figures

    missing = state.missing_reason(spec)
    if missing:
        st.info(f"{missing} Until then, choose the scenes, or use tiles of your own.")
        return
    result = state.visible_result(spec)
    overview = figures.Overview(
        state.pictures(spec),
        spec.gsd_m,
        result,
        text.chosen_results(result),
        text.caption(spec),
    )
    live_chart(
        figures.figure(overview),
        key=f"{SLUG}/chart",
        readouts=text.readouts(spec),
        callbacks=ChartCallbacks(on_move=controls.chart_move_handler(SLUG)),
    )


def details(spec: Spec) -> str:
    """Draw the measurement, the upload of tiles, and the sections."""
    sections.measure(spec)
    upload.fields()
    sections.draw(spec)
    return note_html(text.sources(spec))


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=text.readouts,
    disabled_reasons=disabled_reasons,
    draw=draw,
    details=details,
    findings=text.findings,
)
