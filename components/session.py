"""The spec of a page between the session and the address bar.

The session holds one spec per page. A person's change goes into it at once, and into the address
when it has come to rest, so that one drag is one step for Back. A run whose address is not the one
that was written last comes from Back, Forward or a link: the address then wins. The links between
the pages carry each page's own address, so that coming back finds a page as it was left.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ..core.specs import spec as specs


@dataclass
class State:
    """One page's spec; ``revision`` counts the times that it was replaced from elsewhere.

    ``query`` is the address that was read or written last; ``notes`` are sentences for the person;
    ``drafts`` are texts that were typed and cannot be used, each with the reason, by field.
    """

    spec: Any
    query: dict[str, str] = field(default_factory=dict)
    revision: int = 0
    notes: list[str] = field(default_factory=list)
    drafts: dict[str, tuple[str, str]] = field(default_factory=dict)


def state(slug: str) -> State:
    """The page's state; :func:`arrive` has made it."""
    found: State = st.session_state[f"scalescope/{slug}"]
    return found


def arrive(slug: str, kind: type[Any]) -> State:
    """Called at the start of a whole run of a page: settle between session and address."""
    key, query = f"scalescope/{slug}", st.query_params.to_dict()
    known: State | None = st.session_state.get(key)
    if known is None or query != known.query:
        spec, notes = specs.from_query(kind, query)
        revision = known.revision + 1 if known else 0
        known = st.session_state[key] = State(spec, query, revision, notes)
    return known


def address(slug: str) -> dict[str, str]:
    """The query of a page as this session left it; empty for one not yet visited."""
    known: State | None = st.session_state.get(f"scalescope/{slug}")
    return specs.to_query(known.spec) if known else {}


def publish(slug: str) -> None:
    """Write the page's spec into the address."""
    known = state(slug)
    known.query = specs.to_query(known.spec)
    st.query_params.from_dict(known.query)


def follow(slug: str) -> None:
    """Run the whole page from a part of it that redraws itself and that the browser asked for.

    It may have asked before it knew of an address that was written in the meantime; an older one
    would be taken for a person's Back.
    """
    known, context = st.session_state.get(f"scalescope/{slug}"), get_script_run_ctx()
    asked = parse_qsl(context.query_string, keep_blank_values=True) if context else []
    if known is not None and context and dict(asked) != known.query:
        st.query_params.from_dict(known.query)
    st.rerun()


def change(slug: str, **values: Any) -> None:
    """Replace fields of the spec; a change that is not allowed leaves it and says why.

    Fields that were about what is replaced go back to their defaults. Where the change itself is
    allowed and another field no longer is, that one does too, and this is said.
    """
    known, said = state(slug), []
    values = {**specs.released(known.spec, values), **values}
    standard = type(known.spec)()
    while True:
        try:
            spec, lowered = specs.fitted(replace(known.spec, **values))
            known.spec, known.notes = specs.validate(spec), said + lowered
            return
        except specs.SpecError as error:
            if error.field in values or not hasattr(standard, error.field):
                known.notes = [str(error)]
                return
            said.append(f"{error} It is back at its default.")
            values[error.field] = getattr(standard, error.field)


def assign(slug: str, **values: Any) -> None:
    """Like :func:`change`, from elsewhere than the field's own control, and published."""
    change(slug, **values)
    state(slug).revision += 1
    publish(slug)


def reset(slug: str) -> None:
    """Every field back to its default."""
    known = state(slug)
    known.spec, known.notes, known.drafts = type(known.spec)(), [], {}
    known.revision += 1
    publish(slug)
