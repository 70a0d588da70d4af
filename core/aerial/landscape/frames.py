"""Rotated frames on the ground, and random positions."""

from __future__ import annotations

from math import cos, pi, sin

from .palette import Random


class Frame:
    """A rotated frame on the ground; ``angle`` in radians from east towards south, lengths in m."""

    def __init__(self, row_m: float, column_m: float, angle: float) -> None:
        self.row_m, self.column_m, self.angle = row_m, column_m, angle

    def point(self, along: float, across: float) -> tuple[float, float]:
        """Convert meters along and across from the origin to (row, column) in meters."""
        c, s = cos(self.angle), sin(self.angle)
        return self.row_m + along * s + across * c, self.column_m + along * c - across * s


def random_center(rng: Random, side_m: float, stray: float = 0.15) -> tuple[float, float]:
    """Draw a point near the center of the ground, (row, column) in meters."""
    row, column = side_m * rng.uniform(0.5 - stray, 0.5 + stray, 2)
    return float(row), float(column)


def random_direction(rng: Random) -> float:
    """Draw a direction uniformly, in radians from 0 to pi."""
    return float(rng.uniform(0, pi))


def is_near(point: tuple[float, float], side_m: float, reach_m: float) -> bool:
    """Tell whether a point lies on the ground or within ``reach_m`` meters of it."""
    return all(-reach_m <= coordinate <= side_m + reach_m for coordinate in point)
