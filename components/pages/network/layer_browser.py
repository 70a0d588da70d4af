"""The browser of a layer: the feature maps of its units as a mosaic, and the card of one unit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from ....core.experiments.network.spec import Spec
from ....core.formatting import duration
from ....core.jobs.measurement import MeasurementSequence
from ....core.specs.spec import SpecError
from ... import session
from ...figures.network import mosaic as network_mosaic
from ...figures.network import unit_card
from ...live.chart import ChartCallbacks, live_chart
from ...live.panel import Choice, Control, Text, live_panel
from ...widgets.text import heading
from . import state
from .measurements import MeasurementPanel, show, units

if TYPE_CHECKING:
    from ....core.experiments.network.units.mosaic import Mosaic, SizeSensitivity
    from ....core.networks.unit_responses import Responses

SLUG = "network"
PART = "network/layer"
ORDER_NAMES = {"change": "change with size", "number": "number"}
RANGE_NAMES = {"shared": "shared", "per-map": "per map (not comparable)"}
LABELS = {"layer": "Layer", "order": "Sort units by", "colors": "Color range", "page": "Page"}
ONE_PAGE = "All units of the layer are on this page."
FIND = "Find a layer / unit"
QUERY = "network/query"  # the text that was typed to find a unit, and what is wrong with it
IS_REQUESTED = "network/unit-requested"


def _assign(**values: Any) -> None:
    """Make a change that the controls at the side have to follow."""
    session.update_and_publish(SLUG, **values)
    st.rerun()


def _change(**values: Any) -> None:
    """Make a change that only the browser of the layer shows."""
    session.update(SLUG, **values)
    session.write_url(SLUG)
    st.rerun(PART)


def choose(unit: int) -> None:
    """Show the card of a unit of the layer."""
    _change(unit=unit)


def _find(spec: Spec, text: str) -> None:
    """Go to the layer and the unit that were typed, or say why that is not possible."""
    from ....core.experiments.network.units.mosaic import page_of, parse_unit_query

    st.session_state[QUERY] = text, ""
    if not text:
        return
    try:
        layer, unit = parse_unit_query(spec, text)
    except SpecError as error:
        st.session_state[QUERY] = text, str(error)
        return
    target = replace(spec, layer=layer, unit=unit)
    page = page_of(target, state.size_sensitivity(target), unit) if unit >= 0 else 1
    _assign(layer=layer, unit=unit, page=page)


def _choices(spec: Spec) -> dict[str, dict[str, dict[str, Any]]]:
    """By field, the texts to choose from, each with the fields that it sets."""
    pages = range(1, spec.dynamic_maxima()["page"][0] + 1)
    return {
        "layer": {
            f"{layer.name}: {layer.title}": {"layer": layer.name, "unit": -1, "page": 1}
            for layer in spec.net.layers
        },
        "order": {title: {"order": order, "page": 1} for order, title in ORDER_NAMES.items()},
        "colors": {title: {"colors": colors} for colors, title in RANGE_NAMES.items()},
        "page": {f"{page} of {len(pages)}": {"page": page} for page in pages},
    }


def on_control_change(name: str, text: str, _: bool) -> None:
    """Apply a change of a control of the browser."""
    spec: Spec = session.state(SLUG).spec
    if name == FIND:
        _find(spec, text)
        return
    sets = _choices(spec)[name].get(text)
    if sets:
        (_assign if name == "layer" else _change)(**sets)


def _controls(spec: Spec) -> list[Control]:
    shown = {
        "layer": spec.shown_layer,
        "order": spec.order,
        "colors": spec.colors,
        "page": spec.page,
    }
    controls: list[Control] = []
    for name, texts in _choices(spec).items():
        value = next(text for text, sets in texts.items() if sets[name] == shown[name])
        reason = ONE_PAGE if len(texts) == 1 else ""
        controls.append(
            Choice(
                name=name,
                label=LABELS[name],
                value=value,
                options=tuple(texts),
                disabled=bool(reason),
                note=reason,
            )
        )
    text, error = st.session_state.get(QUERY, ("", ""))
    hint = f"{spec.shown_layer} / 17"
    return [*controls, Text(name=FIND, label=FIND, value=text, note=error, hint=hint)]


def _clicked(mosaic: Mosaic, cell: tuple[int, int, int] | None) -> None:
    unit = None if cell is None else mosaic.unit_at(cell[1], cell[2])
    if unit is not None:
        choose(unit)


def _mosaic(spec: Spec, changes: SizeSensitivity, unit: int) -> None:
    from ....core.experiments.network.units.mosaic import arrange, units_on_page

    shown, per_map = state.view_pair(spec), spec.colors == "per-map"
    mosaic = arrange(shown, units_on_page(spec, changes), per_map=per_map)
    live_chart(
        network_mosaic.figure(shown, mosaic, unit, per_map),
        key="network/mosaic",
        callbacks=ChartCallbacks(on_click=lambda cell: _clicked(mosaic, cell)),
    )


@st.fragment(key=PART)
def _browser() -> None:
    from ....core.experiments.network.units.mosaic import selected_unit

    spec: Spec = session.state(SLUG).spec
    changes = state.size_sensitivity(spec)
    unit = selected_unit(spec, changes)
    live_panel(_controls(spec), key="network/layer-panel", on_move=on_control_change)
    _mosaic(spec, changes, unit)
    _card(spec, unit)


def _card(spec: Spec, unit: int) -> None:
    heading(f"Unit {unit} of {spec.shown_layer}")
    views = state.unit_views(spec, unit)
    live_chart(unit_card.views_figure(views, state.palette(spec)), key="network/unit-views")
    _measured(spec, unit)


def _measured(spec: Spec, unit: int) -> None:
    """The unit's tuning and patches, once they are measured, which waits for a click."""
    sequence = MeasurementSequence(units(spec.network, spec.weights))
    if not sequence.is_complete and not st.session_state.get(IS_REQUESTED):
        needed = duration(sequence.seconds_left)
        st.button(
            f"Measure its size tuning and strongest patches (about {needed})",
            on_click=lambda: st.session_state.update({IS_REQUESTED: True}),
        )
        return

    def draw_results(results: tuple[Any, ...]) -> None:
        if results[0] is not None:
            _tuning(spec, unit, results[0])

    key = (spec.network, spec.weights)
    show(
        MeasurementPanel(
            "unit", key, sequence, "Showing the photographs at every size", draw_results
        ),
        None,
    )


def _tuning(spec: Spec, unit: int, measured: Responses) -> None:
    from ....core.experiments.network.units.card import card
    from ....core.experiments.network.units.patches import SIDE_PX, describe_preference, patch_grid
    from ....core.imaging.palette import make_palette

    tuned = card(measured, spec.net, spec.shown_layer, unit)
    sizes = (spec.near_px, spec.far_px)
    left, right = st.columns([0.4, 0.6])
    with left:
        live_chart(
            unit_card.tuning_figure(tuned, sizes, describe_preference(tuned)),
            key="network/unit-tuning",
        )
    grid = patch_grid(measured, tuned)
    with right:
        live_chart(
            unit_card.patches_figure(tuned, grid, SIDE_PX, make_palette(grid)),
            key="network/unit-patches",
        )


def draw(spec: Spec) -> None:
    """The browser of the spec's layer, which redraws itself without the rest of the page."""
    heading("All feature maps of a layer")
    _browser()
