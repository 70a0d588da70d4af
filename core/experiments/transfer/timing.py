"""Estimated times of a measurement on one core."""

from __future__ import annotations

from collections.abc import Sequence

from ...aerial.probing.features import side_px
from . import scene_cache
from .setup import LABEL_COUNTS, MEAN_COLOR, Protocol, View, can_be_chosen, views

PASS_S, PROBE_S, DRAW_S = 0.02, 0.004, 0.06  # of a picture of 224 px, a probe and a scene
INTERVAL_S = 0.003  # of the interval of one accuracy
ZOOMED_S = 0.25  # of a probe of tiles at several zooms
SMALL_PX = 36  # smaller pictures take as long


def view_s(protocol: Protocol, view: View, layers: Sequence[str]) -> float:
    """Estimated time to extract and probe one view on one core, in seconds."""
    sets = len(protocol.scoring_sets)
    if can_be_chosen(protocol, view, protocol.labels_per_class):
        sets += len(protocol.choosing_sets)
    probes = (PROBE_S * sets + INTERVAL_S) * len(layers)
    if view.weights == MEAN_COLOR:
        return probes
    side = max(SMALL_PX, side_px(protocol.tile_set.sides_px[view.gsd_m], view.factor))
    return probes + PASS_S * len(protocol.tile_set.labels) * side**2 / 224**2


def total_s(protocols: Sequence[Protocol]) -> float:
    """Estimated time of the whole measurement on one core, in seconds."""
    drawn_twice = max(0, len(protocols) - scene_cache.MAX_SETS)
    seconds = sum(_landscape_s(protocol) for protocol in protocols)
    return seconds + drawn_twice * scenes_s(protocols[0])


def _landscape_s(protocol: Protocol) -> float:
    sets, gsds = len(protocol.scoring_sets), len(protocol.tile_set.gsds_m)
    view_times = sum(view_s(protocol, *task) for task in views(protocol))
    probes = sets * (gsds * ZOOMED_S + len(LABEL_COUNTS) * 3 * PROBE_S)
    return view_times + scenes_s(protocol) + probes


def scenes_s(protocol: Protocol) -> float:
    """Estimated time to draw the scenes on one core, in seconds."""
    return DRAW_S * len(protocol.tile_set.labels) if protocol.are_scenes else 0.0


class Progress:
    """Time that the steps of all landscapes took, of their estimated total."""

    def __init__(self, protocols: Sequence[Protocol]) -> None:
        self._total_s, self._spent_s = total_s(protocols), 0.0

    def spend(self, seconds: float) -> None:
        """Count a step."""
        self._spent_s += seconds

    def done(self, seconds: float = 0.0) -> float:
        """Fraction of the whole that is done, ``seconds`` into the next step."""
        return min(1.0, (self._spent_s + seconds) / self._total_s)
