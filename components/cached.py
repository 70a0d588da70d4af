"""Results that sessions share: what anyone has looked at is not computed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from ..core.experiments.experiment import Experiment

SpecT = TypeVar("SpecT")
ResultT = TypeVar("ResultT")
Value = TypeVar("Value")


@st.cache_resource(max_entries=32, show_spinner=False)
def _result(slug: str, key: str, _experiment: Experiment[Any, Any], _spec: Any) -> Any:
    return _experiment.run(_spec)


def result(experiment: Experiment[SpecT, ResultT], spec: SpecT) -> ResultT:
    """Run an experiment once for all sessions. The result is read-only, its arrays too."""
    shared: ResultT = _result(experiment.slug, repr(spec), experiment, spec)
    return shared


@st.cache_resource(max_entries=64, show_spinner=False)
def _value(name: str, key: str, _compute: Callable[[], Any]) -> Any:
    return _compute()


def cached_value(name: str, key: Any, compute: Callable[[], Value]) -> Value:
    """Call ``compute()`` once for every ``name`` and text of ``key``; read-only as well."""
    shared: Value = _value(name, repr(key), compute)
    return shared


@st.cache_resource(max_entries=8, show_spinner=False)
def _large_value(name: str, key: str, _compute: Callable[[], Any]) -> Any:
    return _compute()


def cached_large_value(name: str, key: Any, compute: Callable[[], Value]) -> Value:
    """Like :func:`cached_value`, for values of megabytes: only the last eight stay."""
    shared: Value = _large_value(name, repr(key), compute)
    return shared
