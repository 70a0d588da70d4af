"""Results that sessions share: a spec that anyone has looked at is not computed again."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.experiments import EXPERIMENTS


@st.cache_resource(max_entries=32, show_spinner=False)
def _result(slug: str, key: str, _spec: Any) -> Any:
    return EXPERIMENTS[slug].run(_spec)


def result(slug: str, spec: Any) -> Any:
    """The result of an experiment. Shared and therefore read-only: do not write into its arrays."""
    return _result(slug, repr(spec), spec)
