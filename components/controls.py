"""A spec's fields as controls, from the fields' own limits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import Any

import streamlit as st

from ..core.specs import limits
from ..core.specs import spec as specs
from . import session
from .live.chart import OnMove
from .live.panel import Choice, Control, Link, Slider, Text, live_panel, number


def picture_key(slug: str) -> str:
    """The name of the part of a page that follows a slider while it moves."""
    return f"{slug}/picture"


def details_key(slug: str) -> str:
    """The name of the part of a page that follows once a slider has come to rest."""
    return f"{slug}/details"


def _slider(
    spec: Any, limit: limits.Number, ends: dict[str, float], shared: dict[str, Any]
) -> Slider:
    name = shared["name"]
    end = ends.get(name, limit.high)
    return Slider(
        value=getattr(spec, name),
        low=limit.low,
        high=min(end, specs.largest(spec).get(name, (end, ""))[0]),
        step=limit.step,
        whole=limit.whole,
        log=limit.log,
        unit=limit.unit,
        **shared,
    )


def _control(slug: str, name: str, why_not: str, ends: dict[str, float]) -> Control:
    known = session.state(slug)
    limit = specs.limits(known.spec)[name]
    value = getattr(known.spec, name)
    written, fault = known.drafts.get(name, (limit.format(value), ""))
    shared: dict[str, Any] = {
        "name": name,
        "label": limit.label,
        "help": limit.help,
        "note": why_not or fault,
        "disabled": bool(why_not),
        "revision": known.revision,
    }
    if isinstance(limit, limits.Number):
        return _slider(known.spec, limit, ends, shared)
    if isinstance(limit, limits.Choice):
        return Choice(value=value, options=limit.options, **shared)
    return Text(value=written, **{**shared, "help": limit.help or limit.allowed})


def _rules(page: ModuleType, spec: Any) -> tuple[Any, ...]:
    """What of the controls depends on the values of other fields."""
    return page.why_not(spec), page.ends(spec), specs.largest(spec)


def _told(slug: str, name: str, value: float) -> bool:
    """Take over a slider's value; whether there is something to say of it."""
    known = session.state(slug)
    if getattr(known.spec, name) == value:  # what was said of this value still stands
        return False
    session.change(slug, **{name: value})
    return bool(known.notes)


def _numbered(slug: str, page: ModuleType, name: str, value: float, final: bool) -> None:
    """Follow a slider: the picture alone while it moves, the details too when it rests.

    A run of the whole page follows where other controls have to follow as well.
    """
    told = _told(slug, name, value)
    if final:
        session.publish(slug)
    if told or (
        final and _rules(page, session.state(slug).spec) != st.session_state[f"{slug}/rules"]
    ):
        st.rerun()
    st.rerun([picture_key(slug), details_key(slug)] if final else picture_key(slug))


def moving(slug: str) -> OnMove:
    """What the live chart of a page's picture has to call, so that it follows a moving slider."""

    def moved(name: str, value: Any) -> None:
        limit = specs.limits(session.state(slug).spec).get(name)
        read = number(value, limit.whole) if isinstance(limit, limits.Number) else None
        if read is not None and _told(slug, name, read):
            st.rerun()

    return moved


def _worded(slug: str, name: str, written: str, limit: limits.Limit) -> None:
    """Follow a choice or a text; what cannot be used is kept as a draft, with the reason."""
    known = session.state(slug)
    known.drafts.pop(name, None)
    try:
        value = specs.read(name, written, limit)
    except specs.SpecError as error:
        known.drafts[name], known.notes = (written, str(error)), [str(error)]
        return
    session.change(slug, **{name: value})
    if getattr(known.spec, name) != value:  # refused by a rule between fields
        known.drafts[name] = (written, " ".join(known.notes))
    session.publish(slug)


def moved(slug: str, page: ModuleType, name: str, value: Any, final: bool) -> None:
    """Follow a control that a person moved; called before the run that answers it."""
    limit = specs.limits(session.state(slug).spec)[name]
    if isinstance(limit, limits.Number):
        _numbered(slug, page, name, value, final)
    else:
        _worded(slug, name, value, limit)


def draw(slug: str, page: ModuleType, links: Sequence[Link]) -> None:
    """The panel of a page: one control per field that its ``SLIDERS`` and ``MORE`` name."""
    spec = session.state(slug).spec
    st.session_state[f"{slug}/rules"] = why_not, ends, _ = _rules(page, spec)

    def described(names: Sequence[str]) -> list[Control]:
        return [_control(slug, name, why_not.get(name, ""), ends) for name in names]

    live_panel(
        described(page.SLIDERS),
        more=described(page.MORE),
        key=f"{slug}/panel",
        on_move=partial(moved, slug, page),
        readouts=page.readouts(spec),
        links=links,
    )
