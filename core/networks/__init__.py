"""Pretrained networks: which there are, and their activations and predictions.

Importing this package imports no torch; :func:`load` and :func:`load_external` do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .class_names import labels
from .layout import Layer
from .table import CAT_CLASSES, NETWORKS, Network, NetworkMissing

if TYPE_CHECKING:
    from .external import load_external
    from .loaded import LoadedNetwork, Pooled
    from .loading import load, load_shuffled

__all__ = (
    "CAT_CLASSES",
    "NETWORKS",
    "Layer",
    "LoadedNetwork",
    "Network",
    "NetworkMissing",
    "Pooled",
    "labels",
    "load",
    "load_external",
    "load_shuffled",
)  # fmt: skip

_LATER = {
    "LoadedNetwork": "loaded",
    "Pooled": "loaded",
    "load": "loading",
    "load_external": "external",
    "load_shuffled": "loading",
}


def __getattr__(name: str) -> Any:
    """Import what needs torch on first access (PEP 562)."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
