"""The live box: a photograph with a rectangle on it that a person drags, resizes and sends.

By pointer or finger: inside to move it, at a corner to resize it, beside it to draw a new one. By
keyboard: arrows move it by 1 %, with Shift they move its lower right corner. It is sent once, when
the drag ends or the keys rest.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import streamlit as st

from ..component import register

_mount = register("box")

Box = tuple[float, float, float, float]


def _box(sent: Any) -> Box | None:
    """The box that the browser sent; None for anything else."""
    if not (isinstance(sent, list) and len(sent) == 4):
        return None
    if not all(isinstance(edge, int | float) for edge in sent):
        return None
    top, left, bottom, right = (float(edge) for edge in sent)
    good = 0 <= top < bottom <= 100 and 0 <= left < right <= 100
    return (top, left, bottom, right) if good else None


def live_box(
    picture: bytes, box: Box, *, key: str, label: str, on_box: Callable[[Box], None]
) -> None:
    """Draw ``picture``, a JPEG file, with ``box`` on it: top, left, bottom, right in percent.

    ``label`` names the box to those who do not see it. ``on_box`` gets a new one, to a tenth of a
    percent.
    """

    def sent() -> None:
        new_box = _box(st.session_state[key].get("box"))
        if new_box is not None:
            on_box(new_box)

    source = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
    _mount(
        key=key,
        data={"picture": source, "box": list(box), "label": label},
        on_box_change=sent,
    )
