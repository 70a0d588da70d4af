"""Groups of trees: a few, a hedge, a wood, an orchard."""

from __future__ import annotations

from math import cos, sin

import numpy as np

from .canvas import Item
from .frames import Frame
from .palette import LEAVES, SPRUCE, Random
from .raised_objects import TreeCrowns


def _crowns(
    rng: Random, rows: object, columns: object, radii: object, kind: int | None
) -> TreeCrowns:
    kind = int(rng.integers(len(LEAVES))) if kind is None else kind
    radius = np.asarray(radii, dtype=np.float32)
    tops = radius * rng.uniform(1.8, 2.6, radius.shape) + 1
    places = np.stack(
        [np.asarray(values, dtype=np.float32) for values in (rows, columns, radius, tops)], 1
    )
    dark, light = (np.array(color) for color in LEAVES[kind])
    colors = dark + rng.uniform(0, 1, (radius.size, 1)) * (light - dark)
    cones = np.full(radius.size, kind == SPRUCE)
    return TreeCrowns(places.astype(np.float32), colors.astype(np.float32), cones)


def scatter_trees(
    rng: Random,
    center: tuple[float, float],
    reach_m: tuple[float, float],
    count: int,
    angle: float = 0.0,
    max_radius_m: float = 4.2,
) -> list[Item]:
    """Scatter trees within ``reach_m`` meters along and across a direction, around a point.

    Crowns have a radius of 1.2 to ``max_radius_m`` meters. Empty for a ``count`` of 0.
    """
    if count == 0:
        return []
    along = rng.uniform(-reach_m[0], reach_m[0], count)
    across = rng.uniform(-reach_m[1], reach_m[1], count)
    rows = center[0] + along * sin(angle) + across * cos(angle)
    columns = center[1] + along * cos(angle) - across * sin(angle)
    radii = rng.uniform(1.2, max_radius_m, count)
    return [_crowns(rng, rows, columns, radii, int(rng.choice((0, 0, 1, 2))))]


def hedge(rng: Random, start: tuple[float, float], end: tuple[float, float]) -> Item:
    """Plant a hedge from point to point, about 1.4 m wide."""
    count = max(2, int(np.hypot(end[0] - start[0], end[1] - start[1]) / 0.9))
    rows, columns = (np.linspace(a, b, count) for a, b in zip(start, end, strict=True))
    return _crowns(rng, rows, columns, rng.uniform(0.6, 0.85, count), 0)


def wood(
    rng: Random, side_m: float, spacing_m: float, kind: int | None, density: float = 1.0
) -> TreeCrowns:
    """Cover the ground with crowns on a jittered grid; a fraction ``density`` of them is kept.

    ``spacing_m``: the step of the grid in meters; ``kind``: index of the leaves, None for random.
    """
    count = int(side_m / spacing_m) + 2
    grid = np.stack(np.meshgrid(np.arange(count), np.arange(count), indexing="ij"), -1)
    places = (grid.reshape(-1, 2) - 0.5 + rng.uniform(-0.45, 0.45, (count**2, 2))) * spacing_m
    places = places[rng.random(len(places)) < density]
    radii = spacing_m * rng.uniform(0.45, 0.85, len(places))
    return _crowns(rng, places[:, 0], places[:, 1], radii, kind)


def select_crowns(
    crowns: TreeCrowns, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> TreeCrowns:
    """Select crowns by a bool mask (n,)."""
    return TreeCrowns(crowns.places[keep], crowns.colors[keep], crowns.cones[keep])


def wood_beyond(rng: Random, side_m: float, edge: Frame) -> list[Item]:
    """Plant a wood that begins at a line and fills everything to its right."""
    crowns = wood(rng, side_m, float(rng.uniform(4.5, 7)), None)
    down, right = crowns.places[:, 0] - edge.row_m, crowns.places[:, 1] - edge.column_m
    keep = down * cos(edge.angle) - right * sin(edge.angle) > crowns.places[:, 2]
    return [select_crowns(crowns, keep)] if keep.any() else []


def orchard(rng: Random, side_m: float, angle: float) -> TreeCrowns:
    """Plant rows of equal trees."""
    spacing, row_spacing = float(rng.uniform(3.5, 6)), float(rng.uniform(6, 9))
    along = np.arange(-side_m, side_m, spacing)
    across = np.arange(-side_m, side_m, row_spacing)
    u, v = (grid.ravel() for grid in np.meshgrid(along, across))
    rows = side_m / 2 + u * sin(angle) + v * cos(angle)
    columns = side_m / 2 + u * cos(angle) - v * sin(angle)
    inside = (np.abs(rows - side_m / 2) < side_m / 2 + 4) & (
        np.abs(columns - side_m / 2) < side_m / 2 + 4
    )
    rows, columns = rows[inside], columns[inside]
    radii = rng.uniform(0.38, 0.52, rows.shape) * spacing
    return _crowns(rng, rows, columns, radii, int(rng.choice((0, 1, 3))))
