"""Pointing at the cells of a page's maps: what a cell is made of, kept when it is clicked."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import streamlit as st

from .. import controls, session
from . import arithmetic

Cell = tuple[int, int, int]


def _named(cell: Cell | None) -> str:
    return "" if cell is None else ",".join(str(part) for part in cell)


@dataclass(frozen=True)
class Cells:
    """The cells of one page, whose spec keeps the clicked one in its field ``pin``.

    ``maps`` is a module with ``find(shown, pin)``, ``strongest(shown)`` and ``explain(shown,
    cell)``, where ``shown`` is whatever holds the maps on screen. ``part`` is the key of the part
    of the page that shows :meth:`html`, ``hint`` what that says before anything is pointed at.
    """

    slug: str
    maps: ModuleType
    part: str
    hint: str

    @property
    def _hovered_key(self) -> str:
        return f"{self.slug}/hovered"

    def html(self, shown: Any, pin: str) -> str:
        """The arithmetic of the hovered cell, else of the pinned one, else of the strongest."""
        hovered = st.session_state.get(self._hovered_key, "")
        found = self.maps.find(shown, hovered) or self.maps.find(shown, pin)
        cell = found or self.maps.strongest(shown)
        told = arithmetic.told(self.maps.explain(shown, cell))
        return f'<div class="scalescope-cell">{"" if found else self.hint}{told}</div>'

    def hovered(self, cell: Cell | None) -> None:
        """For a chart's ``on_hover``."""
        st.session_state[self._hovered_key] = _named(cell)
        st.rerun(self.part)

    def clicked(self, cell: Cell | None) -> None:
        """For a chart's ``on_click``: keep the cell, or let go of the one that was kept."""
        pin = _named(cell)
        session.change(self.slug, pin="" if pin == session.state(self.slug).spec.pin else pin)
        session.publish(self.slug)
        st.rerun([controls.picture_key(self.slug), controls.details_key(self.slug)])
