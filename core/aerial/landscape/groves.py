"""Trees together: a few, a hedge, a wood, an orchard."""

from __future__ import annotations

from math import cos, sin

import numpy as np

from .canvas import Item
from .frames import Frame
from .palette import LEAVES, SPRUCE, Random
from .standing import Crowns


def _crowns(rng: Random, rows: object, columns: object, radii: object, kind: int | None) -> Crowns:
    kind = int(rng.integers(len(LEAVES))) if kind is None else kind
    radius = np.asarray(radii, dtype=np.float32)
    tops = radius * rng.uniform(1.8, 2.6, radius.shape) + 1
    places = np.stack(
        [np.asarray(one, dtype=np.float32) for one in (rows, columns, radius, tops)], 1
    )
    dark, light = (np.array(colour) for colour in LEAVES[kind])
    colours = dark + rng.uniform(0, 1, (radius.size, 1)) * (light - dark)
    cones = np.full(radius.size, kind == SPRUCE)
    return Crowns(places.astype(np.float32), colours.astype(np.float32), cones)


def scattered(
    rng: Random,
    at: tuple[float, float],
    reach_m: tuple[float, float],
    count: int,
    angle: float = 0.0,
    most_m: float = 4.2,
) -> list[Item]:
    """A few trees within ``reach_m`` along and across a direction, about a point, with crowns of
    1.2 to ``most_m`` metres radius."""
    if count == 0:
        return []
    along = rng.uniform(-reach_m[0], reach_m[0], count)
    across = rng.uniform(-reach_m[1], reach_m[1], count)
    rows = at[0] + along * sin(angle) + across * cos(angle)
    columns = at[1] + along * cos(angle) - across * sin(angle)
    radii = rng.uniform(1.2, most_m, count)
    return [_crowns(rng, rows, columns, radii, int(rng.choice((0, 0, 1, 2))))]


def hedge(rng: Random, start: tuple[float, float], end: tuple[float, float]) -> Item:
    """A hedge from point to point, about 1.4 m wide."""
    count = max(2, int(np.hypot(end[0] - start[0], end[1] - start[1]) / 0.9))
    rows, columns = (np.linspace(a, b, count) for a, b in zip(start, end, strict=True))
    return _crowns(rng, rows, columns, rng.uniform(0.6, 0.85, count), 0)


def wood(
    rng: Random, side_m: float, spacing_m: float, kind: int | None, share: float = 1.0
) -> Crowns:
    """Crowns all over the ground, ``spacing_m`` apart on average; a ``share`` of them stands."""
    count = int(side_m / spacing_m) + 2
    grid = np.stack(np.meshgrid(np.arange(count), np.arange(count), indexing="ij"), -1)
    places = (grid.reshape(-1, 2) - 0.5 + rng.uniform(-0.45, 0.45, (count**2, 2))) * spacing_m
    places = places[rng.random(len(places)) < share]
    radii = spacing_m * rng.uniform(0.45, 0.85, len(places))
    return _crowns(rng, places[:, 0], places[:, 1], radii, kind)


def thinned(crowns: Crowns, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Crowns:
    """The crowns that are kept, one truth value for each."""
    return Crowns(crowns.places[keep], crowns.colours[keep], crowns.cones[keep])


def beyond(rng: Random, side_m: float, edge: Frame) -> list[Item]:
    """A wood that begins at a line and fills what lies to its right."""
    crowns = wood(rng, side_m, float(rng.uniform(4.5, 7)), None)
    down, right = crowns.places[:, 0] - edge.row_m, crowns.places[:, 1] - edge.column_m
    keep = down * cos(edge.angle) - right * sin(edge.angle) > crowns.places[:, 2]
    return [thinned(crowns, keep)] if keep.any() else []


def orchard(rng: Random, side_m: float, angle: float) -> Crowns:
    """Rows of equal trees."""
    apart, row = float(rng.uniform(3.5, 6)), float(rng.uniform(6, 9))
    along = np.arange(-side_m, side_m, apart)
    across = np.arange(-side_m, side_m, row)
    u, v = (one.ravel() for one in np.meshgrid(along, across))
    rows = side_m / 2 + u * sin(angle) + v * cos(angle)
    columns = side_m / 2 + u * cos(angle) - v * sin(angle)
    seen = (np.abs(rows - side_m / 2) < side_m / 2 + 4) & (
        np.abs(columns - side_m / 2) < side_m / 2 + 4
    )
    rows, columns = rows[seen], columns[seen]
    radii = rng.uniform(0.38, 0.52, rows.shape) * apart
    return _crowns(rng, rows, columns, radii, int(rng.choice((0, 1, 3))))
