"""Layouts of roads and car parks: what lies and stands where, in metres."""

from __future__ import annotations

from math import pi

import numpy as np

from .canvas import Item
from .countryside import crop
from .frames import Frame, heading, middle
from .groves import beyond, scattered
from .land import WHITE, YELLOW, Bays, Way
from .palette import CARS, FLATS, GRASSES, PAVINGS, Random, near, one_of
from .standing import Box, Car, Roof

BAY_M = (5.0, 2.5)  # a parking bay
AISLE_M = 6.0


def road(rng: Random, side_m: float) -> list[Item]:
    """A road or a motorway through fields, meadows or woods, with traffic."""
    row, column = middle(rng, side_m)
    angle, bend = heading(rng), float(rng.choice((0.0, rng.uniform(-0.006, 0.006))))
    half = float(rng.choice((3.2, 3.8, 7.5, 11.5)))
    paving = near(rng, one_of(rng, PAVINGS[:3]))
    verge = near(rng, one_of(rng, GRASSES))
    items: list[Item] = [crop(rng, angle, None), crop(rng, angle, (row, column, angle, 0.0))]
    lines = _markings(rng, half)
    colour = YELLOW if half < 5 and rng.random() < 0.3 else WHITE
    items.append(Way(row, column, angle, half + float(rng.uniform(2, 5)), verge, bend))
    if rng.random() < 0.3:
        turn = angle + float(rng.uniform(1.1, 2.0))
        items.append(
            Way(row, column, turn, 3.0, paving, 0.0, ((-2.7, 0.15, 0, 0), (2.7, 0.15, 0, 0)))
        )
    items.append(Way(row, column, angle, half, paving, bend, lines, colour))
    if half > 7:
        items.append(Way(row, column, angle, 0.9 if half < 8 else 1.6, verge, bend))
    frame = Frame(row, column, angle)
    items += _traffic(rng, frame, half, bend, side_m)
    for side in (-1, 1):
        items += _roadside(rng, frame, side_m, side, half + float(rng.uniform(6, 16)))
    return items


def _roadside(rng: Random, frame: Frame, side_m: float, side: int, away: float) -> list[Item]:
    """A wood, a line of trees, or nothing, ``away`` metres from the middle of a road."""
    kind = one_of(rng, ("wood", "trees", "trees", "nothing"))
    if kind == "wood":
        turned = frame.angle + (0 if side > 0 else pi)
        return beyond(rng, side_m, Frame(*frame.at(0, side * away), turned))
    if kind == "trees":
        at, count = frame.at(0, side * (away + 5)), int(rng.integers(2, 16))
        return scattered(rng, at, (side_m * 0.6, 5), count, frame.angle)
    return []


def _markings(rng: Random, half: float) -> tuple[tuple[float, float, float, float], ...]:
    edges = ((0.25 - half, 0.18, 0.0, 0.0), (half - 0.25, 0.18, 0.0, 0.0))
    if half < 5:
        return (*edges, (0.0, 0.15, 3.0, float(rng.choice((3.0, 6.0)))))
    lanes = (half / 2 + 0.5,) if half < 8 else (half / 2 - 0.8, half / 2 + 2.7)
    return (*edges, *((side * at, 0.18, 4.0, 8.0) for side in (-1, 1) for at in lanes))


def _traffic(rng: Random, frame: Frame, half: float, bend: float, side_m: float) -> list[Item]:
    lanes = (half / 2,) if half < 5 else (half / 2 - 1.2, half / 2 + 2.2)
    items: list[Item] = []
    for lane in (side * at for side in (-1, 1) for at in lanes):
        along = -side_m * 0.7 + float(rng.uniform(0, 40))
        while along < side_m * 0.7:
            across = lane + bend * along**2 / 2
            turn = frame.angle + float(np.arctan(bend * along))
            items.append(Car(*frame.at(along, across), turn, one_of(rng, CARS)))
            along += float(rng.uniform(12, 60))
    return items


def parking(rng: Random, side_m: float) -> list[Item]:
    """A car park: rows of bays with aisles between them, islands with trees, perhaps a shop."""
    frame = Frame(*middle(rng, side_m, 0.08), heading(rng))
    paving = near(rng, one_of(rng, PAVINGS))
    wide, deep = float(rng.uniform(68, 110)), float(rng.uniform(0.7, 1.15))
    pitch = 2 * BAY_M[0] + AISLE_M
    count = max(3, round(deep * side_m / pitch))
    items: list[Item] = [crop(rng, frame.angle, None)]
    items.append(Box(*frame.at(0, 0), wide + 8, count * pitch + 4, frame.angle, paving))
    bays = int(wide / BAY_M[1])
    items.append(Bays(*frame.at(0, 0), frame.angle, count, bays, BAY_M, pitch))
    full, islands = float(rng.uniform(0.2, 0.95)), rng.random() < 0.6
    for row in range(count):
        across = (row - (count - 1) / 2) * pitch
        items += _parked(rng, frame, across, bays, full, islands)
    if rng.random() < 0.5:
        away = (count * pitch / 2 + 14) * float(rng.choice((-1, 1)))
        roof = near(rng, one_of(rng, FLATS))
        items.append(Roof(*frame.at(0, away), wide * 0.9, 22, frame.angle, roof, "flat", 0, 7.0))
    if rng.random() < 0.3:
        items += beyond(rng, side_m, Frame(*frame.at(wide / 2 + 9, 0), frame.angle - pi / 2))
    return items


def _parked(
    rng: Random, frame: Frame, across: float, bays: int, full: float, islands: bool
) -> list[Item]:
    """Cars on both sides of a line; trees instead of cars at every ninth bay."""
    items: list[Item] = []
    for bay in range(bays):
        along = (bay + 0.5 - bays / 2) * BAY_M[1]
        if islands and bay % 9 == 4:
            items.append(Box(*frame.at(along, across), 2.4, 9.6, frame.angle, GRASSES[0]))
            items += scattered(rng, frame.at(along, across), (0.3, 3), 1, most_m=2.2)
            continue
        for side in (-1, 1):
            if rng.random() < full:
                stray = rng.normal(0, 0.15, 2)
                at = frame.at(along + stray[0], across + side * BAY_M[0] / 2 + stray[1])
                turn = frame.angle + side * pi / 2 + float(rng.normal(0, 0.03))
                items.append(Car(*at, turn, one_of(rng, CARS)))
    return items
