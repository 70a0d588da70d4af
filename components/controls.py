"""A spec's fields as controls, from the fields' own types and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from ..core.specs import field_types
from ..core.specs import spec as specs
from . import session
from .live.chart import OnMove
from .live.panel import Choice, Control, Link, Slider, Text, live_panel, number
from .pages.page import Page


def picture_key(slug: str) -> str:
    """Return the name of the fragment that follows a slider while it moves."""
    return f"{slug}/picture"


def details_key(slug: str) -> str:
    """Return the name of the fragment that follows once a slider has come to rest."""
    return f"{slug}/details"


def _slider(
    spec: Any, kind: field_types.Number, maxima: Mapping[str, float], shared: dict[str, Any]
) -> Slider:
    name = shared["name"]
    high = maxima.get(name, kind.high)
    return Slider(
        value=getattr(spec, name),
        low=kind.low,
        high=min(high, specs.dynamic_maxima(spec).get(name, (high, ""))[0]),
        step=kind.step,
        whole=kind.whole,
        log=kind.log,
        unit=kind.unit,
        **shared,
    )


def _control(slug: str, name: str, disabled: str, maxima: Mapping[str, float]) -> Control:
    """The control of one field; ``disabled`` is the reason why it cannot act now, or empty."""
    state = session.state(slug)
    kind = specs.field_types(state.spec)[name]
    value = getattr(state.spec, name)
    draft, error = state.drafts.get(name, (kind.format(value), ""))
    shared: dict[str, Any] = {
        "name": name,
        "label": kind.label,
        "help": kind.help,
        "note": disabled or error,
        "disabled": bool(disabled),
        "revision": state.revision,
    }
    if isinstance(kind, field_types.Number):
        return _slider(state.spec, kind, maxima, shared)
    if isinstance(kind, field_types.Choice):
        return Choice(value=value, options=kind.options, **shared)
    return Text(value=draft, **{**shared, "help": kind.help or kind.allowed})


def _rules(page: Page[Any], spec: Any) -> tuple[Any, ...]:
    """What of the controls depends on the values of other fields."""
    return page.disabled_reasons(spec), page.slider_maxima(spec), specs.dynamic_maxima(spec)


def _apply_value(slug: str, name: str, value: float) -> bool:
    """Take over a slider's value; returns whether there are notes about it."""
    state = session.state(slug)
    if getattr(state.spec, name) == value:  # what was noted of this value still stands
        return False
    session.update(slug, **{name: value})
    return bool(state.notes)


def _on_number(page: Page[Any], name: str, value: float, final: bool) -> None:
    """Follow a slider: the picture alone while it moves, the details too when it rests.

    A run of the whole page follows where other controls have to follow as well.
    """
    slug = page.slug
    has_notes = _apply_value(slug, name, value)
    if final:
        session.write_url(slug)
    if has_notes or (
        final and _rules(page, session.state(slug).spec) != st.session_state[f"{slug}/rules"]
    ):
        st.rerun()
    st.rerun([picture_key(slug), details_key(slug)] if final else picture_key(slug))


def chart_move_handler(slug: str) -> OnMove:
    """Return the ``on_move`` of a page's live chart, through which it follows a moving slider."""

    def on_move(name: str, value: Any) -> None:
        kind = specs.field_types(session.state(slug).spec).get(name)
        sent = number(value, kind.whole) if isinstance(kind, field_types.Number) else None
        if sent is not None and _apply_value(slug, name, sent):
            st.rerun()

    return on_move


def _on_text(slug: str, name: str, text: str, kind: field_types.FieldType) -> None:
    """Follow a choice or a text; what cannot be used becomes a draft, with the reason."""
    state = session.state(slug)
    state.drafts.pop(name, None)
    try:
        value = specs.read(name, text, kind)
    except specs.SpecError as error:
        state.drafts[name], state.notes = (text, str(error)), [str(error)]
        return
    session.update(slug, **{name: value})
    if getattr(state.spec, name) != value:  # refused by a rule between fields
        state.drafts[name] = (text, " ".join(state.notes))
    session.write_url(slug)


def on_control_change(page: Page[Any], name: str, value: Any, final: bool) -> None:
    """Follow a control that a person moved; called before the run that answers it."""
    kind = specs.field_types(session.state(page.slug).spec)[name]
    if isinstance(kind, field_types.Number):
        _on_number(page, name, value, final)
    else:
        _on_text(page.slug, name, value, kind)


def draw(page: Page[Any], links: Sequence[Link]) -> None:
    """Draw the panel of a page: one control per field that it names, and the links."""
    slug = page.slug
    spec = session.state(slug).spec
    st.session_state[f"{slug}/rules"] = disabled, maxima, _ = _rules(page, spec)

    def controls(names: Sequence[str]) -> list[Control]:
        return [_control(slug, name, disabled.get(name, ""), maxima) for name in names]

    live_panel(
        controls(page.main_fields),
        more=controls(page.advanced_fields),
        key=f"{slug}/panel",
        on_move=partial(on_control_change, page),
        readouts=page.readouts(spec),
        links=links,
    )
