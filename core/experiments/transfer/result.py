"""The result of a measurement of transfer: every accuracy, with its confidence interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...aerial.probing.cross_resolution import CONDITIONS
from ...aerial.probing.intervals import Interval, over_landscapes
from .gains import Gain, gain
from .selection import Choice, can_choose, choose
from .setup import (
    BASELINE,
    CHOSEN,
    MEAN_COLOR,
    TRAINED,
    CrossResolutionRow,
    Protocol,
    Step,
    View,
    label_count_views,
    label_counts,
)


@dataclass(frozen=True, eq=False)
class Result:
    """Accuracy on test tiles, 0 to 1, with intervals; NaN: not measured yet.

    All by training sets and tiles that do not choose, the mean over landscapes. The intervals of
    all target ground sample distances hold together in 95 % of cases. ``protocols``: of each
    landscape so far. ``by_gsd``: by weights (layers, GSDs), unresized tiles. ``by_factor``: by
    weights (layers, factors) at the target GSD. ``last_layer``: (factors of the spec, GSDs) of the
    trained network. ``mean_color``: (1, GSDs), from the mean color alone. ``by_label_count``: by
    name (``label_counts``,), 'as it is', 'chosen' and 'shuffled'. ``few_labels``: gain of the
    choice with the fewest labels over the baseline with the most, or None. ``cross_resolution``:
    by condition (training GSDs, test GSDs) of ``layer``. ``choice``: None before all factors are
    measured; ``complete``: whether everything is.
    """

    protocols: tuple[Protocol, ...]
    by_gsd: dict[str, Interval]
    by_factor: dict[str, Interval]
    last_layer: Interval
    mean_color: Interval
    label_counts: tuple[int, ...]
    by_label_count: dict[str, Interval]
    few_labels: Gain | None
    cross_resolution: dict[str, Interval]
    layer: str
    choice: Choice | None
    complete: bool

    @property
    def protocol(self) -> Protocol:
        """That of the first landscape; all have the same network, distances and factors."""
        return self.protocols[0]


Key = tuple[View, str, int]  # view, layer and number of labeled tiles per class
Table = dict[Key, tuple[float, float, float]]
UNKNOWN = (float("nan"),) * 3


def collect(steps: Sequence[Step]) -> Result:
    """Collect at least one step into a result."""
    protocol = steps[0].protocol
    protocols = {step.protocol.landscape: step.protocol for step in steps}
    choice = choose(steps) if can_choose(steps, protocol.landscapes) else None
    table, rows = _table(steps), _rows(steps)
    return Result(
        tuple(protocols[number] for number in sorted(protocols)),
        {name: by_gsd(protocol, table, name, protocol.layers) for name in protocol.weights},
        {name: by_factor(protocol, table, name) for name in protocol.weights},
        last_layer(protocol, table),
        by_gsd(protocol, table, MEAN_COLOR, (MEAN_COLOR,)),
        label_counts(protocol),
        {} if choice is None else by_label_count(protocol, table, choice),
        None if choice is None else few_labels(steps, choice),
        cross_resolution(protocol, rows),
        rows[0].layer if rows else "",
        choice,
        sum(step.row is not None for step in steps)
        == protocol.landscapes * len(protocol.tile_set.gsds_m),
    )


def _clipped(intervals: Sequence[Interval]) -> Interval:
    """Accuracy over landscapes, its limits no lower than 0 and no higher than 1."""
    joint = over_landscapes(intervals)
    return Interval(joint.mean, joint.low.clip(0, 1), joint.high.clip(0, 1))


def _table(steps: Sequence[Step]) -> Table:
    """Accuracies over the landscapes measured so far; a repeated measurement counts once."""
    cells: dict[Key, dict[int, tuple[Interval, int]]] = {}
    for step in steps:
        for score in step.scores:
            for index, layer in enumerate(score.layers):
                landscapes = cells.setdefault((score.view, layer, score.count), {})
                landscapes[step.protocol.landscape] = (score.interval, index)
    return {
        key: _clipped([_part(*each) for each in landscapes.values()]).cell()
        for key, landscapes in cells.items()
    }


def _part(interval: Interval, index: int) -> Interval:
    return Interval(interval.mean[index], interval.low[index], interval.high[index])


def _rows(steps: Sequence[Step]) -> list[CrossResolutionRow]:
    """Rows of the cross-resolution test, each over the landscapes measured so far."""
    by_gsd: dict[float, list[CrossResolutionRow]] = {}
    for step in steps:
        if step.row is not None:
            by_gsd.setdefault(step.row.train_m, []).append(step.row)
    return [
        CrossResolutionRow(
            gsd_m,
            rows[0].layer,
            {name: _clipped([row.intervals[name] for row in rows]) for name in rows[0].intervals},
        )
        for gsd_m, rows in by_gsd.items()
    ]


def few_labels(steps: Sequence[Step], choice: Choice) -> Gain | None:
    """Gain of the choice with the fewest labels over the baseline with the most.

    None before it is measured on every landscape, or with one number of labels only.
    """
    protocol = steps[0].protocol
    counts = label_counts(protocol)
    compared = label_count_views(protocol, choice.layer, choice.factor)
    wanted = [(*compared[CHOSEN], counts[0]), (*compared[BASELINE], counts[-1])]
    table = {
        (score.view, layer, score.count, step.protocol.landscape): correct
        for step in steps
        for score in step.scores
        for layer, correct in zip(score.layers, score.correct, strict=True)
    }
    numbers = range(protocol.landscapes)
    if len(counts) < 2 or any((*key, number) not in table for key in wanted for number in numbers):
        return None
    protocols = {step.protocol.landscape: step.protocol for step in steps}
    new, old = (np.stack([table[*key, number] for number in numbers]) for key in wanted)
    return gain([protocols[number] for number in numbers], new, old)


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
