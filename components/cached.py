"""Results that sessions share: a spec that anyone has looked at is not computed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from ..core.experiments import EXPERIMENTS


@st.cache_resource(max_entries=32, show_spinner=False)
def _result(slug: str, key: str, _spec: Any) -> Any:
    return EXPERIMENTS[slug].run(_spec)


def result(slug: str, spec: Any) -> Any:
    """The result of an experiment. Shared and therefore read-only: do not write into its arrays."""
    return _result(slug, repr(spec), spec)


@st.cache_resource(max_entries=64, show_spinner=False)
def _derived(name: str, key: str, _compute: Callable[[], Any]) -> Any:
    return _compute()


def derived(name: str, spec: Any, compute: Callable[[], Any]) -> Any:
    """What ``compute()`` makes of a spec, kept under ``name``; shared and read-only as well."""
    return _derived(name, repr(spec), compute)


@st.cache_resource(max_entries=8, show_spinner=False)
def _large(name: str, key: str, _compute: Callable[[], Any]) -> Any:
    return _compute()


def large(name: str, spec: Any, compute: Callable[[], Any]) -> Any:
    """As :func:`derived`, for what takes megabytes: only the last few are kept."""
    return _large(name, repr(spec), compute)
