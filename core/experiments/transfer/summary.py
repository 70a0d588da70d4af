"""Summary of a measurement of transfer, under the keys that the command line promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing.intervals import CONFIDENCE, Interval
from . import sentences, verdicts
from .gains import Gain
from .result import Result
from .setup import SHUFFLED, TRAINED, UNTRAINED

Numbers = NDArray[np.float64]


def _plain(values: Numbers) -> Any:
    """Nested lists, with None for NaN."""
    if values.ndim:
        return [_plain(part) for part in values]
    return None if np.isnan(values) else float(values)


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "gain_points": gain.points,
        "band_points": [gain.low, gain.high],
        "joint_band_points": [gain.joint_low, gain.joint_high],
        "gain_points_by_landscape": list(gain.by_landscape),
    }


def summary(result: Result) -> dict[str, Any]:
    """The promised keys; accuracies from 0 to 1, gains in percentage points.

    ``accuracy``, ``floor`` (shuffled weights) and ``untrained`` are [layer][GSD]; ``colour``, from
    the mean color alone, is [GSD]; all on unresized tiles, by the tiles and training sets that do
    not choose. ``accuracy_low``, ``accuracy_high`` and ``joint_band_points`` hold for all target
    GSDs at once (``intervals``); a ``band_points`` is the 95 % interval of one.
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
        "best": _best(result),
        "landscapes": [each.spec.seed for each in result.protocols if each.are_scenes],
        "intervals": {
            "confidence": CONFIDENCE,
            "gsds_at_once": protocol.distances,
            "confidence_of_each": protocol.confidence,
        },
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


def _best(result: Result) -> dict[str, Any] | None:
    choice = result.choice
    if choice is None:
        return None
    gains = {name: _gain(gain) for name, gain in choice.gains.items()}
    verdict = verdicts.recommendation(result, choice)
    return {
        "layer": choice.layer,
        "resize": choice.factor,
        **gains["whole"],
        "recommended": verdict.is_yes,
        "thin": verdict.reason,
        "of_layer": gains["layer"],
        "of_resizing": gains["resize"],
        "resizing_alone": {"resize": choice.best_factor_last_layer, **gains["resize_alone"]},
        "layer_alone": {"layer": choice.best_unresized_layer, **gains["layer_alone"]},
        "over_floor": gains.get("over_shuffled"),
        "over_untrained": gains.get("over_untrained"),
        "over_mean_color": gains["over_mean_color"],
        "scored_tiles": choice.test_tiles,
        "training_sets": choice.training_sets,
    }
