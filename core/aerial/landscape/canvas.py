"""A piece of ground as cells: what they reflect, how high they stand and how they face the sun."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import ceil, cos, floor, radians, sin, tan
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Colour = tuple[float, float, float]

SKY = np.array([0.27, 0.31, 0.38], dtype=np.float32)[:, None, None]  # light in the shade, bluish
FINE_M = 0.4  # the spacing of the finest texture
SHEET = 1024  # side of the sheet of random numbers that every texture is cut from


@dataclass(frozen=True)
class Sun:
    """Where the sun stands: ``azimuth_degrees`` clockwise from north (row 0), and its height."""

    azimuth_degrees: float
    elevation_degrees: float

    @property
    def towards(self) -> tuple[float, float]:
        """The unit vector on the ground, (rows, columns), that points to the sun."""
        angle = radians(self.azimuth_degrees)
        return -cos(angle), sin(angle)

    @property
    def drop(self) -> float:
        """By how many metres a ray of sunlight sinks in a metre of ground."""
        return tan(radians(self.elevation_degrees))

    def facing(self, down: Plane | float, right: Plane | float) -> Plane:
        """Sunlight on a slope over that on flat ground (Lambert).

        ``down`` and ``right`` say by how many metres the surface rises in a metre along rows and
        columns. Float32 from 0, of the shape of the two.
        """
        towards = self.towards
        along = np.asarray(down * towards[0] + right * towards[1], dtype=np.float32)
        steep = np.sqrt(1 + np.square(np.asarray(down)) + np.square(np.asarray(right)))
        light = np.maximum(0, 1 - along / np.float32(self.drop)) / steep
        return np.asarray(light, dtype=np.float32)


@dataclass(frozen=True)
class Material:
    """What covers the ground: two colours in [0, 1] that patches of some 10 m mix, and the standard
    deviations of the fine ``grain`` (0.4 m) and of the ``mottle`` (1.5 m), relative to them."""

    one: Colour
    other: Colour
    grain: float = 0.05
    mottle: float = 0.05


@dataclass(frozen=True)
class Window:
    """A part of the canvas: its slices, and metres ``down`` (rows, 1) and ``right`` (1, columns)
    of its cells' centres from a point."""

    place: tuple[slice, slice]
    down: Plane
    right: Plane

    def turned(self, angle: float) -> tuple[Plane, Plane]:
        """Metres along and across a direction, ``angle`` radians from east towards south."""
        c, s = np.float32(cos(angle)), np.float32(sin(angle))
        return self.right * c + self.down * s, self.down * c - self.right * s


class Item(Protocol):
    """Something that lies or stands on the ground."""

    def paint(self, canvas: Canvas) -> None:
        """Put it over what the canvas already shows."""


@cache
def _sheet() -> Plane:
    made = np.random.default_rng(20).standard_normal((SHEET, SHEET), dtype=np.float32)
    made.setflags(write=False)
    return made


@lru_cache(maxsize=32)
def bumps(cells: int, size: float) -> Plane:
    """How much each number of a lattice counts in each cell, float32 (cells, numbers).

    Cell ``p`` spans [p, p + 1) times ``size`` in lattice steps; number ``j`` lies at step j - 1 and
    counts by the mean over the cell of a quadratic B-spline about it, whose integral is, in
    truncated powers, (r(t + 3/2) - 3 r(t + 1/2) + 3 r(t - 1/2)) / 6 with r(t) = max(0, t)^3.
    """
    edges = np.arange(cells + 1)[:, None] * size - np.arange(-1, int(np.ceil(cells * size)) + 2)
    far = np.clip(edges, -1.5, 1.5)
    parts = [
        weight * np.maximum(0, far + by) ** 3 for weight, by in ((1, 1.5), (-3, 0.5), (3, -0.5))
    ]
    return np.asarray(np.diff(sum(parts), axis=0) / (6 * size), dtype=np.float32)


def _limited(plane: Plane, most: float = 1.0) -> Plane:
    """The plane, changed in place to lie in [0, most]; for small arrays quicker than np.clip."""
    np.maximum(plane, 0, out=plane)
    return np.minimum(plane, most, out=plane)


def rgb(colour: Colour) -> Plane:
    """A colour as float32 (3, 1, 1)."""
    return np.array(colour, dtype=np.float32)[:, None, None]


@dataclass
class Canvas:
    """Cells of ``cell_m`` metres, ``side`` by ``side``.

    ``albedo`` float32 (3, side, side), ``height`` in metres and ``facing`` (sunlight over that on
    flat ground) float32 (side, side). ``grain`` seeds the textures.
    """

    side: int
    cell_m: float
    sun: Sun
    grain: int = 0
    _noise: dict[float, Plane] = field(default_factory=dict)

    def __post_init__(self) -> None:
        centres = (np.arange(self.side) + 0.5) * self.cell_m
        self.centres = centres.astype(np.float32)
        self.albedo = np.zeros((3, self.side, self.side), dtype=np.float32)
        self.height = np.zeros((self.side, self.side), dtype=np.float32)
        self.facing = np.ones((self.side, self.side), dtype=np.float32)

    def noise(self, spacing_m: float) -> Plane:
        """Smooth noise about 0, (side, side), of standard deviation 0.55: random numbers of
        variance 1 on a lattice of ``spacing_m``, joined by splines, averaged over each cell."""
        if spacing_m not in self._noise:
            weights = bumps(self.side, self.cell_m / spacing_m)
            count = weights.shape[1]
            rng = np.random.default_rng([self.grain, round(spacing_m * 1000)])
            row, column = rng.integers(0, SHEET - count, 2)
            lattice = _sheet()[row : row + count, column : column + count]
            self._noise[spacing_m] = np.asarray(weights @ lattice @ weights.T, dtype=np.float32)
        return self._noise[spacing_m]

    def window(self, row_m: float, column_m: float, reach_m: float) -> Window | None:
        """The cells within ``reach_m`` of a point, along rows and columns; None where none is."""
        spans = []
        for centre in (row_m, column_m):
            first = max(0, floor((centre - reach_m) / self.cell_m))
            last = min(self.side, ceil((centre + reach_m) / self.cell_m) + 1)
            if first >= last:
                return None
            spans.append((first, last))
        (top, bottom), (left, right) = spans
        down = self.centres[top:bottom, None] - np.float32(row_m)
        across = self.centres[None, left:right] - np.float32(column_m)
        return Window((slice(top, bottom), slice(left, right)), down, across)

    def whole(self, row_m: float, column_m: float) -> Window:
        """All cells, measured from a point."""
        found = self.window(row_m, column_m, 1e4)
        assert found is not None
        return found

    def band(self, distance: Plane, half_m: float) -> Plane:
        """How much of each cell a band covers that reaches ``half_m`` to both sides of a line, from
        the cells' ``distance`` to it in metres. Bands may be thinner than a cell."""
        cover = np.abs(distance)
        cover *= np.float32(-1 / self.cell_m)
        cover += np.float32(half_m / self.cell_m + 0.5)
        return _limited(cover, min(1.0, 2 * half_m / self.cell_m))

    def inside(self, distance: Plane) -> Plane:
        """How much of each cell lies within an outline; distances are negative within."""
        return _limited(np.float32(0.5) - distance / np.float32(self.cell_m))

    def texture(self, material: Material, place: tuple[slice, slice]) -> Plane:
        """A material on some of the cells, float32 (3, rows, columns)."""
        mix = np.clip(0.5 + 0.6 * self.noise(12.0)[place], 0, 1)
        rough = (
            1
            + material.grain * self.noise(FINE_M)[place]
            + material.mottle * self.noise(1.5)[place]
        )
        one = rgb(material.one)
        made: Plane = np.multiply(mix, rgb(material.other) - one)
        made += one
        made *= rough
        return made

    def paint(
        self,
        place: tuple[slice, slice],
        cover: Plane,
        albedo: Plane,
        height: Plane | float | None = None,
        facing: Plane | float = 1.0,
    ) -> None:
        """Put something over the cells as far as it covers them; it stands at ``height`` metres."""
        was = self.albedo[:, place[0], place[1]]
        change = albedo - was
        change *= cover
        was += change
        seen = self.facing[place]
        seen += cover * (np.asarray(facing, dtype=np.float32) - seen)
        if height is not None:
            np.copyto(self.height[place], height, where=cover >= 0.5, casting="same_kind")

    def _tops(self) -> Plane:
        """The height below which sunlight is blocked at each cell, by what stands sunwards."""
        towards = np.array(self.sun.towards)
        step = towards / np.abs(towards).max()
        drop = self.sun.drop * self.cell_m * float(np.hypot(*step))
        tops = self.height.copy()
        count = 1
        while count * drop < 2 * float(self.height.max()) and count < self.side:
            shift = np.rint(count * step).astype(int)
            here, there = [], []
            for by in shift:
                here.append(slice(max(0, -by), self.side - max(0, by)))
                there.append(slice(max(0, by), self.side - max(0, -by)))
            moved = tops[there[0], there[1]] - np.float32(count * drop)
            new = tops.copy()
            np.maximum(new[here[0], here[1]], moved, out=new[here[0], here[1]])
            tops, count = new, 2 * count
        return tops

    def lit(self) -> Plane:
        """The ground in sunlight, with the shadows of what stands: float32 (3, side, side) from 0.

        Flat sunlit ground shows its own albedo.
        """
        soft = np.float32(self.sun.drop * self.cell_m)
        shade = _limited((self._tops() - self.height) / soft)
        light = self.facing * (1 - shade)
        return np.asarray(self.albedo * (SKY + (1 - SKY) * light), dtype=np.float32)
