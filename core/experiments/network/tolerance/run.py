"""The tolerances over all pictures that belong to a sweep: measured before, or now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ....networks import NETWORKS, LoadedNetwork
from ..spec import Spec
from ..sweep import Result
from .measure import COPIES, TRAINED, collect, over_pictures, protocol_of, seeds_of, steps
from .precomputed import is_standard, precomputed_tolerances
from .table import Numbers, Tolerances

EXTERNAL = (
    "One picture is not enough: with a network of your own, '--pictures all' measures all of them."
)
USER_PICTURE = "One picture, yours, is not enough for an answer about the network."
SETTINGS = (
    "One picture is not enough: over all of them, this was measured at the standard settings only."
)


def measured_before(result: Result, external: LoadedNetwork | None) -> Tolerances | None:
    """Return the precomputed tolerances; None for other settings, pictures or networks."""
    setting = result.setting
    if external is not None or setting.is_user_picture or not is_standard(setting.spec):
        return None
    return precomputed_tolerances(setting.spec.network)


def measure_all(
    spec: Spec,
    external: LoadedNetwork | None,
    device: str,
    progress: Callable[[float], None] = lambda fraction: None,
) -> Tolerances | None:
    """Measure the tolerances of a spec's network over all pictures, or those of an external one.

    An external network has no shuffled copies. ``progress`` is called with the fraction done.
    """
    plain, network = over_pictures(spec), spec.net if external is None else external.network
    seeds = seeds_of(COPIES) if external is None else [TRAINED]
    protocol, done = protocol_of(plain, network), []
    for step in steps(plain, seeds, device, external):
        done.append(step)
        progress(len(done) / (len(seeds) * len(protocol.objects)))
    return collect(done, protocol, network)


def why_one_picture(result: Result) -> str:
    """Say why nothing is known over all pictures, in one sentence."""
    setting = result.setting
    if setting.network != NETWORKS.get(setting.spec.network):
        return EXTERNAL
    return USER_PICTURE if setting.is_user_picture else SETTINGS


def _plain(values: Numbers) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def summarize(table: Tolerances | None) -> dict[str, Any] | None:
    """Return the tolerances in octaves as JSON values, by layer: one per object.

    ``shuffled`` holds one list per copy. None for what the range of sizes cuts off.
    """
    if table is None:
        return None
    layers = {
        name: {
            "trained": _plain(table.trained[:, index]),
            "shuffled": [_plain(copy[:, index]) for copy in table.shuffled],
        }
        for index, name in enumerate(table.layers)
    }
    protocol = table.protocol
    return {
        "objects": list(protocol.objects),
        "sizes_px": list(protocol.sizes_px),
        "layers": layers,
    }
