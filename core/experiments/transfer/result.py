"""What a measurement of transfer found: every share that was right, with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...aerial.probing.cross_resolution import KINDS
from ...aerial.probing.probes import Band
from .selection import Choice, choice
from .setup import (
    COLOUR,
    TRAINED,
    Across,
    Score,
    Setting,
    Step,
    View,
    asked_views,
    compared,
    counts_of,
)


@dataclass(frozen=True, eq=False)
class Result:
    """Shares of held tiles that are right, from 0 to 1, with 95 % bands; NaN: not measured yet.

    ``by_gsd``: by weights (layers, gsds), tiles as they are. ``by_factor``: by weights (layers,
    factors) at the ground sample distance that is asked about. ``last_layer``: (factors of the
    spec, gsds), the trained network's last layer. ``colour``: (gsds,) the mean colour alone.
    ``counts`` and ``by_count``: labelled tiles per class, and by name (counts,): 'as it is',
    'chosen' and 'shuffled'. ``across``: by kind (gsds trained at, gsds used at), of ``layer``.
    ``choice`` is None before all factors were tried; ``complete``: whether nothing is missing.
    """

    setting: Setting
    by_gsd: dict[str, Band]
    by_factor: dict[str, Band]
    last_layer: Band
    colour: Band
    counts: tuple[int, ...]
    by_count: dict[str, Band]
    across: dict[str, Band]
    layer: str
    choice: Choice | None
    complete: bool


Key = tuple[View, str, int]  # of which view, layer and number of labelled tiles
Table = dict[Key, tuple[float, float, float]]
UNKNOWN = (float("nan"),) * 3


def collect(found: Sequence[Step]) -> Result:
    """The result of at least one step."""
    setting = found[0].setting
    scores = [score for step in found for score in step.scores]
    table = {
        (score.view, layer, score.count): score.band.at(at)
        for score in scores
        for at, layer in enumerate(score.layers)
    }
    picked = choice(setting, scores) if _is_chosen(setting, scores) else None
    rows = [step.across for step in found if step.across is not None]
    return Result(
        setting,
        {name: by_gsd(setting, table, name, setting.layers) for name in setting.weights},
        {name: by_factor(setting, table, name) for name in setting.weights},
        last_layer(setting, table),
        by_gsd(setting, table, COLOUR, (COLOUR,)),
        counts_of(setting),
        {} if picked is None else by_count(setting, table, picked),
        across(setting, rows),
        rows[0].layer if rows else "",
        picked,
        len(rows) == len(setting.ground.gsds_m),
    )


def _is_chosen(setting: Setting, scores: Sequence[Score]) -> bool:
    there = {score.view for score in scores}
    return all(view in there for view in asked_views(setting))


def _sheet(table: Table, keys: Sequence[Sequence[Key]]) -> Band:
    values = np.array([[table.get(key, UNKNOWN) for key in row] for row in keys], dtype=np.float64)
    return Band(values[..., 0], values[..., 1], values[..., 2])


def by_gsd(setting: Setting, table: Table, weights: str, layers: Sequence[str]) -> Band:
    """Tiles as they are: (layers, gsds)."""
    seen = [View(weights, gsd_m, 1.0) for gsd_m in setting.ground.gsds_m]
    return _sheet(table, [[(one, layer, setting.labelled) for one in seen] for layer in layers])


def by_factor(setting: Setting, table: Table, weights: str) -> Band:
    """Resized tiles at the ground sample distance that is asked about: (layers, factors)."""
    asked = setting.ground.gsd_m
    seen = [View(weights, asked, factor) for factor in setting.factors(asked)]
    return _sheet(
        table, [[(one, layer, setting.labelled) for one in seen] for layer in setting.layers]
    )


def factors_of(setting: Setting) -> tuple[float, ...]:
    """All factors that are tried at some ground sample distance, ascending."""
    return tuple(sorted({one for gsd in setting.ground.gsds_m for one in setting.factors(gsd)}))


def last_layer(setting: Setting, table: Table) -> Band:
    """The trained network's last layer: (factors, gsds)."""
    layer, count = setting.layers[-1], setting.labelled
    return _sheet(
        table,
        [
            [(View(TRAINED, gsd_m, factor), layer, count) for gsd_m in setting.ground.gsds_m]
            for factor in factors_of(setting)
        ],
    )


def by_count(setting: Setting, table: Table, picked: Choice) -> dict[str, Band]:
    """Fewer and more labelled tiles, by name."""
    found = {}
    for name, (view, layer) in compared(setting, picked.layer, picked.factor).items():
        rows = _sheet(table, [[(view, layer, count) for count in counts_of(setting)]])
        found[name] = Band(rows.mean[0], rows.low[0], rows.high[0])
    return found


def across(setting: Setting, rows: Sequence[Across]) -> dict[str, Band]:
    """By kind (gsds trained at, gsds used at)."""
    gsds = setting.ground.gsds_m
    found = {kind: Band(*np.full((3, len(gsds), len(gsds)), np.nan)) for kind in KINDS}
    for one in rows:
        at = gsds.index(one.train_m)
        for kind, part in one.bands.items():
            into = found[kind]
            into.mean[at], into.low[at], into.high[at] = part.mean, part.low, part.high
    return found
