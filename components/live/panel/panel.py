"""The live panel: links to the pages, a small table, and the controls of a spec, in one component.

Its sliders send while they move. The browser sends at most one value per painted frame and, a
quarter of a second after the last, the value once more as final. A slider can be dragged, moved
with the keyboard, or typed into its box; a number out of bounds is refused in the browser, in
one sentence. Choices and texts send once.

All of it is one component: Streamlit renders every element anew whenever a script starts or ends,
and twenty of them cost a repaint more than the maps do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import streamlit as st

from ..component import register

_mount = register("panel")

OnMove = Callable[[str, Any, bool], None]
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Control:
    """What all controls share.

    What a control shows is the person's until its description changes; a new ``revision`` takes it
    back to ``value``. ``note`` is a sentence below it: what is wrong, or why it is ``disabled``.
    """

    kind: ClassVar[str]
    name: str
    label: str
    value: Any
    help: str = ""
    note: str = ""
    disabled: bool = False
    revision: int = 0

    def described(self) -> dict[str, Any]:
        """Return what the browser gets of it."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class Slider(Control):
    """A number. ``whole`` allows whole numbers only. ``log`` spaces the thumb evenly in octaves
    between ``low`` and ``high``; ``step`` is then unused."""

    kind = "slider"
    low: float
    high: float
    step: float
    unit: str = ""
    whole: bool = False
    log: bool = False


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of ``options``."""

    kind = "choice"
    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Text(Control):
    """A text of one line; ``hint`` stands in the empty field."""

    kind = "text"
    hint: str = ""


@dataclass(frozen=True)
class Link:
    """A page: its slug, title and address; ``here`` is the page that is open."""

    slug: str
    title: str
    address: str
    here: bool = False


def live_panel(
    controls: Sequence[Control],
    *,
    key: str,
    on_move: OnMove,
    more: Sequence[Control] = (),
    readouts: Rows = (),
    links: Sequence[Link] = (),
) -> None:
    """Draw the controls, those of ``more`` folded away; call ``on_move(name, value, final)`` when a
    person moves one. ``value`` is an int for a whole number, a float for another, else a text.

    ``readouts``: rows of a small table above them, which then follows the live chart's own.
    """
    data = {
        "controls": [control.described() for control in controls],
        "more": [control.described() for control in more],
        "readouts": readouts,
        "links": [asdict(link) for link in links],
    }
    known = {control.name: control for control in (*controls, *more)}
    _mount(
        key=key,
        data=data,
        on_move_change=lambda: _moved(st.session_state[key], known, on_move),
    )


def _moved(state: dict[str, Any], known: dict[str, Control], on_move: OnMove) -> None:
    """Hand on what the browser sent: ``{name, value, final}``; anything else is left alone."""
    sent = state.get("move")
    if not isinstance(sent, dict):
        return
    control = known.get(str(sent.get("name")))
    if control is None:
        return
    value = sent.get("value")
    if not isinstance(control, Slider):
        on_move(control.name, str(value), True)
    elif (read := number(value, control.whole)) is not None:
        on_move(control.name, read, bool(sent.get("final")))


def number(sent: Any, whole: bool) -> int | float | None:
    """Return the value that the browser sent for a slider; None for anything that is no number."""
    if not isinstance(sent, int | float):
        return None
    return int(sent) if whole else float(sent)
