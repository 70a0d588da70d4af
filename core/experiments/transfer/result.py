"""The result of a measurement of transfer: every accuracy, with its confidence interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...aerial.probing.cross_resolution import CONDITIONS
from ...aerial.probing.probes import Interval
from .selection import Choice, choose
from .setup import (
    MEAN_COLOR,
    TRAINED,
    CrossResolutionRow,
    Protocol,
    Score,
    Step,
    View,
    label_count_views,
    label_counts,
    target_views,
)


@dataclass(frozen=True, eq=False)
class Result:
    """Accuracy on held-out tiles, 0 to 1, with 95 % intervals; NaN: not measured yet.

    ``by_gsd``: by weights (layers, GSDs), unresized tiles. ``by_factor``: by weights (layers,
    factors) at the target GSD. ``last_layer``: (factors of the spec, GSDs) of the trained network.
    ``mean_color``: (1, GSDs), from the mean color alone. ``by_label_count``: by name
    (``label_counts``,), 'as it is', 'chosen' and 'shuffled'. ``cross_resolution``: by condition
    (training GSDs, test GSDs) of ``layer``. ``choice``: None before all factors are measured;
    ``complete``: whether everything is.
    """

    protocol: Protocol
    by_gsd: dict[str, Interval]
    by_factor: dict[str, Interval]
    last_layer: Interval
    mean_color: Interval
    label_counts: tuple[int, ...]
    by_label_count: dict[str, Interval]
    cross_resolution: dict[str, Interval]
    layer: str
    choice: Choice | None
    complete: bool


Key = tuple[View, str, int]  # view, layer and number of labeled tiles per class
Table = dict[Key, tuple[float, float, float]]
UNKNOWN = (float("nan"),) * 3


def collect(steps: Sequence[Step]) -> Result:
    """Collect at least one step into a result."""
    protocol = steps[0].protocol
    scores = [score for step in steps for score in step.scores]
    table = {
        (score.view, layer, score.count): score.interval.cell(index)
        for score in scores
        for index, layer in enumerate(score.layers)
    }
    choice = choose(protocol, scores) if _can_choose(protocol, scores) else None
    rows = [step.row for step in steps if step.row is not None]
    return Result(
        protocol,
        {name: by_gsd(protocol, table, name, protocol.layers) for name in protocol.weights},
        {name: by_factor(protocol, table, name) for name in protocol.weights},
        last_layer(protocol, table),
        by_gsd(protocol, table, MEAN_COLOR, (MEAN_COLOR,)),
        label_counts(protocol),
        {} if choice is None else by_label_count(protocol, table, choice),
        cross_resolution(protocol, rows),
        rows[0].layer if rows else "",
        choice,
        len(rows) == len(protocol.tile_set.gsds_m),
    )


def _can_choose(protocol: Protocol, scores: Sequence[Score]) -> bool:
    scored = {score.view for score in scores}
    return all(view in scored for view in target_views(protocol))


def _intervals(table: Table, keys: Sequence[Sequence[Key]]) -> Interval:
    values = np.array([[table.get(key, UNKNOWN) for key in row] for row in keys], dtype=np.float64)
    return Interval(values[..., 0], values[..., 1], values[..., 2])


def by_gsd(protocol: Protocol, table: Table, weights: str, layers: Sequence[str]) -> Interval:
    """Accuracy on unresized tiles: (layers, GSDs)."""
    views = [View(weights, gsd_m, 1.0) for gsd_m in protocol.tile_set.gsds_m]
    count = protocol.labels_per_class
    return _intervals(table, [[(view, layer, count) for view in views] for layer in layers])


def by_factor(protocol: Protocol, table: Table, weights: str) -> Interval:
    """Accuracy on resized tiles at the target ground sample distance: (layers, factors)."""
    gsd_m, count = protocol.tile_set.gsd_m, protocol.labels_per_class
    views = [View(weights, gsd_m, factor) for factor in protocol.factors(gsd_m)]
    return _intervals(
        table, [[(view, layer, count) for view in views] for layer in protocol.layers]
    )


def factors_of(protocol: Protocol) -> tuple[float, ...]:
    """All factors tested at some ground sample distance, ascending."""
    gsds_m = protocol.tile_set.gsds_m
    return tuple(sorted({factor for gsd_m in gsds_m for factor in protocol.factors(gsd_m)}))


def last_layer(protocol: Protocol, table: Table) -> Interval:
    """Accuracy of the trained network's last layer: (factors, GSDs)."""
    layer, count = protocol.layers[-1], protocol.labels_per_class
    return _intervals(
        table,
        [
            [(View(TRAINED, gsd_m, factor), layer, count) for gsd_m in protocol.tile_set.gsds_m]
            for factor in factors_of(protocol)
        ],
    )


def by_label_count(protocol: Protocol, table: Table, choice: Choice) -> dict[str, Interval]:
    """Accuracy with fewer labeled tiles, by name: (label counts,)."""
    intervals = {}
    for name, (view, layer) in label_count_views(protocol, choice.layer, choice.factor).items():
        rows = _intervals(table, [[(view, layer, count) for count in label_counts(protocol)]])
        intervals[name] = Interval(rows.mean[0], rows.low[0], rows.high[0])
    return intervals


def cross_resolution(protocol: Protocol, rows: Sequence[CrossResolutionRow]) -> dict[str, Interval]:
    """Accuracy by condition: (training GSDs, test GSDs)."""
    gsds = protocol.tile_set.gsds_m
    tables = {name: Interval(*np.full((3, len(gsds), len(gsds)), np.nan)) for name in CONDITIONS}
    for row in rows:
        index = gsds.index(row.train_m)
        for name, interval in row.intervals.items():
            table = tables[name]
            table.mean[index], table.low[index] = interval.mean, interval.low
            table.high[index] = interval.high
    return tables
