"""Measurements that are finished already: the scenes at several distances, and the tree crowns.

``python -m scripts.measure_transfer`` writes them. A file holds numbers alone; the tiles and their
split follow from the spec, and the split is written down so that nobody has to compute it.
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
from ...aerial.probing.probes import Band
from ...aerial.probing.splits import Split
from ...paths import ASSETS
from ...specs.measurement_key import measurement_key
from . import tiles
from .result import Result
from .selection import Choice, Gain
from .setup import Setting
from .spec import SCENES, USER_TILES, Spec

FOLDER = ASSETS / "transfer"
ASKED_M = (0.5, 0.6, 1.0, 2.0, 3.0, 4.0, 8.0, 10.0, 16.0)
SAME_OCTAVES = 0.02
BY_NAME = ("by_gsd", "by_factor", "by_count", "across")
GAINS = ("gain", "over_shuffled", "resizing", "moving")


def _rounded(values: Any) -> Any:
    if values.ndim:
        return [_rounded(one) for one in values]
    return None if np.isnan(values) else round(float(values), 4)


def _written_band(one: Band) -> list[Any]:
    return [_rounded(part) for part in (one.mean, one.low, one.high)]


def _band(written: Sequence[Any]) -> Band:
    return Band(*(np.array(part, dtype=np.float64) for part in written))


def _written_result(result: Result) -> dict[str, Any]:
    assert result.choice is not None and result.complete
    named = {
        field: {name: _written_band(one) for name, one in getattr(result, field).items()}
        for field in BY_NAME
    }
    return {
        **named,
        "last_layer": _written_band(result.last_layer),
        "colour": _written_band(result.colour),
        "counts": list(result.counts),
        "layer": result.layer,
        "choice": asdict(result.choice),
    }


def written(results: Sequence[Result]) -> str:
    """One text for the measurements of one spec at several ground sample distances."""
    split = results[0].setting.split
    whole = {
        "data": results[0].setting.spec.data,
        "choosing": split.choosing.tolist(),
        "scoring": split.scoring.tolist(),
        "tiles": len(results[0].setting.ground.labels),
        "labelled": results[0].setting.labelled,
        "asked": {
            f"{one.setting.ground.gsd_m:g}": _written_result(one) for one in results
        },
    }  # fmt: skip
    return json.dumps(whole, separators=(",", ":")) + "\n"


def _choice(values: Mapping[str, Any]) -> Choice:
    gains = {name: values[name] and Gain(**values[name]) for name in GAINS}
    return Choice(**{**values, **gains})


def _setting(spec: Spec, whole: Mapping[str, Any]) -> Setting:
    ground = tiles.ground_of(spec)
    choosing, scoring = (np.array(whole[name], dtype=np.int64) for name in ("choosing", "scoring"))
    pool = np.setdiff1d(np.arange(whole["tiles"]), np.concatenate((choosing, scoring)))
    split = Split(pool, choosing, scoring)
    return Setting(spec, spec.net, ground, split, whole["labelled"], WEIGHTS)


def read(text: str) -> dict[float, Result]:
    """What :func:`written` wrote, by the ground sample distance that was asked about.

    Raises :class:`core.aerial.tiles.neon_crowns.CrownsMissing` where the tiles are not here.
    """
    whole, found = json.loads(text), {}
    for asked, one in whole["asked"].items():
        setting = _setting(Spec(data=whole["data"], gsd_m=float(asked)), whole)
        named = {
            field: {name: _band(part) for name, part in one[field].items()} for field in BY_NAME
        }
        found[float(asked)] = Result(
            setting, last_layer=_band(one["last_layer"]), colour=_band(one["colour"]),
            counts=tuple(one["counts"]), layer=one["layer"], choice=_choice(one["choice"]),
            complete=True, **named,
        )  # fmt: skip
    return found


def file_of(data: str) -> Path:
    """Where the measurements of the scenes or of the crowns lie."""
    return FOLDER / f"{data}.json"


@cache
def _finished(data: str) -> Mapping[float, Result]:
    found = read(file_of(data).read_text(encoding="utf-8"))
    return {asked: found[asked] for asked in sorted(found)}


def finished(data: str = SCENES) -> Mapping[float, Result]:
    """By ground sample distance, ascending. Shared and not to be written to; raises as above."""
    return _finished(data)


def nearest(spec: Spec) -> Result | None:
    """The finished measurement that comes nearest in ground sample distance, where all else is as
    the spec wants it; None where something else differs. Raises as above."""
    if measurement_key(spec, USER_TILES) != Spec():
        return None
    known = finished(spec.data)
    return known[min(known, key=lambda asked: abs(math.log2(asked / spec.gsd_m)))]


def is_of(result: Result, spec: Spec) -> bool:
    """Whether a result was asked about the spec's own ground sample distance, or its tiles have
    one of their own."""
    if spec.data != SCENES:
        return True
    return abs(math.log2(result.setting.ground.gsd_m / spec.gsd_m)) < SAME_OCTAVES
