"""Pointing at the cells of a page's maps: what a cell is computed from, pinned by a click."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import streamlit as st

from ...core.filters.arithmetic import Arithmetic
from .. import controls, session
from ..markup import LINE_BREAK, Html, element
from . import arithmetic

Cell = tuple[int, int, int]  # map, row, column
MapsT = TypeVar("MapsT")
AnyMapsT = TypeVar("AnyMapsT", contravariant=True)


class Cells(Protocol[AnyMapsT]):
    """The cells of the maps on screen; a module of an experiment is one."""

    def find(self, maps: AnyMapsT, pin: str, /) -> Cell | None:
        """The cell that a text names; None where the maps have no such cell."""

    def strongest(self, maps: AnyMapsT, /) -> Cell:
        """The cell with the strongest response."""

    def explain(self, maps: AnyMapsT, cell: Cell, /) -> Arithmetic:
        """What the cell is computed from."""


def _to_text(cell: Cell | None) -> str:
    return "" if cell is None else ",".join(str(part) for part in cell)


@dataclass(frozen=True)
class CellInspector(Generic[MapsT]):
    """Explains the cells of one page, whose spec keeps the pinned one in its field ``pin``.

    ``part`` is the key of the fragment that shows :meth:`html`; ``hint`` is shown above it while no
    cell is pointed at or pinned.
    """

    slug: str
    cells: Cells[MapsT]
    part: str
    hint: str

    @property
    def _hovered_key(self) -> str:
        return f"{self.slug}/hovered"

    def html(self, maps: MapsT, pin: str) -> Html:
        """Return the arithmetic of the hovered cell, else the pinned one, else the strongest."""
        hovered = st.session_state.get(self._hovered_key, "")
        chosen = self.cells.find(maps, hovered) or self.cells.find(maps, pin)
        cell = chosen or self.cells.strongest(maps)
        explained = arithmetic.to_html(self.cells.explain(maps, cell))
        hint = () if chosen else (self.hint, LINE_BREAK)
        return element("div", *hint, explained, style_class="scalescope-cell")

    def hovered(self, cell: Cell | None) -> None:
        """For a chart's ``on_hover``."""
        st.session_state[self._hovered_key] = _to_text(cell)
        st.rerun(self.part)

    def clicked(self, cell: Cell | None) -> None:
        """For a chart's ``on_click``: pin the cell, or unpin the one that was pinned."""
        pin = _to_text(cell)
        session.update(self.slug, pin="" if pin == session.state(self.slug).spec.pin else pin)
        session.write_url(self.slug)
        st.rerun([controls.picture_key(self.slug), controls.details_key(self.slug)])
