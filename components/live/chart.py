"""The live Plotly chart: updates in place, keeps zoom, reports hover and click on heatmap cells.

``st.plotly_chart`` is torn down whenever its figure changes and never reports a click on a heatmap.
This one keeps its chart and hands it the new figure.

What a figure may say of itself stands in ``layout["meta"]``, which Plotly leaves alone:

``name``    the stem of downloaded files.
``alt``     a sentence for those who do not see the chart.
``caption`` words above the chart, ``[text, remark]``, that change in the same frame as the picture.
``width``   the width in CSS pixels that ``layout["height"]`` is meant for; other widths scale it.
``narrow``  changes to the layout where the chart is narrower than ``narrow_below`` CSS pixels.
``maps``    a list of ``{trace, label, channel, start, stride, offsets}``: which trace is a map,
            and which input pixels each of its cells sees: ``start + cell * stride + offset``, for
            rows and for columns; two offsets are the first and the last of all between. Hovering a
            cell outlines what it sees, and what sees it, on every other map. The first map is
            the input itself. Where the input shows several pictures, ``within`` ([top, left,
            bottom, right], px) is the map's own. A trace that is a mosaic of maps has ``tiles``:
            ``{units, columns, step, tops, sizes, names, starts, sides}``, see
            components/figures/network_mosaic.py.
``boxes``   outlines over the maps: ``{trace, box: [top, left, bottom, right], colour, label}``;
            with ``round: True`` the circle (or ellipse) in the box.
``player``  ``{label, key, now, at, count}``: a play button and a scrubber for ``count`` frames
            computed under ``key``; the figure itself is like frame ``at`` and is called ``now``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import plotly
import streamlit as st

from .wire import pack

HERE = Path(__file__).parent
PLOTLY_FILE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
PLOTLY_PATH = f"/plotly-{plotly.__version__}.min.js"

# One module in the browser: the parts stand in one scope, the component itself last.
PARTS = ("message", "cells", "canvases", "player", "files")
SCRIPTS = (*(f"chart_parts/{part}.js" for part in PARTS), "chart.js")

HTML = """
<div class="live-chart">
  <p class="live-chart-caption"></p>
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
OnCell = Callable[[Cell | None], None]
OnMove = Callable[[str, Any], None]


def _cell(sent: Any) -> Cell | None:
    """The cell in what the browser sent; None when a person let go, or for anything else."""
    found = sent.get("cell") if isinstance(sent, dict) else None
    if not (isinstance(found, list) and len(found) == 3):
        return None
    return int(found[0]), int(found[1]), int(found[2])


def _index(sent: Any) -> int:
    return int(sent.get("index", 0)) if isinstance(sent, dict) else 0


def _moved(sent: Any, on_move: OnMove) -> None:
    if isinstance(sent, dict):
        on_move(str(sent.get("name")), sent.get("value"))


def live_chart(
    figure: dict[str, Any],
    *,
    key: str,
    readouts: Sequence[Sequence[str]] | None = None,
    pinned: Cell | None = None,
    frames: dict[str, Any] | None = None,
    on_click: OnCell | None = None,
    on_hover: OnCell | None = None,
    on_play: Callable[[], None] | None = None,
    on_frame: Callable[[int], None] | None = None,
    on_move: OnMove | None = None,
) -> None:
    """Draw ``figure``, a Plotly figure as a plain dict whose arrays may be NumPy arrays.

    ``readouts``: rows for the small table above the sliders, which change in the same frame.
    ``on_click`` and ``on_hover`` get ``(map, row, column)``, or None when a person lets go (Esc, or
    a click beside the maps). ``pinned`` is the cell to keep outlined. ``on_play`` is called when
    frames are wanted; hand them over as ``frames`` in the run that follows. ``on_frame`` gets the
    index of the frame at which a person stopped. ``on_move`` gets the name and the value of a
    slider of the live panel while it moves: carried by the chart, they run its own fragment alone.
    """
    wanted: dict[str, Callable[[Any], None] | None] = {
        "click": on_click and (lambda sent: on_click(_cell(sent))),
        "hover": on_hover and (lambda sent: on_hover(_cell(sent))),
        "play": on_play and (lambda _: on_play()),
        "frame": on_frame and (lambda sent: on_frame(_index(sent))),
        "move": on_move and (lambda sent: _moved(sent, on_move)),
    }
    hears = {event: answer for event, answer in wanted.items() if answer}
    content = {
        "figure": figure,
        "readouts": readouts,
        "pinned": pinned,
        "frames": frames,
        "hears": list(hears),
        "plotly": _plotly_address(),
    }
    _mount(key=key, data=pack(content), **_callbacks(key, hears))


def _plotly_address() -> str:
    base = st.get_option("server.baseUrlPath").strip("/")
    return (f"/{base}" if base else "") + PLOTLY_PATH


def _callbacks(key: str, hears: dict[str, Callable[[Any], None]]) -> dict[str, Callable[[], None]]:
    """Streamlit's callbacks: each hands on what the browser sent under its event's name."""

    def caller(event: str, answer: Callable[[Any], None]) -> Callable[[], None]:
        return lambda: answer(st.session_state[key].get(event))

    return {f"on_{event}_change": caller(event, answer) for event, answer in hears.items()}
