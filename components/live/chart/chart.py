"""The live Plotly chart: updates in place, keeps zoom, reports hover and click on heatmap cells.

``st.plotly_chart`` is torn down whenever its figure changes and never reports a click on a heatmap.
This one keeps its chart and hands it the new figure.

What a figure may say of itself stands in ``layout["meta"]``, which Plotly leaves alone:

``name``    the stem of downloaded files.
``alt``     a sentence for those who do not see the chart.
``caption`` text above the chart, ``[text, note]``, which changes in the same frame as the picture.
``width``   the width in CSS pixels that ``layout["height"]`` is meant for; other widths scale it.
``narrow``  changes to the layout where the chart is narrower than ``narrow_below`` CSS pixels.
``maps``    a list of ``{trace, label, channel, start, stride, offsets}``: which trace is a map,
            and which input pixels each of its cells sees: ``start + cell * stride + offset``, for
            rows and for columns; two offsets are the first and the last of all between. Hovering a
            cell outlines what it sees, and what sees it, on every other map. The first map is
            the input itself. Where the input shows several pictures, ``within`` ([top, left,
            bottom, right], px) is the map's own. A trace that is a mosaic of maps has ``tiles``:
            ``{units, columns, step, tops, sizes, names, starts, sides}``, see
            components/figures/network/mosaic.py.
``boxes``   outlines over the maps: ``{trace, box: [top, left, bottom, right], color, label}``;
            with ``round: True`` the circle (or ellipse) in the box.
``player``  ``{label, key, now, at, count}``: a play button and a scrubber for ``count`` frames
            computed under ``key``; the figure itself is like frame ``at`` and is called ``now``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ..component import register
from .plotly_script import PLOTLY_ADDRESS
from .wire import pack

# Plotly puts its style sheet into the document, not into a shadow root.
_mount = register("chart", isolate_styles=False)

Cell = tuple[int, int, int]
OnCell = Callable[[Cell | None], None]
OnMove = Callable[[str, Any], None]
Handler = Callable[[Any], None]


@dataclass(frozen=True, kw_only=True)
class ChartCallbacks:
    """What is called when a person uses a chart; only what is set is reported by the browser.

    ``on_click`` and ``on_hover`` get ``(map, row, column)``, or None when a person unpins or leaves
    a cell (Esc, or a click beside the maps). ``on_play`` is called when frames are wanted; hand
    them over in the run that follows. ``on_frame`` gets the index of the frame of a person's stop.
    ``on_move`` gets the name and the value of a slider of the live panel while it moves: carried by
    the chart, moves run the chart's fragment alone.
    """

    on_click: OnCell | None = None
    on_hover: OnCell | None = None
    on_play: Callable[[], None] | None = None
    on_frame: Callable[[int], None] | None = None
    on_move: OnMove | None = None

    def handlers(self) -> dict[str, Handler]:
        """Return what answers each event, by its name; it gets what the browser sent."""
        click, hover, play = self.on_click, self.on_hover, self.on_play
        frame, move = self.on_frame, self.on_move
        handlers: dict[str, Handler | None] = {
            "click": click and (lambda sent: click(_cell(sent))),
            "hover": hover and (lambda sent: hover(_cell(sent))),
            "play": play and (lambda _: play()),
            "frame": frame and (lambda sent: frame(_index(sent))),
            "move": move and (lambda sent: _move(sent, move)),
        }
        return {event: handler for event, handler in handlers.items() if handler}


NO_CALLBACKS = ChartCallbacks()


def live_chart(
    figure: dict[str, Any],
    *,
    key: str,
    readouts: Sequence[Sequence[str]] | None = None,
    pinned: Cell | None = None,
    frames: dict[str, Any] | None = None,
    callbacks: ChartCallbacks = NO_CALLBACKS,
) -> None:
    """Draw ``figure``, a Plotly figure as a plain dict whose arrays may be NumPy arrays.

    ``readouts``: rows for the small table above the sliders, which change in the same frame.
    ``pinned``: the cell to keep outlined. ``frames``: what the player asked for.
    """
    handlers = callbacks.handlers()
    content = {
        "figure": figure,
        "readouts": readouts,
        "pinned": pinned,
        "frames": frames,
        "events": list(handlers),
        "plotly": PLOTLY_ADDRESS,
    }
    _mount(key=key, data=pack(content), **_streamlit_callbacks(key, handlers))


def _streamlit_callbacks(key: str, handlers: dict[str, Handler]) -> dict[str, Callable[[], None]]:
    """Return Streamlit's callbacks: each hands on what the browser sent under its event's name."""

    def caller(event: str, handler: Handler) -> Callable[[], None]:
        return lambda: handler(st.session_state[key].get(event))

    return {f"on_{event}_change": caller(event, handler) for event, handler in handlers.items()}


def _cell(sent: Any) -> Cell | None:
    """The cell in what the browser sent; None when a person unpinned, or for anything else."""
    cell = sent.get("cell") if isinstance(sent, dict) else None
    if not (isinstance(cell, list) and len(cell) == 3):
        return None
    return int(cell[0]), int(cell[1]), int(cell[2])


def _index(sent: Any) -> int:
    return int(sent.get("index", 0)) if isinstance(sent, dict) else 0


def _move(sent: Any, on_move: OnMove) -> None:
    if isinstance(sent, dict):
        on_move(str(sent.get("name")), sent.get("value"))
