"""A spec's fields as widgets, from the fields' own limits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Any

import streamlit as st

from components import session
from components.live.slider import Rows, Slider, live_sliders
from core import limits
from core import spec as specs


def picture_key(slug: str) -> str:
    """The name of the part of a page that follows a slider while it moves."""
    return f"{slug}/picture"


def details_key(slug: str) -> str:
    """The name of the part of a page that follows once a slider has come to rest."""
    return f"{slug}/details"


def _slider(slug: str, name: str, limit: limits.Number, why_not: str, end: float) -> Slider:
    known = session.state(slug)
    return Slider(
        name=name,
        label=limit.label,
        value=getattr(known.spec, name),
        low=limit.low,
        high=min(end, specs.largest(known.spec).get(name, (end, ""))[0]),
        step=limit.step,
        whole=limit.whole,
        log=limit.log,
        unit=limit.unit,
        help=limit.help,
        revision=known.revision,
        disabled_because=why_not,
    )


def _moved(slug: str, name: str, value: float, final: bool) -> None:
    """Follow a slider: the picture alone while it moves, the details too when it rests."""
    session.change(slug, **{name: value})
    if session.state(slug).notes:
        st.rerun()
    if not final:
        st.rerun(picture_key(slug))
    session.publish(slug)
    st.rerun([picture_key(slug), details_key(slug)])


def _select(slug: str, name: str, limit: limits.Choice, why_not: str) -> None:
    key = f"{slug}/{name}"

    def chosen() -> None:
        session.change(slug, **{name: st.session_state[key]})
        session.publish(slug)

    st.session_state[key] = getattr(session.state(slug).spec, name)
    st.selectbox(
        limit.label,
        limit.options,
        key=key,
        on_change=chosen,
        disabled=bool(why_not),
        help=why_not or limit.help or None,
    )


def _typed(slug: str, name: str, limit: limits.Limit, why_not: str) -> None:
    key, known = f"{slug}/{name}", session.state(slug)

    def entered() -> None:
        written = st.session_state[key].strip()
        known.drafts.pop(name, None)
        try:
            value = specs.read(name, written, limit)
        except specs.SpecError as error:
            known.drafts[name], known.notes = written, [str(error)]
            return
        session.change(slug, **{name: value})
        if getattr(known.spec, name) != value:  # refused by a rule between fields
            known.drafts[name] = written
        session.publish(slug)

    written = limit.format(getattr(known.spec, name))
    st.session_state[key] = known.drafts.get(name, written)
    st.text_input(
        limit.label,
        key=key,
        on_change=entered,
        disabled=bool(why_not),
        help=why_not or limit.help or limit.allowed,
    )


def draw(
    slug: str,
    names: Sequence[str],
    why_not: dict[str, str],
    ends: dict[str, float],
    readouts: Rows = (),
) -> None:
    """One widget per field.

    ``why_not``: fields that cannot act now, each with the reason. ``ends``: where a slider should
    end although its field allows more. ``readouts``: rows of the small table above the sliders.
    """
    known: dict[str, Any] = specs.limits(session.state(slug).spec)
    for numeric, group in groupby(names, lambda name: isinstance(known[name], limits.Number)):
        together = list(group)
        if numeric:
            sliders = [
                _slider(
                    slug, name, known[name], why_not.get(name, ""), ends.get(name, known[name].high)
                )
                for name in together
            ]
            key = f"{slug}/{together[0]}"
            live_sliders(sliders, key=key, on_move=partial(_moved, slug), readouts=readouts)
            readouts = ()
            continue
        for name in together:
            kind = _select if isinstance(known[name], limits.Choice) else _typed
            kind(slug, name, known[name], why_not.get(name, ""))
