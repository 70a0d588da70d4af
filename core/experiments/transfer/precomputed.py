"""Precomputed measurements: the scenes at several ground sample distances, and the tree crowns.

``python -m scripts.measure_transfer`` writes them. A file holds numbers only: the tiles follow from
the spec. It also holds the splits, which would follow too, so that pages need not compute them, and
of each compared method which tiles it classified correctly, so that gains can be computed again.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ...aerial.probing.features import WEIGHTS
from ...aerial.probing.intervals import Interval
from ...aerial.probing.splits import Split
from ...paths import ASSETS
from ...specs.measurement_key import measurement_key
from . import tiles
from .gains import Correct, Gain
from .result import Result
from .selection import Choice
from .setup import Protocol
from .spec import SCENES, Spec

FOLDER = ASSETS / "transfer"
SAME_OCTAVES = 0.02
BY_NAME = ("by_gsd", "by_factor", "by_label_count", "cross_resolution")


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
        "few_labels": None if result.few_labels is None else asdict(result.few_labels),
        "choice": _choice_values(result.choice),
    }


def _choice_values(choice: Choice) -> dict[str, Any]:
    plain = {field.name: getattr(choice, field.name) for field in fields(choice)}
    bits = {
        method: b64encode(np.packbits(correct).tobytes()).decode()
        for method, correct in choice.correct.items()
    }
    shape = next(iter(choice.correct.values())).shape
    gains = {name: asdict(gain) for name, gain in choice.gains.items()}
    return {**plain, "gains": gains, "correct": {"shape": shape, "bits": bits}}


def to_json(results: Sequence[Result]) -> str:
    """Encode the measurements of one spec at several ground sample distances."""
    protocol = results[0].protocol
    whole = {
        "data": protocol.spec.data,
        "splits": [
            {name: getattr(each.split, name).tolist() for name in ("validation", "test")}
            for each in results[0].protocols
        ],
        "tiles": len(protocol.tile_set.labels),
        "labels_per_class": protocol.labels_per_class,
        "results": {
            f"{result.protocol.tile_set.gsd_m:g}": _result_values(result) for result in results
        },
    }  # fmt: skip
    return json.dumps(whole, separators=(",", ":")) + "\n"


def _gain(values: Mapping[str, Any]) -> Gain:
    return Gain(**{**values, "by_landscape": tuple(values["by_landscape"])})


def _correct(shape: Sequence[int], text: str) -> Correct:
    bits = np.unpackbits(np.frombuffer(b64decode(text), np.uint8), count=math.prod(shape))
    return bits.reshape(shape).astype(np.bool_)


def _choice(values: Mapping[str, Any]) -> Choice:
    shape, bits = values["correct"]["shape"], values["correct"]["bits"]
    correct = {method: _correct(shape, text) for method, text in bits.items()}
    gains = {name: _gain(gain) for name, gain in values["gains"].items()}
    return Choice(**{**values, "gains": gains, "correct": correct})


def _protocols(spec: Spec, whole: Mapping[str, Any]) -> tuple[Protocol, ...]:
    return tuple(
        _protocol(replace(spec, seed=spec.seed + number), whole, number)
        for number in range(len(whole["splits"]))
    )


def _protocol(spec: Spec, whole: Mapping[str, Any], landscape: int) -> Protocol:
    tile_set, count = tiles.tile_set_of(spec), whole["labels_per_class"]
    indices = whole["splits"][landscape]
    validation, test = (np.array(indices[name], dtype=np.int64) for name in ("validation", "test"))
    pool = np.setdiff1d(np.arange(whole["tiles"]), np.concatenate((validation, test)))
    split = Split(pool, validation, test)
    return Protocol(spec, spec.net, tile_set, split, count, WEIGHTS, landscape)


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
            _protocols(Spec(data=whole["data"], gsd_m=float(gsd)), whole),
            last_layer=_interval(values["last_layer"]),
            mean_color=_interval(values["mean_color"]),
            label_counts=tuple(values["label_counts"]),
            few_labels=values["few_labels"] and _gain(values["few_labels"]),
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
    default = Spec()
    key = measurement_key(spec, spec.data)
    if replace(key, data=default.data, gsd_m=default.gsd_m) != default:
        return None
    results = precomputed_results(spec.data)
    return results[min(results, key=lambda gsd_m: abs(math.log2(gsd_m / spec.gsd_m)))]


def is_at_gsd(result: Result, spec: Spec) -> bool:
    """Whether a result is for the spec's ground sample distance, or its tiles have their own."""
    if spec.data != SCENES:
        return True
    return abs(math.log2(result.protocol.tile_set.gsd_m / spec.gsd_m)) < SAME_OCTAVES
