"""Precomputed tests of the units of the networks of the table.

``python -m scripts.measure_units`` writes them, a file for each network. A file names what it was
measured with; one that was measured with something else is not used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ....imaging.decode import SAMPLES
from ....networks import NETWORKS
from ....networks.unit_responses import CROPS, SHIFTS_PX, SIZES_PX
from ....paths import ASSETS
from ..tolerance.measure import COPIES
from . import agreement, grating_study, gratings, kernel_copies, partners, study
from .grating_study import GratingStudy
from .kernel_standing import KernelShares
from .study import UnitStudy

FOLDER = ASSETS / "network" / "units"
Content = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured of a network's units; None for what was not."""

    units: UnitStudy | None = None
    gratings: GratingStudy | None = None
    kernels: tuple[KernelShares, ...] | None = None


def path_of(slug: str) -> Path:
    """Path of the measurements of a network."""
    return FOLDER / f"{slug}.json"


def measured_with(slug: str) -> Content:
    """Return what the measurements depend on, apart from this program."""
    network = NETWORKS[slug]
    return {
        "weights_sha256": network.source.sha256 if network.source else None,
        "layers": [layer.name for layer in network.layers],
        "photographs": list(SAMPLES),
        "crops": CROPS,
        "sizes_px": [round(size, 3) for size in SIZES_PX],
        "shifts_px": [list(shift) for shift in SHIFTS_PX],
        "halvings": partners.SPLITS,
        "halvings_of_sizes": agreement.SPLITS,
        "draws": partners.DRAWS,
        "kernel_draws": kernel_copies.DRAWS,
        "shuffled_copies": COPIES,
        "wavelengths_px": [round(wave, 3) for wave in gratings.WAVELENGTHS_PX],
        "orientations": gratings.ORIENTATIONS,
        "phases": gratings.PHASES,
    }


def _encode_kernels(layers: Sequence[KernelShares]) -> list[Content]:
    return [{**asdict(layer), "control": layer.control.round(5).tolist()} for layer in layers]


def _decode_kernels(layers: Sequence[Mapping[str, Any]]) -> tuple[KernelShares, ...]:
    return tuple(
        KernelShares(**{**layer, "control": np.array(layer["control"], dtype=np.float64)})
        for layer in layers
    )


def to_json(slug: str, measured: Measured) -> str:
    """Encode the complete measurements of a network; a part that is incomplete is left out."""
    units, waves, kernels = measured.units, measured.gratings, measured.kernels
    content: Content = {"measured_with": measured_with(slug)}
    if units is not None and units.is_complete:
        content["units"] = study.to_json(units)
    if waves is not None and waves.is_complete:
        content["gratings"] = grating_study.to_json(waves)
    if kernels is not None:
        content["kernels"] = _encode_kernels(kernels)
    return json.dumps(content, separators=(",", ":")) + "\n"


def from_json(slug: str, text: str) -> Measured:
    """Decode what :func:`to_json` wrote; nothing where it was measured with something else."""
    content: Content = json.loads(text)
    if content["measured_with"] != measured_with(slug):
        return Measured()
    units, waves, kernels = (content.get(name) for name in ("units", "gratings", "kernels"))
    return Measured(
        None if units is None else study.from_json(units),
        None if waves is None else grating_study.from_json(slug, waves),
        None if kernels is None else _decode_kernels(kernels),
    )


@cache
def precomputed(slug: str) -> Measured:
    """Return the measurements of a network; shared, so do not modify them."""
    path = path_of(slug)
    return from_json(slug, path.read_text(encoding="utf-8")) if path.exists() else Measured()
