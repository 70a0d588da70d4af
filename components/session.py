"""The spec of a page between the session and the URL.

The session holds one spec per page. A person's change goes into it at once, and into the URL when
the control has come to rest, so that one drag is one step for Back. A run whose URL is not the one
that was written last comes from Back, Forward or a link: the URL then wins. The links between the
pages carry each page's own query, so that coming back finds a page as it was left.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ..core.experiments.experiment import Experiment
from ..core.specs import spec as specs

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SpecT = TypeVar("SpecT", bound="DataclassInstance")


@dataclass
class State(Generic[SpecT]):
    """One page's spec; ``revision`` counts the times that it was replaced from elsewhere.

    ``query`` is the URL's query that was read or written last; ``notes`` are sentences for the
    person; ``drafts`` are texts that were typed and cannot be used, each with the reason, by field.
    """

    spec: SpecT
    query: dict[str, str] = field(default_factory=dict)
    revision: int = 0
    notes: list[str] = field(default_factory=list)
    drafts: dict[str, tuple[str, str]] = field(default_factory=dict)


def _key(slug: str) -> str:
    return f"scalescope/{slug}"


def state(slug: str) -> State[Any]:
    """Return the page's state, once :func:`sync_from_url` has made it."""
    page_state: State[Any] = st.session_state[_key(slug)]
    return page_state


def current_spec(experiment: Experiment[SpecT, Any]) -> SpecT:
    """Return the spec of an experiment's page, as it is now."""
    spec: SpecT = state(experiment.slug).spec
    return spec


def sync_from_url(experiment: Experiment[SpecT, Any]) -> State[SpecT]:
    """Reconcile session and URL at the start of a full page run.

    The URL wins if it is not the one we wrote last.
    """
    key, query = _key(experiment.slug), st.query_params.to_dict()
    before: State[SpecT] | None = st.session_state.get(key)
    if before is not None and query == before.query:
        return before
    spec, notes = specs.from_query(experiment.spec, query)
    state = State(spec, query, before.revision + 1 if before else 0, notes)
    st.session_state[key] = state
    return state


def query_of(slug: str) -> dict[str, str]:
    """Return the query of a page as this session left it; empty for one not yet visited."""
    page_state: State[Any] | None = st.session_state.get(_key(slug))
    return specs.to_query(page_state.spec) if page_state else {}


def write_url(slug: str) -> None:
    """Write the page's spec into the URL."""
    page_state = state(slug)
    page_state.query = specs.to_query(page_state.spec)
    st.query_params.from_dict(page_state.query)


def rerun_page(slug: str) -> None:
    """Run the whole page from a fragment that redraws itself and that the browser asked for.

    The browser may have asked before it knew of a URL that was written in the meantime; its older
    one would be taken for a person's Back.
    """
    page_state, context = st.session_state.get(_key(slug)), get_script_run_ctx()
    asked = parse_qsl(context.query_string, keep_blank_values=True) if context else []
    if page_state is not None and context and dict(asked) != page_state.query:
        st.query_params.from_dict(page_state.query)
    st.rerun()


def update(slug: str, **values: Any) -> None:
    """Replace fields of the spec; a change that is not allowed leaves it and says why.

    Fields that RESETS_WITH ties to what is replaced go back to their defaults. Where the change
    itself is allowed and another field no longer is, that one goes back too, with a note.
    """
    page_state = state(slug)
    notes: list[str] = []
    values = {**specs.reset_dependents(page_state.spec, values), **values}
    standard = type(page_state.spec)()
    while True:
        try:
            spec, changes = specs.clamped(replace(page_state.spec, **values))
            page_state.spec, page_state.notes = specs.validate(spec), notes + changes
            return
        except specs.SpecError as error:
            if error.field in values or not hasattr(standard, error.field):
                page_state.notes = [str(error)]
                return
            notes.append(f"{error} It is back at its default.")
            values[error.field] = getattr(standard, error.field)


def update_and_publish(slug: str, **values: Any) -> None:
    """Like :func:`update`, from elsewhere than the field's own control, and written to the URL."""
    update(slug, **values)
    state(slug).revision += 1
    write_url(slug)


def reset(slug: str) -> None:
    """Set every field back to its default."""
    page_state = state(slug)
    page_state.spec, page_state.notes, page_state.drafts = type(page_state.spec)(), [], {}
    page_state.revision += 1
    write_url(slug)
