"""Layouts of streets with houses: what stands where, in metres."""

from __future__ import annotations

from math import pi

import numpy as np

from .canvas import Item, Material
from .frames import Frame, heading, is_near, middle
from .groves import hedge, scattered
from .land import Land, Way
from .palette import CARS, CONCRETE, FLATS, GRASSES, PAVINGS, ROOFS, Random, near, one_of
from .standing import Box, Car, Roof

STREET_M = 3.2  # half the width of a residential street


def houses(rng: Random, side_m: float) -> list[Item]:
    """Streets with plots on both sides, a house on each."""
    frame = Frame(*middle(rng, side_m), heading(rng))
    kind = one_of(rng, ("villas", "villas", "rows", "blocks"))
    depth = {"villas": rng.uniform(26, 32), "rows": rng.uniform(22, 26), "blocks": 34.0}[kind]
    paving, lawn = one_of(rng, PAVINGS[:3]), one_of(rng, GRASSES)
    roofs = (one_of(rng, ROOFS), one_of(rng, ROOFS))
    reach, pitch = side_m * 0.8, 2 * (depth + STREET_M + 1.5)
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
                edge = across + bank * (STREET_M + 1.5)
                plot = (along + wide / 2, edge, float(wide), float(depth) * bank)
                passage = kind == "rows" and gap % 7 == 0
                if not passage and is_near(frame.at(along, edge), side_m, depth + wide):
                    built += _plot(rng, frame, kind, plot, roofs, lawn)
                along += wide
        built += _parked(rng, frame, across, reach)
    return items + built


def _street(frame: Frame, across: float, paving: Material) -> list[Item]:
    row, column = frame.at(0, across)
    walk = Way(row, column, frame.angle, STREET_M + 1.5, CONCRETE)
    return [walk, Way(row, column, frame.angle, STREET_M, paving)]


def _parked(rng: Random, frame: Frame, across: float, reach: float) -> list[Item]:
    places = rng.uniform(-reach, reach, 9)
    kept = [one for one in np.sort(places) if rng.random() < 0.8]
    clear = [one for one, before in zip(kept[1:], kept, strict=False) if one - before > 6]
    sides = rng.choice((-1, 1), len(clear))
    return [
        Car(*frame.at(float(along), across + side * 2.1), frame.angle, one_of(rng, CARS))
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
    """A plot's garden and house. ``plot`` is its middle along, its front edge across, its width and
    its depth, which is negative on the other side of the street."""
    along, edge, wide, depth = plot
    side = 1.0 if depth > 0 else -1.0
    items: list[Item] = []
    if rng.random() < 0.4:
        lawn = near(rng, one_of(rng, (lawn, *GRASSES)))
        garden = (wide - 0.4, abs(depth) - 0.4)
        items.append(Box(*frame.at(along, edge + depth / 2), *garden, frame.angle, lawn))
    if kind == "blocks":
        return [*items, *_block(rng, frame, (along, edge + depth / 2))]
    if kind == "rows":
        return [*items, *_terrace(rng, frame, plot, roofs[0])]
    roof = near(rng, one_of(rng, (*roofs, roofs[0])))
    items += _villa(rng, frame, (along, edge, wide, side), roof)
    items += scattered(
        rng, frame.at(along, edge + 0.72 * depth), (wide / 2, 7), int(rng.integers(1, 5))
    )
    if rng.random() < 0.6:
        start = frame.at(along - wide / 2, edge + 0.4 * depth)
        items.append(hedge(rng, start, frame.at(along - wide / 2, edge + 0.98 * depth)))
    return items


def _villa(
    rng: Random, frame: Frame, at: tuple[float, float, float, float], roof: Material
) -> list[Item]:
    """A house with a drive, a terrace and often a wing, a chimney, solar panels or a car."""
    along, edge, wide, side = at
    length, width = float(rng.uniform(9, min(13, wide - 3))), float(rng.uniform(7.5, 9.5))
    back = edge + side * (float(rng.uniform(4.5, 7)) + width / 2)
    kind, rise = one_of(rng, ("gable", "gable", "hip")), float(rng.uniform(0.5, 0.95))
    drive = along + wide / 2 - 2.0
    items: list[Item] = [
        Box(*frame.at(drive, edge + side * 5.5), 3, 11, frame.angle, CONCRETE),
        Box(
            *frame.at(along, back + side * (width / 2 + 1.5)),
            length * 0.6,
            3.4,
            frame.angle,
            CONCRETE,
        ),
    ]
    turned = pi / 2 if rng.random() < 0.3 else 0.0
    angle = frame.angle + turned
    middle_at = frame.at(along - 1.0, back)
    items.append(Roof(*middle_at, length, width, angle, roof, kind, rise, 3.4))
    if rng.random() < 0.45:
        wing = frame.at(along - 1.0 + length / 4, back + side * 3.5)
        items.append(Roof(*wing, 8, 5.5, angle + pi / 2, roof, "gable", rise, 3.2))
    peak = 3.4 + rise * width / 2
    house = Frame(*middle_at, angle)
    if rng.random() < 0.7:
        items.append(Box(*house.at(length / 4, 0.6), 0.9, 0.6, angle, (0.4, 0.26, 0.2), peak + 0.8))
    if rng.random() < 0.25:
        items.append(Box(*house.at(-length / 8, width / 4), 5, 2, angle, (0.1, 0.12, 0.2), 4.4))
    if rng.random() < 0.5:
        car = frame.at(drive, edge + side * float(rng.uniform(3, 6)))
        items.append(Car(*car, frame.angle + pi / 2, one_of(rng, CARS)))
    return items


def _terrace(
    rng: Random, frame: Frame, plot: tuple[float, float, float, float], roof: Material
) -> list[Item]:
    """One house of a row, wall to wall with the next, a shed behind it now and then."""
    along, edge, wide, depth = plot
    side = 1.0 if depth > 0 else -1.0
    own = near(rng, roof, 0.07)
    items: list[Item] = [
        Box(*frame.at(along, edge + side * 1.5), 1.4, 3, frame.angle, CONCRETE),
        Roof(*frame.at(along, edge + side * 7.5), wide, 9.5, frame.angle, own, "gable", 0.8, 5.5),
    ]
    if rng.random() < 0.35:
        shed = frame.at(along, edge + depth * 0.88)
        items.append(Roof(*shed, 3, 2.5, frame.angle, one_of(rng, ROOFS), "gable", 0.4, 2.2))
    if rng.random() < 0.4:
        items += scattered(rng, frame.at(along, edge + 0.7 * depth), (2, 2), 1)
    return items


def _block(rng: Random, frame: Frame, at: tuple[float, float]) -> list[Item]:
    """A block of flats among lawns, with stairheads on its flat roof and trees around it."""
    roof = near(rng, one_of(rng, FLATS))
    house, top = Frame(*frame.at(*at), frame.angle), float(rng.uniform(9, 13))
    items: list[Item] = [
        Box(*house.at(0, -8.5), 36, 2, frame.angle, CONCRETE),
        Roof(*house.at(0, 0), 34, 12, frame.angle, roof, "flat", 0.0, top),
    ]
    for along in (-10.0, 2.0, 12.0):
        items.append(Box(*house.at(along, 1.0), 3, 2.4, frame.angle, (0.5, 0.5, 0.48), top + 2.5))
    for across in (-13.0, 13.0):
        items += scattered(rng, house.at(0, across), (18, 2), 4)
    return items
