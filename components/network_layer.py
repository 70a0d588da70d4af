"""The browser of a layer: all maps of its units as a mosaic, and the card of one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from components import network_kept, session
from components.figures import network_card, network_mosaic
from components.live.chart import live_chart
from components.network_study_rooms import Room, show, units
from core.experiments.network import ORDERS, Spec
from core.experiments.network_study import Together
from core.spec import SpecError
from core.words import duration

if TYPE_CHECKING:
    from core.experiments.network_mosaic import Changes, Mosaic
    from core.experiments.network_units import Responses

SLUG = "network"
PART = "network/layer"
ORDER_NAMES = {"change": "what changes most", "number": "number"}
WANTED = "network/unit-wanted"


def _assign(**values: Any) -> None:
    """A change that the controls at the side have to follow."""
    session.assign(SLUG, **values)
    st.rerun()


def _change(**values: Any) -> None:
    """A change that is seen in the browser alone."""
    session.change(SLUG, **values)
    session.publish(SLUG)
    st.rerun(PART)


def choose(unit: int) -> None:
    """Show the card of a unit of the layer."""
    _change(unit=unit)


def _layer_chosen() -> None:
    _assign(layer=st.session_state["network/layer-choice"], unit=-1, page=1)


def _order_chosen() -> None:
    _change(order=st.session_state["network/order-choice"], page=1)


def _page_chosen() -> None:
    page = st.session_state["network/page-choice"]
    if page is not None:
        _change(page=page)


def _colours_chosen() -> None:
    _change(colours="per-map" if st.session_state["network/per-map"] else "shared")


def _searched(spec: Spec) -> None:
    from core.experiments.network_mosaic import page_of, searched

    written = str(st.session_state["network/find"]).strip()
    st.session_state["network/find-fault"] = ""
    if not written:
        return
    try:
        place, unit = searched(spec, written)
    except SpecError as error:
        st.session_state["network/find-fault"] = str(error)
        return
    there = replace(spec, layer=place, unit=unit)
    page = page_of(there, network_kept.changes(there), unit) if unit >= 0 else 1
    _assign(layer=place, unit=unit, page=page)


def _choices(spec: Spec) -> None:
    """The layer, the order of its units, and the search."""
    titles = {place.name: place.title for place in spec.net.places}
    known = st.session_state
    known["network/layer-choice"], known["network/order-choice"] = spec.place, spec.order
    left, middle, right = st.columns([0.36, 0.24, 0.4])
    left.selectbox(
        "Layer",
        tuple(titles),
        format_func=lambda name: f"{name}: {titles[name]}",
        key="network/layer-choice",
        on_change=_layer_chosen,
    )
    middle.selectbox(
        "Units by",
        ORDERS,
        format_func=ORDER_NAMES.__getitem__,
        key="network/order-choice",
        on_change=_order_chosen,
    )
    right.text_input(
        "Find a layer and a unit",
        placeholder=f"{spec.place} / 17",
        key="network/find",
        on_change=_searched,
        args=(spec,),
    )
    fault = known.get("network/find-fault", "")
    if fault:
        right.error(fault)


def _paging(spec: Spec, pages: int) -> None:
    known = st.session_state
    known["network/page-choice"], known["network/per-map"] = spec.page, spec.colours == "per-map"
    left, right = st.columns([0.36, 0.64], vertical_alignment="bottom")
    left.number_input(
        f"Page of {pages}, {spec.per_page} units each",
        1,
        pages,
        key="network/page-choice",
        on_change=_page_chosen,
        disabled=pages == 1,
    )
    right.toggle(
        "Colour range per map (not comparable)",
        key="network/per-map",
        on_change=_colours_chosen,
    )


def _clicked(found: Mosaic, cell: tuple[int, int, int] | None) -> None:
    unit = None if cell is None else found.unit_at(cell[1], cell[2])
    if unit is not None:
        choose(unit)


def _mosaic(spec: Spec, changes: Changes, unit: int) -> None:
    from core.experiments.network_mosaic import mosaic, paged

    shown, per_map = network_kept.now(spec), spec.colours == "per-map"
    found = mosaic(shown, paged(spec, changes), per_map=per_map)
    live_chart(
        network_mosaic.figure(shown, found, unit, per_map),
        key="network/mosaic",
        on_click=lambda cell: _clicked(found, cell),
    )


@st.fragment(key=PART)
def _browser() -> None:
    from core.experiments.network_mosaic import unit_of

    spec: Spec = session.state(SLUG).spec
    changes = network_kept.changes(spec)
    unit = unit_of(spec, changes)
    _choices(spec)
    _paging(spec, -(-len(changes.order) // spec.per_page))
    _mosaic(spec, changes, unit)
    _card(spec, unit)


def _card(spec: Spec, unit: int) -> None:
    st.subheader(f"Unit {unit} of {spec.place}")
    views = network_kept.views(spec, unit)
    live_chart(
        network_card.views_figure(views, network_kept.palette(spec)), key="network/unit-views"
    )
    _measured(spec, unit)


def _measured(spec: Spec, unit: int) -> None:
    """The unit's tuning and patches; what has not been measured waits for a click."""
    work = Together(units(spec.network, spec.control))
    if not work.is_complete and not st.session_state.get(WANTED):
        st.button(
            f"Measure its tuning and its best patches (about {duration(work.seconds_left)})",
            on_click=lambda: st.session_state.update({WANTED: True}),
        )
        return

    def draw_found(found: tuple[Any, ...]) -> None:
        if found[0] is not None:
            _tuning(spec, unit, found[0])

    key = (spec.network, spec.control)
    show(Room("unit", key, work, "Showing the photographs at every size", draw_found), None)


def _tuning(spec: Spec, unit: int, measured: Responses) -> None:
    from core.experiments.network_colours import palette
    from core.experiments.network_patches import SIDE_PX, patches, told
    from core.experiments.network_unit_card import card

    found = card(measured, spec.net, spec.place, unit)
    sizes = (spec.near_px, spec.far_px)
    left, right = st.columns([0.4, 0.6])
    with left:
        live_chart(network_card.tuning_figure(found, sizes, told(found)), key="network/unit-tuning")
    grid = patches(measured, found)
    with right:
        live_chart(
            network_card.patches_figure(found, grid, SIDE_PX, palette(grid)),
            key="network/unit-patches",
        )


def draw(spec: Spec) -> None:
    """The browser of the spec's layer; it follows its own controls without the rest of the page."""
    st.subheader("Every map of a layer")
    _browser()
