"""The numbers of a measurement of transfer, under the keys that the command line promises."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import sentences
from .result import Result
from .selection import Choice, Gain
from .setup import SHUFFLED, TRAINED, UNTRAINED

Numbers = NDArray[np.float64]


def _plain(values: Any) -> Any:
    """Nested lists with None for what is not known."""
    if values.ndim:
        return [_plain(one) for one in values]
    return None if np.isnan(values) else float(values)


def _gain(gain: Gain) -> dict[str, Any]:
    return {"gain_points": gain.points, "band_points": [gain.low, gain.high]}


def numbers(result: Result) -> dict[str, Any]:
    """The keys that the command line promises; shares from 0 to 1, gains in percentage points.

    ``accuracy`` and ``floor``, the network with shuffled weights, are [layer][gsd]; so is
    ``load_untrained``; ``colour`` is the mean colour of a tile alone, [gsd]; all of tiles as they are.
    """
    one = result.setting
    nothing = [[None] * len(one.ground.gsds_m)] * len(one.layers)
    shares = {name: _plain(each.mean) for name, each in result.by_gsd.items()}
    return {
        "layers": list(one.layers),
        "gsd_m": list(one.ground.gsds_m),
        "accuracy": shares[TRAINED],
        "accuracy_low": _plain(result.by_gsd[TRAINED].low),
        "accuracy_high": _plain(result.by_gsd[TRAINED].high),
        "floor": shares.get(SHUFFLED, nothing),
        "untrained": shares.get(UNTRAINED, nothing),
        "colour": _plain(result.colour.mean)[0],
        "chance": one.chance,
        "asked_gsd_m": one.ground.gsd_m,
        "best": _best(result.choice),
        "factors": list(one.factors(one.ground.gsd_m)),
        "accuracy_by_factor": _plain(result.by_factor[TRAINED].mean),
        "labelled": list(result.counts),
        "accuracy_by_labelled": {name: _plain(each.mean) for name, each in result.by_count.items()},
        "across": {
            "layer": result.layer,
            **{name: _plain(each.mean) for name, each in result.across.items()},
        },
        "source": one.ground.source,
        "notes": list(one.ground.notes),
        "words": sentences.told(result),
    }


def _best(picked: Choice | None) -> dict[str, Any] | None:
    if picked is None:
        return None
    return {
        "layer": picked.layer,
        "resize": picked.factor,
        **_gain(picked.gain),
        "recommended": not picked.thin,
        "thin": picked.thin,
        "resizing_alone": {"resize": picked.resize, **_gain(picked.resizing)},
        "layer_alone": {"layer": picked.early, **_gain(picked.moving)},
        "over_floor": None if picked.over_shuffled is None else _gain(picked.over_shuffled),
        "scored_tiles": picked.scored,
        "training_sets": picked.sets,
    }
