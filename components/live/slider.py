"""Live sliders: like ``st.slider``, but they send their value while they are dragged.

The stock slider sends on release only. These send at most one message per painted frame while one
of them moves, and one marked *final* when it has come to rest, which is what goes into the link and
the browser's history. Keyboard, touch, a typed value and screen-reader names come with them.

Sliders that stand together are one component: Streamlit renders every component anew whenever a
script starts or ends, and five of them cost a repaint more than the maps do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent

HTML = """
<table class="live-slider-readouts"></table>
<div class="live-sliders"></div>
<template>
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
</template>
"""

_mount = st.components.v2.component(
    "scalescope_live_sliders",
    html=HTML,
    css=(HERE / "slider.css").read_text(encoding="utf-8"),
    js=(HERE / "slider.js").read_text(encoding="utf-8"),
)

OnMove = Callable[[str, float, bool], None]
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Slider:
    """One slider of a group.

    ``log`` spaces the thumb evenly in octaves between ``low`` and ``high`` (``step`` is then
    unused); ``whole`` allows whole numbers only. The thumb is the person's while they move it; a
    new ``revision`` takes it back to ``value``. A sentence in ``disabled_because`` turns the
    slider off and says why.
    """

    name: str
    label: str
    value: float
    low: float
    high: float
    step: float
    unit: str = ""
    help: str = ""
    whole: bool = False
    log: bool = False
    revision: int = 0
    disabled_because: str = ""


def live_sliders(
    sliders: Sequence[Slider], *, key: str, on_move: OnMove, readouts: Rows = ()
) -> None:
    """Draw a group of sliders; call ``on_move(name, value, final)`` when a person moves one.

    ``readouts``: rows of a small table above them, which then follows the live chart's own.
    """
    whole = {slider.name for slider in sliders if slider.whole}
    data = {"sliders": [asdict(slider) for slider in sliders], "readouts": readouts}
    _mount(key=key, data=data, on_move_change=lambda: _moved(st.session_state[key], whole, on_move))


def _moved(state: dict[str, Any], whole: set[str], on_move: OnMove) -> None:
    """Hand on what the browser sent: ``{name, value, final}``."""
    sent = state.get("move")
    if isinstance(sent, dict) and isinstance(sent.get("value"), int | float):
        name, number = str(sent.get("name")), float(sent["value"])
        on_move(name, int(number) if name in whole else number, bool(sent.get("final")))
