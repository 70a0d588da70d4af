"""Precomputed tolerances: of every network of the table, at the standard settings.

``python -m scripts.measure_tolerance`` writes them, one copy of a network at a time. An entry names
what it was measured with; one that was measured with something else is not used.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ....networks import NETWORKS, Network
from ....paths import ASSETS
from ..spec import Spec
from .measure import over_pictures, protocol_of
from .table import Numbers, Protocol, Tolerances

FILE = ASSETS / "network" / "tolerance.json"
BEYOND = "beyond"  # the range of sizes ends before the tolerance does
DIGITS = 4
Content = dict[str, Any]


def standard_spec(slug: str) -> Spec:
    """Return the settings that a network is measured with."""
    return over_pictures(Spec(network=slug))


def measured_with(spec: Spec) -> Content:
    """Return what the tolerances of a spec depend on, apart from this program."""
    network, settings = spec.net, spec.render_settings()
    protocol = protocol_of(spec, network)
    return {
        "weights_sha256": network.source.sha256 if network.source else None,
        "objects": list(protocol.objects),
        "sizes_px": [round(size, DIGITS) for size in protocol.sizes_px],
        "shifts": protocol.shifts,
        "resize_mode": settings.resize_mode,
        "background": settings.background,
        "resampling": settings.resampling,
        "canvas_px": settings.canvas_px,
        "layers": [layer.name for layer in network.layers],
    }


def encode(tolerances: Numbers) -> list[list[Any]]:
    """Write float64 (objects, layers) as JSON values; see :class:`Tolerances`."""

    def number(value: float) -> Any:
        if np.isnan(value):
            return None
        return BEYOND if np.isinf(value) else round(value, DIGITS)

    return [[number(float(value)) for value in row] for row in tolerances]


def decode(rows: Sequence[Sequence[Any]]) -> Numbers:
    """Read what :func:`encode` wrote, float64 (objects, layers)."""
    special = {None: np.nan, BEYOND: np.inf}
    values = [[special.get(value, value) for value in row] for row in rows]
    return np.array(values, dtype=np.float64)


def read_file() -> Content:
    """Read all entries by network; empty before the first measurement."""
    content: Content = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return content


def entry_of(content: Content, spec: Spec) -> Content:
    """Return the entry of a spec's network; a new one unless it was measured with the same."""
    known: Content | None = content.get(spec.network)
    if known is None or known["measured_with"] != measured_with(spec):
        return {"measured_with": measured_with(spec), "trained": None, "shuffled": []}
    return known


def _from_entry(entry: Content, network: Network, protocol: Protocol) -> Tolerances:
    layers = tuple(layer.name for layer in network.layers)
    shuffled = [decode(rows) for rows in entry["shuffled"]]
    shape = (-1, len(protocol.objects), len(layers))
    return Tolerances(
        network, protocol, layers, decode(entry["trained"]), np.array(shuffled).reshape(shape)
    )


@cache
def precomputed_tolerances(slug: str) -> Tolerances | None:
    """Return the tolerances of a network at the standard settings; None if not measured."""
    spec = standard_spec(slug)
    entry = entry_of(read_file(), spec)
    if entry["trained"] is None:
        return None
    return _from_entry(entry, NETWORKS[slug], protocol_of(spec, NETWORKS[slug]))


def is_standard(spec: Spec) -> bool:
    """Whether a spec has the settings that its network is measured with."""
    return over_pictures(spec) == standard_spec(spec.network)
