"""Turned frames on the ground, and where layouts begin."""

from __future__ import annotations

from math import cos, pi, sin

from .palette import Random


class Frame:
    """A turned frame on the ground: (along, across) metres from its origin to (row, column)."""

    def __init__(self, row_m: float, column_m: float, angle: float) -> None:
        self.row_m, self.column_m, self.angle = row_m, column_m, angle

    def at(self, along: float, across: float) -> tuple[float, float]:
        c, s = cos(self.angle), sin(self.angle)
        return self.row_m + along * s + across * c, self.column_m + along * c - across * s


def middle(rng: Random, side_m: float, stray: float = 0.15) -> tuple[float, float]:
    """A point near the middle of the ground."""
    row, column = side_m * rng.uniform(0.5 - stray, 0.5 + stray, 2)
    return float(row), float(column)


def heading(rng: Random) -> float:
    """A direction, radians; any is as likely."""
    return float(rng.uniform(0, pi))


def is_near(at: tuple[float, float], side_m: float, reach_m: float) -> bool:
    """Whether a point lies on the ground or within ``reach_m`` of it."""
    return all(-reach_m <= one <= side_m + reach_m for one in at)
