"""Summary of a measurement of transfer, under the keys that the command line promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing.probes import Interval
from . import sentences
from .result import Result
from .selection import Choice, Gain
from .setup import SHUFFLED, TRAINED, UNTRAINED

Numbers = NDArray[np.float64]


def _plain(values: Numbers) -> Any:
    """Nested lists, with None for NaN."""
    if values.ndim:
        return [_plain(part) for part in values]
    return None if np.isnan(values) else float(values)


def _gain(gain: Gain) -> dict[str, Any]:
    return {"gain_points": gain.points, "band_points": [gain.low, gain.high]}


def summary(result: Result) -> dict[str, Any]:
    """The promised keys; accuracies from 0 to 1, gains in percentage points.

    ``accuracy``, ``floor`` (shuffled weights) and ``untrained`` are [layer][GSD]; ``colour``, from
    the mean color alone, is [GSD]; all on unresized tiles.
    """
    protocol = result.protocol
    tiles = protocol.tile_set
    unknown = [[None] * len(tiles.gsds_m)] * len(protocol.layers)
    by_gsd = {name: _plain(interval.mean) for name, interval in result.by_gsd.items()}
    return {
        "layers": list(protocol.layers),
        "gsd_m": list(tiles.gsds_m),
        "accuracy": by_gsd[TRAINED],
        "accuracy_low": _plain(result.by_gsd[TRAINED].low),
        "accuracy_high": _plain(result.by_gsd[TRAINED].high),
        "floor": by_gsd.get(SHUFFLED, unknown),
        "untrained": by_gsd.get(UNTRAINED, unknown),
        "colour": _plain(result.mean_color.mean)[0],
        "chance": protocol.chance,
        "asked_gsd_m": tiles.gsd_m,
        "best": _best(result.choice),
        "factors": list(protocol.factors(tiles.gsd_m)),
        "accuracy_by_factor": _plain(result.by_factor[TRAINED].mean),
        "labelled": list(result.label_counts),
        "accuracy_by_labelled": _means(result.by_label_count),
        "across": {"layer": result.layer, **_means(result.cross_resolution)},
        "source": tiles.source,
        "notes": list(tiles.notes),
        "words": sentences.describe(result),
    }


def _means(intervals: Mapping[str, Interval]) -> dict[str, Any]:
    return {name: _plain(interval.mean) for name, interval in intervals.items()}


def _best(choice: Choice | None) -> dict[str, Any] | None:
    if choice is None:
        return None
    control = choice.over_shuffled
    return {
        "layer": choice.layer,
        "resize": choice.factor,
        **_gain(choice.gain),
        "recommended": not choice.rejection_reason,
        "thin": choice.rejection_reason,
        "resizing_alone": {"resize": choice.best_factor_last_layer, **_gain(choice.resize_gain)},
        "layer_alone": {"layer": choice.best_unresized_layer, **_gain(choice.layer_gain)},
        "over_floor": None if control is None else _gain(control),
        "scored_tiles": choice.test_tiles,
        "training_sets": choice.training_sets,
    }
