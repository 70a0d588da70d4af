"""Precomputed measurements: the scenes at several ground sample distances, and the tree crowns.

``python -m scripts.measure_transfer`` writes them. A file holds numbers only: the tiles follow from
the spec. It also holds the split, which would follow too, so that pages need not compute it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ...aerial.probing.features import WEIGHTS
from ...aerial.probing.probes import Interval
from ...aerial.probing.splits import Split
from ...paths import ASSETS
from ...specs.measurement_key import measurement_key
from . import tiles
from .result import Result
from .selection import Choice, Gain
from .setup import Protocol
from .spec import SCENES, USER_TILES, Spec

FOLDER = ASSETS / "transfer"
TARGET_GSDS_M = (0.5, 0.6, 1.0, 2.0, 3.0, 4.0, 8.0, 10.0, 16.0)
SAME_OCTAVES = 0.02
BY_NAME = ("by_gsd", "by_factor", "by_label_count", "cross_resolution")
GAINS = ("gain", "over_shuffled", "resize_gain", "layer_gain")


def _rounded(values: Any) -> Any:
    if values.ndim:
        return [_rounded(part) for part in values]
    return None if np.isnan(values) else round(float(values), 4)


def _interval_values(interval: Interval) -> list[Any]:
    return [_rounded(part) for part in (interval.mean, interval.low, interval.high)]


def _interval(parts: Sequence[Any]) -> Interval:
    return Interval(*(np.array(part, dtype=np.float64) for part in parts))


def _result_values(result: Result) -> dict[str, Any]:
    assert result.choice is not None and result.complete
    named = {
        field: {name: _interval_values(part) for name, part in getattr(result, field).items()}
        for field in BY_NAME
    }
    return {
        **named,
        "last_layer": _interval_values(result.last_layer),
        "mean_color": _interval_values(result.mean_color),
        "label_counts": list(result.label_counts),
        "layer": result.layer,
        "choice": asdict(result.choice),
    }


def to_json(results: Sequence[Result]) -> str:
    """Encode the measurements of one spec at several ground sample distances."""
    split = results[0].protocol.split
    whole = {
        "data": results[0].protocol.spec.data,
        "validation": split.validation.tolist(),
        "test": split.test.tolist(),
        "tiles": len(results[0].protocol.tile_set.labels),
        "labels_per_class": results[0].protocol.labels_per_class,
        "results": {
            f"{result.protocol.tile_set.gsd_m:g}": _result_values(result) for result in results
        },
    }  # fmt: skip
    return json.dumps(whole, separators=(",", ":")) + "\n"


def _choice(values: Mapping[str, Any]) -> Choice:
    gains = {name: values[name] and Gain(**values[name]) for name in GAINS}
    return Choice(**{**values, **gains})


def _protocol(spec: Spec, whole: Mapping[str, Any]) -> Protocol:
    tile_set = tiles.tile_set_of(spec)
    validation, test = (np.array(whole[name], dtype=np.int64) for name in ("validation", "test"))
    pool = np.setdiff1d(np.arange(whole["tiles"]), np.concatenate((validation, test)))
    split = Split(pool, validation, test)
    return Protocol(spec, spec.net, tile_set, split, whole["labels_per_class"], WEIGHTS)


def from_json(text: str) -> dict[float, Result]:
    """Decode what :func:`to_json` wrote, by target ground sample distance in m.

    Raises :class:`core.aerial.tiles.neon_crowns.CrownsMissing` if the tiles are not installed.
    """
    whole, results = json.loads(text), {}
    for gsd, values in whole["results"].items():
        named = {
            field: {name: _interval(part) for name, part in values[field].items()}
            for field in BY_NAME
        }
        results[float(gsd)] = Result(
            _protocol(Spec(data=whole["data"], gsd_m=float(gsd)), whole),
            last_layer=_interval(values["last_layer"]),
            mean_color=_interval(values["mean_color"]),
            label_counts=tuple(values["label_counts"]),
            layer=values["layer"],
            choice=_choice(values["choice"]),
            complete=True,
            **named,
        )
    return results


def path_of(data: str) -> Path:
    """Path of the measurements of the scenes or of the crowns."""
    return FOLDER / f"{data}.json"


@cache
def _cached_results(data: str) -> Mapping[float, Result]:
    results = from_json(path_of(data).read_text(encoding="utf-8"))
    return {gsd_m: results[gsd_m] for gsd_m in sorted(results)}


def precomputed_results(data: str = SCENES) -> Mapping[float, Result]:
    """Results by target ground sample distance in m, ascending; shared, so do not modify them.

    Raises :class:`core.aerial.tiles.neon_crowns.CrownsMissing` if the tiles are not installed.
    """
    return _cached_results(data)


def nearest(spec: Spec) -> Result | None:
    """Result with the nearest ground sample distance, in octaves; None if another field differs.

    Raises as :func:`precomputed_results`.
    """
    if measurement_key(spec, USER_TILES) != Spec():
        return None
    results = precomputed_results(spec.data)
    return results[min(results, key=lambda gsd_m: abs(math.log2(gsd_m / spec.gsd_m)))]


def is_at_gsd(result: Result, spec: Spec) -> bool:
    """Whether a result is for the spec's ground sample distance, or its tiles have their own."""
    if spec.data != SCENES:
        return True
    return abs(math.log2(result.protocol.tile_set.gsd_m / spec.gsd_m)) < SAME_OCTAVES
