"""Layouts of streets with houses: what stands where, in meters."""

from __future__ import annotations

from math import pi

import numpy as np

from .canvas import Item, Material
from .frames import Frame, is_near, random_center, random_direction
from .groves import hedge, scatter_trees
from .land import Land, Way
from .palette import CARS, CONCRETE, FLATS, GRASSES, PAVINGS, ROOFS, Random, choose, vary_brightness
from .raised_objects import Box, Car, Roof

STREET_HALF_M = 3.2  # half the width of a residential street


def houses(rng: Random, side_m: float) -> list[Item]:
    """Lay out streets with plots on both sides and a house on each."""
    frame = Frame(*random_center(rng, side_m), random_direction(rng))
    kind = choose(rng, ("villas", "villas", "rows", "blocks"))
    depth = {"villas": rng.uniform(26, 32), "rows": rng.uniform(22, 26), "blocks": 34.0}[kind]
    paving, lawn = choose(rng, PAVINGS[:3]), choose(rng, GRASSES)
    roofs = (choose(rng, ROOFS), choose(rng, ROOFS))
    reach, pitch = side_m * 0.8, 2 * (depth + STREET_HALF_M + 1.5)
    items: list[Item] = [Land(lawn)]
    built: list[Item] = []
    for street in (-1, 0, 1):
        across = street * pitch
        items += _street(frame, across, paving)
        for bank in (-1, 1):
            along, gap = -reach + rng.uniform(0, 10), int(rng.integers(7))
            while along < reach:
                gap += 1
                wide = {"villas": rng.uniform(15, 22), "rows": 6.5, "blocks": 44.0}[kind]
                edge = across + bank * (STREET_HALF_M + 1.5)
                plot = (along + wide / 2, edge, float(wide), float(depth) * bank)
                passage = kind == "rows" and gap % 7 == 0
                if not passage and is_near(frame.point(along, edge), side_m, depth + wide):
                    built += _plot(rng, frame, kind, plot, roofs, lawn)
                along += wide
        built += _parked(rng, frame, across, reach)
    return items + built


def _street(frame: Frame, across: float, paving: Material) -> list[Item]:
    row, column = frame.point(0, across)
    walk = Way(row, column, frame.angle, STREET_HALF_M + 1.5, CONCRETE)
    return [walk, Way(row, column, frame.angle, STREET_HALF_M, paving)]


def _parked(rng: Random, frame: Frame, across: float, reach: float) -> list[Item]:
    places = rng.uniform(-reach, reach, 9)
    taken = [place for place in np.sort(places) if rng.random() < 0.8]
    clear = [place for place, last in zip(taken[1:], taken, strict=False) if place - last > 6]
    sides = rng.choice((-1, 1), len(clear))
    return [
        Car(*frame.point(float(along), across + side * 2.1), frame.angle, choose(rng, CARS))
        for along, side in zip(clear, sides, strict=True)
    ]


def _plot(
    rng: Random,
    frame: Frame,
    kind: str,
    plot: tuple[float, float, float, float],
    roofs: tuple[Material, Material],
    lawn: Material,
) -> list[Item]:
    """A plot's garden and house.

    ``plot``: its center along, its front edge across, its width and its depth in meters, negative
    on the other side of the street.
    """
    along, edge, wide, depth = plot
    side = 1.0 if depth > 0 else -1.0
    items: list[Item] = []
    if rng.random() < 0.4:
        lawn = vary_brightness(rng, choose(rng, (lawn, *GRASSES)))
        garden = (wide - 0.4, abs(depth) - 0.4)
        items.append(Box(*frame.point(along, edge + depth / 2), *garden, frame.angle, lawn))
    if kind == "blocks":
        return [*items, *_block(rng, frame, (along, edge + depth / 2))]
    if kind == "rows":
        return [*items, *_terrace(rng, frame, plot, roofs[0])]
    roof = vary_brightness(rng, choose(rng, (*roofs, roofs[0])))
    items += _villa(rng, frame, (along, edge, wide, side), roof)
    items += scatter_trees(
        rng, frame.point(along, edge + 0.72 * depth), (wide / 2, 7), int(rng.integers(1, 5))
    )
    if rng.random() < 0.6:
        start = frame.point(along - wide / 2, edge + 0.4 * depth)
        items.append(hedge(rng, start, frame.point(along - wide / 2, edge + 0.98 * depth)))
    return items


def _villa(
    rng: Random, frame: Frame, plot: tuple[float, float, float, float], roof: Material
) -> list[Item]:
    """A house with a driveway, a patio and often a wing, a chimney, solar panels or a car."""
    along, edge, wide, side = plot
    length, width = float(rng.uniform(9, min(13, wide - 3))), float(rng.uniform(7.5, 9.5))
    back = edge + side * (float(rng.uniform(4.5, 7)) + width / 2)
    kind, rise = choose(rng, ("gable", "gable", "hip")), float(rng.uniform(0.5, 0.95))
    drive = along + wide / 2 - 2.0
    items: list[Item] = [
        Box(*frame.point(drive, edge + side * 5.5), 3, 11, frame.angle, CONCRETE),
        Box(
            *frame.point(along, back + side * (width / 2 + 1.5)),
            length * 0.6,
            3.4,
            frame.angle,
            CONCRETE,
        ),
    ]
    turned = pi / 2 if rng.random() < 0.3 else 0.0
    angle = frame.angle + turned
    center = frame.point(along - 1.0, back)
    items.append(Roof(*center, length, width, angle, roof, kind, rise, 3.4))
    if rng.random() < 0.45:
        wing = frame.point(along - 1.0 + length / 4, back + side * 3.5)
        items.append(Roof(*wing, 8, 5.5, angle + pi / 2, roof, "gable", rise, 3.2))
    peak = 3.4 + rise * width / 2
    house = Frame(*center, angle)
    if rng.random() < 0.7:
        items.append(
            Box(*house.point(length / 4, 0.6), 0.9, 0.6, angle, (0.4, 0.26, 0.2), peak + 0.8)
        )
    if rng.random() < 0.25:
        items.append(Box(*house.point(-length / 8, width / 4), 5, 2, angle, (0.1, 0.12, 0.2), 4.4))
    if rng.random() < 0.5:
        car = frame.point(drive, edge + side * float(rng.uniform(3, 6)))
        items.append(Car(*car, frame.angle + pi / 2, choose(rng, CARS)))
    return items


def _terrace(
    rng: Random, frame: Frame, plot: tuple[float, float, float, float], roof: Material
) -> list[Item]:
    """A row house, wall to wall with the next, sometimes with a shed behind it."""
    along, edge, wide, depth = plot
    side = 1.0 if depth > 0 else -1.0
    own_roof = vary_brightness(rng, roof, 0.07)
    items: list[Item] = [
        Box(*frame.point(along, edge + side * 1.5), 1.4, 3, frame.angle, CONCRETE),
        Roof(
            *frame.point(along, edge + side * 7.5),
            wide,
            9.5,
            frame.angle,
            own_roof,
            "gable",
            0.8,
            5.5,
        ),
    ]
    if rng.random() < 0.35:
        shed = frame.point(along, edge + depth * 0.88)
        items.append(Roof(*shed, 3, 2.5, frame.angle, choose(rng, ROOFS), "gable", 0.4, 2.2))
    if rng.random() < 0.4:
        items += scatter_trees(rng, frame.point(along, edge + 0.7 * depth), (2, 2), 1)
    return items


def _block(rng: Random, frame: Frame, center: tuple[float, float]) -> list[Item]:
    """An apartment block on a lawn, with stairheads on its flat roof and trees around it."""
    roof = vary_brightness(rng, choose(rng, FLATS))
    house, top = Frame(*frame.point(*center), frame.angle), float(rng.uniform(9, 13))
    items: list[Item] = [
        Box(*house.point(0, -8.5), 36, 2, frame.angle, CONCRETE),
        Roof(*house.point(0, 0), 34, 12, frame.angle, roof, "flat", 0.0, top),
    ]
    for along in (-10.0, 2.0, 12.0):
        items.append(
            Box(*house.point(along, 1.0), 3, 2.4, frame.angle, (0.5, 0.5, 0.48), top + 2.5)
        )
    for across in (-13.0, 13.0):
        items += scatter_trees(rng, house.point(0, across), (18, 2), 4)
    return items
