"""Layouts of woods, fields and waters: what lies and stands where, in metres."""

from __future__ import annotations

from math import pi

import numpy as np

from .canvas import Item
from .frames import Frame, heading, middle
from .groves import beyond, hedge, orchard, scattered, thinned, wood
from .land import Land, Rows, Water, Way
from .palette import CROPS, GRASSES, SOILS, WATERS, Random, near, one_of, open_land
from .standing import Box, Crowns


def trees(rng: Random, side_m: float) -> list[Item]:
    """A wood, dense or open, of one or two kinds of tree, with clearings, or an orchard."""
    floor = near(rng, open_land(rng))
    if rng.random() < 0.2:
        return [Land(floor), orchard(rng, side_m, heading(rng))]
    items: list[Item] = [Land(floor)]
    if rng.random() < 0.35:
        row, column = middle(rng, side_m, 0.4)
        items.append(Way(row, column, heading(rng), 1.5, one_of(rng, SOILS), 0.004))
    spacing = float(rng.uniform(3.8, 7.5))
    share = float(rng.choice((1.0, 0.95, 0.75, 0.55)))
    kinds = (
        [None, int(rng.integers(3))]
        if rng.random() < 0.5
        else [int(rng.choice((0, 1, 2, 2, 3, 4, 5, 6)))]
    )
    glade = (*(side_m * rng.uniform(0, 1, 2)), side_m * float(rng.choice((0.0, 0.1, 0.22))))
    for kind in kinds:
        crowns = wood(rng, side_m, spacing, kind, share / len(kinds) ** 0.5)
        items.append(_without(crowns, glade))
    return items


def _without(crowns: Crowns, glade: tuple[float, ...]) -> Crowns:
    away = np.hypot(crowns.places[:, 0] - glade[0], crowns.places[:, 1] - glade[1])
    return thinned(crowns, away > glade[2])


def field(rng: Random, side_m: float) -> list[Item]:
    """One to three fields with rows or furrows, tracks, hedges and a few trees between them."""
    angle = heading(rng)
    items: list[Item] = [crop(rng, angle, None)]
    frame = Frame(*middle(rng, side_m, 0.4), angle)
    if rng.random() < 0.7:
        items.append(crop(rng, angle, (frame.row_m, frame.column_m, angle, 0.0)))
        items += _border(rng, frame, side_m)
    if rng.random() < 0.35:
        far = Frame(*middle(rng, side_m, 0.45), angle + pi / 2)
        items.append(crop(rng, far.angle, (far.row_m, far.column_m, far.angle, 0.0)))
        items += _border(rng, far, side_m)
    if rng.random() < 0.3:
        items += scattered(rng, middle(rng, side_m, 0.5), (14, 14), int(rng.integers(1, 4)))
    if rng.random() < 0.25:
        items += beyond(rng, side_m, Frame(*frame.at(0, 0.35 * side_m), angle))
    return items


def crop(rng: Random, angle: float, edge: tuple[float, float, float, float] | None) -> Land:
    """A field everywhere or within an edge: a crop in rows, furrows, or a meadow."""
    kind = one_of(rng, ("rows", "furrows", "sown", "meadow"))
    turned = angle if rng.random() < 0.8 else angle + pi / 2
    if kind == "meadow":
        mown = Rows(turned, float(rng.uniform(5, 9)), 0.05)
        return Land(near(rng, one_of(rng, GRASSES)), edge, 0.0, mown)
    tracks = float(rng.choice((0.0, 12.0, 18.0)))
    if kind == "furrows":
        rows = Rows(turned, float(rng.uniform(1.2, 3.0)), float(rng.uniform(0.1, 0.25)))
        return Land(near(rng, one_of(rng, SOILS)), edge, 0.0, rows)
    depth = 0.12 if kind == "sown" else float(rng.uniform(0.18, 0.3))
    rows = Rows(turned, float(rng.uniform(0.7, 1.8)), depth, tracks)
    return Land(near(rng, one_of(rng, CROPS)), edge, 0.0, rows)


def _border(rng: Random, frame: Frame, side_m: float) -> list[Item]:
    """What lies between two fields: a track, a hedge or a line of trees, or nothing."""
    kind = one_of(rng, ("track", "hedge", "trees", "strip"))
    place = (frame.row_m, frame.column_m, frame.angle)
    strip: Item = Way(*place, 1.2, near(rng, one_of(rng, GRASSES)))
    if kind == "track":
        wheels = near(rng, one_of(rng, SOILS))
        aside = [frame.at(0, across) for across in (-0.8, 0.8)]
        return [
            Way(*place, 2.2, GRASSES[1]),
            *(Way(*one, frame.angle, 0.4, wheels) for one in aside),
        ]
    if kind == "hedge":
        return [strip, hedge(rng, frame.at(-side_m, 0), frame.at(side_m, 0))]
    if kind == "trees":
        at = (frame.row_m, frame.column_m)
        return [strip, *scattered(rng, at, (side_m, 1.5), int(rng.integers(5, 20)), frame.angle)]
    return [strip]


def water(rng: Random, side_m: float) -> list[Item]:
    """A lake, a pond or a river, its bank with reeds and trees, now and then a jetty."""
    deep, shallow = one_of(rng, WATERS)
    angle = heading(rng) + pi * int(rng.integers(2))
    frame = Frame(*middle(rng, side_m, 0.1), angle)
    kind = one_of(rng, ("shore", "shore", "pond", "river", "open"))
    ripple, wind = float(rng.uniform(0.010, 0.028)), heading(rng)
    items: list[Item] = [Land(near(rng, one_of(rng, (*GRASSES, *CROPS[:3], *SOILS))))]
    if kind == "river":
        half = float(rng.uniform(22, 36))
        items.append(Water(deep, shallow, (*frame.at(0, -half), angle, 0.0), 4.0, ripple, wind))
        items.append(Land(near(rng, one_of(rng, GRASSES)), (*frame.at(0, half), angle, 0.0), 4.0))
        edges = (-half - 5, half + 5)
    elif kind == "pond":
        radius = float(rng.uniform(0.3, 0.42)) * side_m
        place = (frame.row_m, frame.column_m)
        items.append(Water(deep, shallow, (*place, angle, radius), 5.0, ripple, wind))
        edges = (-radius - 8, radius + 8)
    else:
        away = side_m * float(rng.uniform(*((0.38, 0.6) if kind == "open" else (0.1, 0.3))))
        items.append(Water(deep, shallow, (*frame.at(0, -away), angle, 0.0), 7.0, ripple, wind))
        edges = (-away - 9, -away - 16)
    if rng.random() < 0.35:
        items += beyond(rng, side_m, Frame(*frame.at(0, edges[0]), angle + pi))
    for across in edges:
        count = int(rng.integers(0, 22))
        items += scattered(rng, frame.at(0, across), (side_m * 0.6, 4), count, angle)
    if kind == "shore" and rng.random() < 0.4:
        jetty = frame.at(float(rng.uniform(-15, 15)), -away + 2)
        items.append(Box(*jetty, 2.0, 16, angle, (0.45, 0.38, 0.3), 0.6))
    return items
