"""A square of terrain as a grid of cells: their albedo, their height and the sunlight on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import ceil, cos, floor, radians, sin, tan
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Color = tuple[float, float, float]

SKY = np.array([0.27, 0.31, 0.38], dtype=np.float32)[:, None, None]  # light in the shade, bluish
FINE_TEXTURE_M = 0.4  # the spacing of the finest texture
SHEET_SIDE = 1024  # side of the sheet of random numbers that every texture is cut from


@dataclass(frozen=True)
class Sun:
    """The position of the sun, in degrees.

    ``azimuth_degrees``: clockwise from north (row 0); ``elevation_degrees``: above the horizon.
    """

    azimuth_degrees: float
    elevation_degrees: float

    @property
    def direction(self) -> tuple[float, float]:
        """The horizontal unit vector to the sun, (rows, columns)."""
        angle = radians(self.azimuth_degrees)
        return -cos(angle), sin(angle)

    @property
    def slope(self) -> float:
        """The descent of a sun ray in meters per horizontal meter: the tangent of the elevation."""
        return tan(radians(self.elevation_degrees))

    def sunlight_on(self, down: Plane | float, right: Plane | float) -> Plane:
        """Compute the sunlight on a slope relative to that on flat ground (Lambert's cosine law).

        ``down`` and ``right``: the rise of the surface along rows and columns in meters per meter,
        float32 (rows, columns) or numbers. Returns the same shape, at least 0; flat ground gives 1.
        """
        direction = self.direction
        along = np.asarray(down * direction[0] + right * direction[1], dtype=np.float32)
        steep = np.sqrt(1 + np.square(np.asarray(down)) + np.square(np.asarray(right)))
        light = np.maximum(0, 1 - along / np.float32(self.slope)) / steep
        return np.asarray(light, dtype=np.float32)


@dataclass(frozen=True)
class Material:
    """What covers the ground.

    ``color`` and ``second_color``: RGB in [0, 1], mixed in patches of about 10 m. ``grain`` and
    ``mottle``: standard deviations of texture at 0.4 m and at 1.5 m, relative to the color.
    """

    color: Color
    second_color: Color
    grain: float = 0.05
    mottle: float = 0.05


@dataclass(frozen=True)
class Window:
    """A rectangle of the canvas, measured from a point.

    ``cells``: its slices; ``down`` float32 (rows, 1) and ``right`` float32 (1, columns): offsets of
    the cell centers from the point, in meters.
    """

    cells: tuple[slice, slice]
    down: Plane
    right: Plane

    def rotated(self, angle: float) -> tuple[Plane, Plane]:
        """Return offsets along and across a direction: two float32 (rows, columns), in meters.

        ``angle``: radians from east towards south.
        """
        c, s = np.float32(cos(angle)), np.float32(sin(angle))
        return self.right * c + self.down * s, self.down * c - self.right * s


class Item(Protocol):
    """Anything that lies or stands on the ground."""

    def paint(self, canvas: Canvas) -> None:
        """Draw it over what the canvas already shows."""


@cache
def _sheet() -> Plane:
    noise = np.random.default_rng(20).standard_normal((SHEET_SIDE, SHEET_SIDE), dtype=np.float32)
    noise.setflags(write=False)
    return noise


@lru_cache(maxsize=32)
def spline_weights(cells: int, size: float) -> Plane:
    """Compute the weight of each lattice value in each cell: float32 (cells, values).

    Cell ``p`` spans [p, p + 1) times ``size`` in lattice steps. Value ``j`` lies at step j - 1; its
    weight is the mean over the cell of a quadratic B-spline around it, whose integral is, in
    truncated powers, (r(t + 3/2) - 3 r(t + 1/2) + 3 r(t - 1/2)) / 6 with r(t) = max(0, t)^3.
    """
    edges = np.arange(cells + 1)[:, None] * size - np.arange(-1, int(np.ceil(cells * size)) + 2)
    clipped = np.clip(edges, -1.5, 1.5)
    terms = [
        factor * np.maximum(0, clipped + shift) ** 3
        for factor, shift in ((1, 1.5), (-3, 0.5), (3, -0.5))
    ]
    return np.asarray(np.diff(sum(terms), axis=0) / (6 * size), dtype=np.float32)


def _clip_in_place(plane: Plane, max_value: float = 1.0) -> Plane:
    """Clip a plane in place to [0, max_value]; on small arrays faster than np.clip."""
    np.maximum(plane, 0, out=plane)
    return np.minimum(plane, max_value, out=plane)


def rgb(color: Color) -> Plane:
    """Convert a color in [0, 1] to float32 (3, 1, 1)."""
    return np.array(color, dtype=np.float32)[:, None, None]


@dataclass
class Canvas:
    """A grid of ``side`` x ``side`` cells of ``cell_m`` meters.

    ``albedo``: float32 (3, side, side), at least 0. ``height`` in meters and ``sunlight`` relative
    to that on flat ground: float32 (side, side). ``texture_seed`` seeds the textures.
    """

    side: int
    cell_m: float
    sun: Sun
    texture_seed: int = 0
    _noise: dict[float, Plane] = field(default_factory=dict)

    def __post_init__(self) -> None:
        centers = (np.arange(self.side) + 0.5) * self.cell_m
        self.centers = centers.astype(np.float32)
        self.albedo = np.zeros((3, self.side, self.side), dtype=np.float32)
        self.height = np.zeros((self.side, self.side), dtype=np.float32)
        self.sunlight = np.ones((self.side, self.side), dtype=np.float32)

    def noise(self, spacing_m: float) -> Plane:
        """Return smooth noise of mean 0 and standard deviation 0.55: float32 (side, side).

        Random numbers of variance 1 on a lattice of ``spacing_m`` meters, interpolated by splines
        and averaged over each cell.
        """
        if spacing_m not in self._noise:
            weights = spline_weights(self.side, self.cell_m / spacing_m)
            count = weights.shape[1]
            rng = np.random.default_rng([self.texture_seed, round(spacing_m * 1000)])
            row, column = rng.integers(0, SHEET_SIDE - count, 2)
            lattice = _sheet()[row : row + count, column : column + count]
            self._noise[spacing_m] = np.asarray(weights @ lattice @ weights.T, dtype=np.float32)
        return self._noise[spacing_m]

    def window(self, row_m: float, column_m: float, reach_m: float) -> Window | None:
        """Return the cells within ``reach_m`` meters of a point along rows and columns, or None."""
        spans = []
        for center in (row_m, column_m):
            first = max(0, floor((center - reach_m) / self.cell_m))
            last = min(self.side, ceil((center + reach_m) / self.cell_m) + 1)
            if first >= last:
                return None
            spans.append((first, last))
        (top, bottom), (left, right) = spans
        down = self.centers[top:bottom, None] - np.float32(row_m)
        across = self.centers[None, left:right] - np.float32(column_m)
        return Window((slice(top, bottom), slice(left, right)), down, across)

    def full_window(self, row_m: float, column_m: float) -> Window:
        """Return all cells, measured from a point."""
        window = self.window(row_m, column_m, 1e4)
        assert window is not None
        return window

    def band_coverage(self, distance: Plane, half_m: float) -> Plane:
        """Compute the fraction of each cell that a band covers, of the shape of ``distance``.

        The band reaches ``half_m`` meters to both sides of a line and may be thinner than a cell.
        ``distance``: of the cell centers from that line in meters, float32 (rows, columns).
        """
        coverage = np.abs(distance)
        coverage *= np.float32(-1 / self.cell_m)
        coverage += np.float32(half_m / self.cell_m + 0.5)
        return _clip_in_place(coverage, min(1.0, 2 * half_m / self.cell_m))

    def inside_coverage(self, distance: Plane) -> Plane:
        """Compute the fraction of each cell that lies inside an outline, of the same shape.

        ``distance``: of the cell centers from the outline in meters, float32 (rows, columns),
        negative inside.
        """
        return _clip_in_place(np.float32(0.5) - distance / np.float32(self.cell_m))

    def texture(self, material: Material, cells: tuple[slice, slice]) -> Plane:
        """Render a material on some of the cells: float32 (3, rows, columns)."""
        mix = np.clip(0.5 + 0.6 * self.noise(12.0)[cells], 0, 1)
        texture = (
            1
            + material.grain * self.noise(FINE_TEXTURE_M)[cells]
            + material.mottle * self.noise(1.5)[cells]
        )
        color = rgb(material.color)
        albedo: Plane = np.multiply(mix, rgb(material.second_color) - color)
        albedo += color
        albedo *= texture
        return albedo

    def blend(
        self,
        cells: tuple[slice, slice],
        coverage: Plane,
        albedo: Plane,
        height: Plane | float | None = None,
        sunlight: Plane | float = 1.0,
    ) -> None:
        """Blend something over the cells by its coverage.

        ``coverage`` in [0, 1] and ``sunlight``: float32 (rows, columns); ``albedo``: float32
        (3, rows, columns). ``height`` in meters replaces that of cells covered by half or more.
        """
        below = self.albedo[:, cells[0], cells[1]]
        change = albedo - below
        change *= coverage
        below += change
        light = self.sunlight[cells]
        light += coverage * (np.asarray(sunlight, dtype=np.float32) - light)
        if height is not None:
            np.copyto(self.height[cells], height, where=coverage >= 0.5, casting="same_kind")

    def _shadow_heights(self) -> Plane:
        """The height below which each cell is in shadow, in meters: float32 (side, side)."""
        direction = np.array(self.sun.direction)
        step = direction / np.abs(direction).max()
        descent = self.sun.slope * self.cell_m * float(np.hypot(*step))
        tops = self.height.copy()
        count = 1
        while count * descent < 2 * float(self.height.max()) and count < self.side:
            shift = np.rint(count * step).astype(int)
            target, source = [], []
            for offset in shift:
                target.append(slice(max(0, -offset), self.side - max(0, offset)))
                source.append(slice(max(0, offset), self.side - max(0, -offset)))
            moved = tops[source[0], source[1]] - np.float32(count * descent)
            raised = tops.copy()
            region = raised[target[0], target[1]]
            np.maximum(region, moved, out=region)
            tops, count = raised, 2 * count
        return tops

    def illuminated(self) -> Plane:
        """Render the ground in sunlight with cast shadows: float32 (3, side, side), at least 0.

        Flat sunlit ground shows its own albedo.
        """
        penumbra = np.float32(self.sun.slope * self.cell_m)
        shade = _clip_in_place((self._shadow_heights() - self.height) / penumbra)
        light = self.sunlight * (1 - shade)
        return np.asarray(self.albedo * (SKY + (1 - SKY) * light), dtype=np.float32)
