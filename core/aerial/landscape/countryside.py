"""Layouts of woods, fields and waters: what lies and stands where, in meters."""

from __future__ import annotations

from math import pi

import numpy as np

from .canvas import Item
from .frames import Frame, random_center, random_direction
from .groves import hedge, orchard, scatter_trees, select_crowns, wood, wood_beyond
from .land import CropRows, Land, Water, Way
from .palette import (
    CROPS,
    GRASSES,
    SOILS,
    WATERS,
    Random,
    choose,
    random_ground_cover,
    vary_brightness,
)
from .raised_objects import Box, TreeCrowns


def trees(rng: Random, side_m: float) -> list[Item]:
    """Lay out a wood, dense or open, of one or two kinds of tree, with clearings, or an orchard."""
    floor = vary_brightness(rng, random_ground_cover(rng))
    if rng.random() < 0.2:
        return [Land(floor), orchard(rng, side_m, random_direction(rng))]
    items: list[Item] = [Land(floor)]
    if rng.random() < 0.35:
        row, column = random_center(rng, side_m, 0.4)
        items.append(Way(row, column, random_direction(rng), 1.5, choose(rng, SOILS), 0.004))
    spacing = float(rng.uniform(3.8, 7.5))
    density = float(rng.choice((1.0, 0.95, 0.75, 0.55)))
    kinds = (
        [None, int(rng.integers(3))]
        if rng.random() < 0.5
        else [int(rng.choice((0, 1, 2, 2, 3, 4, 5, 6)))]
    )
    glade = (*(side_m * rng.uniform(0, 1, 2)), side_m * float(rng.choice((0.0, 0.1, 0.22))))
    for kind in kinds:
        crowns = wood(rng, side_m, spacing, kind, density / len(kinds) ** 0.5)
        items.append(_without(crowns, glade))
    return items


def _without(crowns: TreeCrowns, glade: tuple[float, ...]) -> TreeCrowns:
    away = np.hypot(crowns.places[:, 0] - glade[0], crowns.places[:, 1] - glade[1])
    return select_crowns(crowns, away > glade[2])


def field(rng: Random, side_m: float) -> list[Item]:
    """Lay out one to three fields with rows or furrows; tracks, hedges or trees between."""
    angle = random_direction(rng)
    items: list[Item] = [crop(rng, angle, None)]
    frame = Frame(*random_center(rng, side_m, 0.4), angle)
    if rng.random() < 0.7:
        items.append(crop(rng, angle, (frame.row_m, frame.column_m, angle, 0.0)))
        items += _border(rng, frame, side_m)
    if rng.random() < 0.35:
        far = Frame(*random_center(rng, side_m, 0.45), angle + pi / 2)
        items.append(crop(rng, far.angle, (far.row_m, far.column_m, far.angle, 0.0)))
        items += _border(rng, far, side_m)
    if rng.random() < 0.3:
        items += scatter_trees(
            rng, random_center(rng, side_m, 0.5), (14, 14), int(rng.integers(1, 4))
        )
    if rng.random() < 0.25:
        items += wood_beyond(rng, side_m, Frame(*frame.point(0, 0.35 * side_m), angle))
    return items


def crop(rng: Random, angle: float, edge: tuple[float, float, float, float] | None) -> Land:
    """Make a field everywhere or within an edge: a crop in rows, furrows, or a meadow."""
    kind = choose(rng, ("rows", "furrows", "sown", "meadow"))
    turned = angle if rng.random() < 0.8 else angle + pi / 2
    if kind == "meadow":
        mown = CropRows(turned, float(rng.uniform(5, 9)), 0.05)
        return Land(vary_brightness(rng, choose(rng, GRASSES)), edge, 0.0, mown)
    tracks = float(rng.choice((0.0, 12.0, 18.0)))
    if kind == "furrows":
        rows = CropRows(turned, float(rng.uniform(1.2, 3.0)), float(rng.uniform(0.1, 0.25)))
        return Land(vary_brightness(rng, choose(rng, SOILS)), edge, 0.0, rows)
    depth = 0.12 if kind == "sown" else float(rng.uniform(0.18, 0.3))
    rows = CropRows(turned, float(rng.uniform(0.7, 1.8)), depth, tracks)
    return Land(vary_brightness(rng, choose(rng, CROPS)), edge, 0.0, rows)


def _border(rng: Random, frame: Frame, side_m: float) -> list[Item]:
    """What lies between two fields: a track, a hedge or a line of trees, or nothing."""
    kind = choose(rng, ("track", "hedge", "trees", "strip"))
    place = (frame.row_m, frame.column_m, frame.angle)
    strip: Item = Way(*place, 1.2, vary_brightness(rng, choose(rng, GRASSES)))
    if kind == "track":
        wheels = vary_brightness(rng, choose(rng, SOILS))
        aside = [frame.point(0, across) for across in (-0.8, 0.8)]
        return [
            Way(*place, 2.2, GRASSES[1]),
            *(Way(*center, frame.angle, 0.4, wheels) for center in aside),
        ]
    if kind == "hedge":
        return [strip, hedge(rng, frame.point(-side_m, 0), frame.point(side_m, 0))]
    if kind == "trees":
        center = (frame.row_m, frame.column_m)
        return [
            strip,
            *scatter_trees(rng, center, (side_m, 1.5), int(rng.integers(5, 20)), frame.angle),
        ]
    return [strip]


def water(rng: Random, side_m: float) -> list[Item]:
    """Lay out a lake, a pond or a river with reeds and trees on its bank, sometimes a jetty."""
    deep, shallow = choose(rng, WATERS)
    angle = random_direction(rng) + pi * int(rng.integers(2))
    frame = Frame(*random_center(rng, side_m, 0.1), angle)
    kind = choose(rng, ("shore", "shore", "pond", "river", "open"))
    ripple, wind = float(rng.uniform(0.010, 0.028)), random_direction(rng)
    items: list[Item] = [Land(vary_brightness(rng, choose(rng, (*GRASSES, *CROPS[:3], *SOILS))))]
    if kind == "river":
        half = float(rng.uniform(22, 36))
        items.append(Water(deep, shallow, (*frame.point(0, -half), angle, 0.0), 4.0, ripple, wind))
        items.append(
            Land(
                vary_brightness(rng, choose(rng, GRASSES)), (*frame.point(0, half), angle, 0.0), 4.0
            )
        )
        edges = (-half - 5, half + 5)
    elif kind == "pond":
        radius = float(rng.uniform(0.3, 0.42)) * side_m
        place = (frame.row_m, frame.column_m)
        items.append(Water(deep, shallow, (*place, angle, radius), 5.0, ripple, wind))
        edges = (-radius - 8, radius + 8)
    else:
        away = side_m * float(rng.uniform(*((0.38, 0.6) if kind == "open" else (0.1, 0.3))))
        items.append(Water(deep, shallow, (*frame.point(0, -away), angle, 0.0), 7.0, ripple, wind))
        edges = (-away - 9, -away - 16)
    if rng.random() < 0.35:
        items += wood_beyond(rng, side_m, Frame(*frame.point(0, edges[0]), angle + pi))
    for across in edges:
        count = int(rng.integers(0, 22))
        items += scatter_trees(rng, frame.point(0, across), (side_m * 0.6, 4), count, angle)
    if kind == "shore" and rng.random() < 0.4:
        jetty = frame.point(float(rng.uniform(-15, 15)), -away + 2)
        items.append(Box(*jetty, 2.0, 16, angle, (0.45, 0.38, 0.3), 0.6))
    return items
