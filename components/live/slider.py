"""The live slider: like ``st.slider``, but it sends its value while it is dragged.

The stock slider sends on release only. This one sends at most one message per painted frame while
it moves, and one marked *final* when it has come to rest, which is what goes into the link and the
browser's history. Keyboard, touch, a typed value and screen-reader names come with it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent

HTML = """
<div class="live-slider">
  <div class="live-slider-head">
    <span class="live-slider-label"></span>
    <input class="live-slider-box" type="text" inputmode="decimal" autocomplete="off" />
    <span class="live-slider-unit"></span>
  </div>
  <input class="live-slider-range" type="range" />
  <div class="live-slider-ends" aria-hidden="true">
    <span class="live-slider-low"></span><span class="live-slider-high"></span>
  </div>
  <div class="live-slider-note" role="alert"></div>
</div>
"""

_mount = st.components.v2.component(
    "scalescope_live_slider",
    html=HTML,
    css=(HERE / "slider.css").read_text(encoding="utf-8"),
    js=(HERE / "slider.js").read_text(encoding="utf-8"),
)


# The state is called 'move': Streamlit unwraps a state called 'value' that holds a dict, and then
# calls nobody when only its 'final' changes.
def _moved(key: str, whole: bool, on_move: Callable[[float, bool], None]) -> None:
    sent = st.session_state[key].get("move")
    if isinstance(sent, dict) and isinstance(sent.get("value"), int | float):
        number = float(sent["value"])
        on_move(int(number) if whole else number, bool(sent.get("final")))


def live_slider(
    label: str,
    *,
    key: str,
    value: float,
    low: float,
    high: float,
    step: float,
    on_move: Callable[[float, bool], None],
    unit: str = "",
    help: str = "",
    whole: bool = False,
    log: bool = False,
    revision: int = 0,
    disabled_because: str = "",
) -> None:
    """Draw the slider at ``value``; call ``on_move(value, final)`` whenever a person moves it.

    ``log`` spaces the thumb evenly in octaves between ``low`` and ``high`` (``step`` is then
    unused); ``whole`` allows whole numbers only. The thumb is the person's while they move it; a
    new ``revision`` takes it back to ``value``. A sentence in ``disabled_because`` turns the
    slider off and says why.
    """

    data: dict[str, Any] = {
        "label": label,
        "help": help,
        "unit": unit,
        "low": low,
        "high": high,
        "step": step,
        "whole": whole,
        "log": log,
        "value": value,
        "revision": revision,
        "disabled": bool(disabled_because),
        "disabled_because": disabled_because,
    }
    _mount(key=key, data=data, on_move_change=lambda: _moved(key, whole, on_move))
