"""Layouts of roads and parking lots: what lies and stands where, in meters."""

from __future__ import annotations

from math import pi

import numpy as np

from .canvas import Item
from .countryside import crop
from .frames import Frame, random_center, random_direction
from .groves import scatter_trees, wood_beyond
from .land import WHITE, YELLOW, ParkingBays, Way
from .palette import CARS, FLATS, GRASSES, PAVINGS, Random, choose, vary_brightness
from .raised_objects import Box, Car, Roof

BAY_M = (5.0, 2.5)  # a parking bay
AISLE_M = 6.0


def road(rng: Random, side_m: float) -> list[Item]:
    """Lay out a road or a highway through fields, meadows or woods, with traffic."""
    row, column = random_center(rng, side_m)
    angle, bend = random_direction(rng), float(rng.choice((0.0, rng.uniform(-0.006, 0.006))))
    half = float(rng.choice((3.2, 3.8, 7.5, 11.5)))
    paving = vary_brightness(rng, choose(rng, PAVINGS[:3]))
    verge = vary_brightness(rng, choose(rng, GRASSES))
    items: list[Item] = [crop(rng, angle, None), crop(rng, angle, (row, column, angle, 0.0))]
    lines = _markings(rng, half)
    color = YELLOW if half < 5 and rng.random() < 0.3 else WHITE
    items.append(Way(row, column, angle, half + float(rng.uniform(2, 5)), verge, bend))
    if rng.random() < 0.3:
        turn = angle + float(rng.uniform(1.1, 2.0))
        items.append(
            Way(row, column, turn, 3.0, paving, 0.0, ((-2.7, 0.15, 0, 0), (2.7, 0.15, 0, 0)))
        )
    items.append(Way(row, column, angle, half, paving, bend, lines, color))
    if half > 7:
        items.append(Way(row, column, angle, 0.9 if half < 8 else 1.6, verge, bend))
    frame = Frame(row, column, angle)
    items += _traffic(rng, frame, half, bend, side_m)
    for side in (-1, 1):
        items += _roadside(rng, frame, side_m, side, half + float(rng.uniform(6, 16)))
    return items


def _roadside(rng: Random, frame: Frame, side_m: float, side: int, away: float) -> list[Item]:
    """A wood, a line of trees, or nothing, ``away`` meters from the center of a road."""
    kind = choose(rng, ("wood", "trees", "trees", "nothing"))
    if kind == "wood":
        turned = frame.angle + (0 if side > 0 else pi)
        return wood_beyond(rng, side_m, Frame(*frame.point(0, side * away), turned))
    if kind == "trees":
        center, count = frame.point(0, side * (away + 5)), int(rng.integers(2, 16))
        return scatter_trees(rng, center, (side_m * 0.6, 5), count, frame.angle)
    return []


def _markings(rng: Random, half: float) -> tuple[tuple[float, float, float, float], ...]:
    edges = ((0.25 - half, 0.18, 0.0, 0.0), (half - 0.25, 0.18, 0.0, 0.0))
    if half < 5:
        return (*edges, (0.0, 0.15, 3.0, float(rng.choice((3.0, 6.0)))))
    lanes = (half / 2 + 0.5,) if half < 8 else (half / 2 - 0.8, half / 2 + 2.7)
    return (*edges, *((side * lane, 0.18, 4.0, 8.0) for side in (-1, 1) for lane in lanes))


def _traffic(rng: Random, frame: Frame, half: float, bend: float, side_m: float) -> list[Item]:
    lanes = (half / 2,) if half < 5 else (half / 2 - 1.2, half / 2 + 2.2)
    items: list[Item] = []
    for offset in (side * lane for side in (-1, 1) for lane in lanes):
        along = -side_m * 0.7 + float(rng.uniform(0, 40))
        while along < side_m * 0.7:
            across = offset + bend * along**2 / 2
            turn = frame.angle + float(np.arctan(bend * along))
            items.append(Car(*frame.point(along, across), turn, choose(rng, CARS)))
            along += float(rng.uniform(12, 60))
    return items


def parking(rng: Random, side_m: float) -> list[Item]:
    """Lay out a parking lot: rows of bays with aisles, islands with trees, sometimes a shop."""
    frame = Frame(*random_center(rng, side_m, 0.08), random_direction(rng))
    paving = vary_brightness(rng, choose(rng, PAVINGS))
    wide, deep = float(rng.uniform(68, 110)), float(rng.uniform(0.7, 1.15))
    pitch = 2 * BAY_M[0] + AISLE_M
    count = max(3, round(deep * side_m / pitch))
    items: list[Item] = [crop(rng, frame.angle, None)]
    items.append(Box(*frame.point(0, 0), wide + 8, count * pitch + 4, frame.angle, paving))
    bays = int(wide / BAY_M[1])
    items.append(ParkingBays(*frame.point(0, 0), frame.angle, count, bays, BAY_M, pitch))
    full, islands = float(rng.uniform(0.2, 0.95)), rng.random() < 0.6
    for row in range(count):
        across = (row - (count - 1) / 2) * pitch
        items += _parked(rng, frame, across, bays, full, islands)
    if rng.random() < 0.5:
        away = (count * pitch / 2 + 14) * float(rng.choice((-1, 1)))
        roof = vary_brightness(rng, choose(rng, FLATS))
        items.append(Roof(*frame.point(0, away), wide * 0.9, 22, frame.angle, roof, "flat", 0, 7.0))
    if rng.random() < 0.3:
        items += wood_beyond(
            rng, side_m, Frame(*frame.point(wide / 2 + 9, 0), frame.angle - pi / 2)
        )
    return items


def _parked(
    rng: Random, frame: Frame, across: float, bays: int, full: float, islands: bool
) -> list[Item]:
    """Cars on both sides of a line; trees instead of cars at every ninth bay."""
    items: list[Item] = []
    for bay in range(bays):
        along = (bay + 0.5 - bays / 2) * BAY_M[1]
        if islands and bay % 9 == 4:
            items.append(Box(*frame.point(along, across), 2.4, 9.6, frame.angle, GRASSES[0]))
            items += scatter_trees(rng, frame.point(along, across), (0.3, 3), 1, max_radius_m=2.2)
            continue
        for side in (-1, 1):
            if rng.random() < full:
                stray = rng.normal(0, 0.15, 2)
                center = frame.point(along + stray[0], across + side * BAY_M[0] / 2 + stray[1])
                turn = frame.angle + side * pi / 2 + float(rng.normal(0, 0.03))
                items.append(Car(*center, turn, choose(rng, CARS)))
    return items
