"""The live Plotly chart: updates in place, keeps zoom, reports hover and click on heatmap cells.

``st.plotly_chart`` is torn down whenever its figure changes and never reports a click on a heatmap.
This one keeps its chart and hands it the new figure.

What a figure may say of itself stands in ``layout["meta"]``, which Plotly leaves alone:

``name``    the stem of downloaded files.
``alt``     a sentence for those who do not see the chart.
``width``   the width in CSS pixels that ``layout["height"]`` is meant for; other widths scale it.
``narrow``  changes to the layout where the chart is narrower than ``narrow_below`` CSS pixels.
``maps``    a list of ``{trace, label, channel, start, stride, size}``: which trace is a map, and
            which input pixels each of its cells sees: from ``start + cell * stride``, ``size`` of
            them, as (rows, columns). Hovering a cell then outlines what it sees, and what sees it,
            on every other map. The first map is the input itself.
``boxes``   outlines over the maps: ``{trace, box: [top, left, bottom, right], colour, label}``.
``player``  ``{label, key, now, at, count}``: a play button and a scrubber for ``count`` frames
            computed under ``key``; the figure itself is like frame ``at`` and is called ``now``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly
import streamlit as st

from components.live.wire import pack

HERE = Path(__file__).parent
PLOTLY_FILE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
PLOTLY_PATH = f"/plotly-{plotly.__version__}.min.js"

# One module in the browser: the parts stand in one scope, the component itself last.
PARTS = ("message", "cells", "canvases", "player", "files")
SCRIPTS = (*(f"chart_parts/{part}.js" for part in PARTS), "chart.js")

HTML = """
<div class="live-chart">
  <div class="live-chart-stage"><div class="live-chart-plot"></div></div>
  <div class="live-chart-player" hidden>
    <button type="button" class="live-chart-play"></button>
    <input type="range" class="live-chart-scrubber" min="0" value="0" step="1" />
    <output class="live-chart-frame"></output>
  </div>
  <div class="live-chart-tools">
    <button type="button" data-format="png">PNG</button>
    <button type="button" data-format="svg">SVG</button>
    <button type="button" data-format="csv">CSV</button>
  </div>
</div>
"""

_mount = st.components.v2.component(
    "scalescope_live_chart",
    html=HTML,
    css=(HERE / "chart.css").read_text(encoding="utf-8"),
    js="\n".join((HERE / part).read_text(encoding="utf-8") for part in SCRIPTS),
    isolate_styles=False,  # Plotly puts its style sheet into the document, not into a shadow root
)

Cell = tuple[int, int, int]


def live_chart(
    figure: dict[str, Any],
    *,
    key: str,
    pinned: Cell | None = None,
    frames: dict[str, Any] | None = None,
    on_click: Callable[[Cell | None], None] | None = None,
    on_hover: Callable[[Cell | None], None] | None = None,
    on_play: Callable[[], None] | None = None,
    on_frame: Callable[[int], None] | None = None,
) -> None:
    """Draw ``figure``, a Plotly figure as a plain dict whose arrays may be NumPy arrays.

    ``on_click`` and ``on_hover`` get ``(map, row, column)``, or None when a person lets go (Esc, or
    a click beside the maps). ``pinned`` is the cell to keep outlined. ``on_play`` is called when
    frames are wanted; hand them over as ``frames`` in the run that follows. ``on_frame`` gets the
    index of the frame at which a person stopped.
    """

    def heard(event: str) -> Any:
        return st.session_state[key].get(event)

    def cell(event: str) -> Cell | None:
        sent = heard(event) or {}
        found = sent.get("cell")
        if not (isinstance(found, list) and len(found) == 3):
            return None
        return int(found[0]), int(found[1]), int(found[2])

    answers: dict[str, Callable[[], None]] = {}
    if on_click:
        answers["on_click_change"] = lambda: on_click(cell("click"))
    if on_hover:
        answers["on_hover_change"] = lambda: on_hover(cell("hover"))
    if on_play:
        answers["on_play_change"] = on_play
    if on_frame:
        answers["on_frame_change"] = lambda: on_frame(int((heard("frame") or {}).get("index", 0)))
    base = st.get_option("server.baseUrlPath").strip("/")
    content = {
        "figure": figure,
        "pinned": pinned,
        "frames": frames,
        "hears": [name[3:-7] for name in answers],
        "plotly": (f"/{base}" if base else "") + PLOTLY_PATH,
    }
    _mount(key=key, data=pack(content), **answers)
