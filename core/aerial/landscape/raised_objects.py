"""What stands on the ground and casts shadows: roofs, cars and tree crowns, with true sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .canvas import FINE_TEXTURE_M, Canvas, Color, Item, Material, Plane, Window, rgb

CAR_SIZE_M = (4.5, 1.8, 1.45)  # a car's length, width and height in meters
MAX_REACH = 1.35  # of an irregular crown, in radii
WINDSHIELD: Color = (0.09, 0.11, 0.13)


@dataclass(frozen=True)
class Roof:
    """A roof of ``length_m`` by ``width_m`` around a point; its ridge runs along ``angle``.

    ``kind`` is 'gable', 'hip' or 'flat'; ``rise`` the slope in meters per meter; ``eaves_m`` the
    height of its edge.
    """

    row_m: float
    column_m: float
    length_m: float
    width_m: float
    angle: float
    material: Material
    kind: str = "gable"
    rise: float = 0.7
    eaves_m: float = 3.5

    def paint(self, canvas: Canvas) -> None:
        reach = float(np.hypot(self.length_m, self.width_m)) / 2 + canvas.cell_m
        window = canvas.window(self.row_m, self.column_m, reach)
        if window is None:
            return
        along, across = window.rotated(self.angle)
        coverage = canvas.band_coverage(along, self.length_m / 2) * canvas.band_coverage(
            across, self.width_m / 2
        )
        if self.kind == "flat":
            self._flat(canvas, window, along, across, coverage)
            return
        height, slopes = self._slopes(along, across)
        coverage *= height > canvas.height[window.cells]
        sunlight = canvas.sun.sunlight_on(*slopes)
        albedo = canvas.texture(self.material, window.cells)
        albedo *= 1 + 0.12 * np.sin(across * np.float32(2 * np.pi / 0.7))  # rows of tiles
        ridge = canvas.band_coverage(across, 0.15) * (self.width_m > 5)
        canvas.blend(window.cells, coverage, albedo * (1 + 0.25 * ridge), height, sunlight)

    def _slopes(self, along: Plane, across: Plane) -> tuple[Plane, tuple[Plane, Plane]]:
        """Height of the roof, and how it rises along rows and columns."""
        side = self.width_m / 2 - np.abs(across)
        c, s = np.float32(np.cos(self.angle)), np.float32(np.sin(self.angle))
        rise = np.float32(self.rise)
        up_across = -rise * np.sign(across)
        down, right = up_across * c, -up_across * s
        if self.kind == "hip":
            end = self.length_m / 2 - np.abs(along)
            up_along = -rise * np.sign(along)
            down = np.where(end < side, up_along * s, down)
            right = np.where(end < side, up_along * c, right)
            side = np.minimum(side, end)
        return np.asarray(self.eaves_m + rise * side, dtype=np.float32), (down, right)

    def _flat(
        self, canvas: Canvas, window: Window, along: Plane, across: Plane, coverage: Plane
    ) -> None:
        """A flat roof with a brighter parapet around it, half a meter higher."""
        edge = coverage - canvas.band_coverage(
            along, self.length_m / 2 - 0.5
        ) * canvas.band_coverage(across, self.width_m / 2 - 0.5)
        albedo = canvas.texture(self.material, window.cells) * (1 + np.float32(0.22) * edge)
        height = np.where(edge > 0.5, np.float32(self.eaves_m + 0.5), np.float32(self.eaves_m))
        canvas.blend(window.cells, coverage, albedo, height)


@dataclass(frozen=True)
class Box:
    """A flat rectangle on or above the ground: a path, a chimney, a solar panel.

    Without ``height_m`` it lies on what is below and casts no shadow.
    """

    row_m: float
    column_m: float
    length_m: float
    width_m: float
    angle: float
    albedo: Material | Color
    height_m: float | None = None

    def paint(self, canvas: Canvas) -> None:
        reach = float(np.hypot(self.length_m, self.width_m)) / 2 + canvas.cell_m
        window = canvas.window(self.row_m, self.column_m, reach)
        if window is None:
            return
        along, across = window.rotated(self.angle)
        coverage = canvas.band_coverage(along, self.length_m / 2) * canvas.band_coverage(
            across, self.width_m / 2
        )
        if isinstance(self.albedo, Material):
            albedo = canvas.texture(self.albedo, window.cells)
        else:
            albedo = rgb(self.albedo)
        canvas.blend(window.cells, coverage, albedo, self.height_m)


@dataclass(frozen=True)
class Car:
    """A car of :data:`CAR_SIZE_M` around a point, along ``angle``."""

    row_m: float
    column_m: float
    angle: float
    color: Color

    def paint(self, canvas: Canvas) -> None:
        length, width, height = CAR_SIZE_M
        window = canvas.window(self.row_m, self.column_m, 0.5 * length + 0.6)
        if window is None:
            return
        along, across = window.rotated(self.angle)
        narrow = np.maximum(0, np.abs(along) - 1.7) ** 2 * np.float32(0.3)  # rounded ends
        coverage = canvas.band_coverage(along, length / 2) * canvas.band_coverage(
            np.abs(across) + narrow - np.float32(0.05), width / 2
        )
        cabin = canvas.band_coverage(along + np.float32(0.35), 1.45) * canvas.band_coverage(
            across, 0.8
        )
        roof = canvas.band_coverage(along + np.float32(0.4), 0.85) * canvas.band_coverage(
            across, 0.62
        )
        glass = cabin - cabin * roof
        paint = rgb(self.color)
        albedo = paint + glass * (rgb(WINDSHIELD) - paint)
        top = np.where(cabin > 0.5, np.float32(height), np.float32(0.8))
        sunlight = 1 + 0.1 * cabin * roof
        canvas.blend(window.cells, coverage, albedo, top, sunlight)


Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class TreeCrowns:
    """The crowns of trees.

    ``places``: float32 (n, 4) of row, column, radius and height in meters; ``colors``: float32
    (n, 3) in [0, 1]; ``cones``: bool (n,), whether a crown is a cone like a spruce's, or round.
    """

    places: Numbers
    colors: Numbers
    cones: NDArray[np.bool_]

    def paint(self, canvas: Canvas) -> None:
        place = self._place(canvas)
        if place is None:
            return
        tops, coverage, hue = (plane[..., place[0], place[1]] for plane in self._canopy(canvas))
        fine = canvas.noise(FINE_TEXTURE_M)[place]
        surface = tops + canvas.noise(0.9)[place] * np.float32(0.36) + fine * np.float32(0.1)
        reach = np.float32(2 * canvas.cell_m)
        down, right = np.zeros_like(surface), np.zeros_like(surface)
        down[1:-1] = (surface[2:] - surface[:-2]) / reach
        right[:, 1:-1] = (surface[:, 2:] - surface[:, :-2]) / reach
        sunlight = canvas.sun.sunlight_on(np.clip(down, -2, 2), np.clip(right, -2, 2))
        albedo = hue * (1 + np.float32(0.12) * fine)
        coverage *= surface > canvas.height[place]
        canvas.blend(place, coverage, albedo, surface, sunlight)

    def _place(self, canvas: Canvas) -> tuple[slice, slice] | None:
        """The cells that the crowns can reach."""
        if not len(self.places):
            return None
        reach = MAX_REACH * float(self.places[:, 2].max())
        low, high = self.places[:, :2].min(0) - reach, self.places[:, :2].max(0) + reach
        first = np.maximum(0, low // canvas.cell_m).astype(int)
        last = np.minimum(canvas.side, high // canvas.cell_m + 2).astype(int)
        if np.any(last - first < 3):
            return None
        return slice(first[0], last[0]), slice(first[1], last[1])

    def _canopy(self, canvas: Canvas) -> tuple[Plane, Plane, Plane]:
        """The height of the canopy in meters, its coverage of each cell, and its color."""
        tops, coverage = np.zeros_like(canvas.height), np.zeros_like(canvas.height)
        index = np.zeros(canvas.height.shape, dtype=np.intp)
        ragged = (
            1
            + np.float32(0.4) * canvas.noise(1.5)
            + np.float32(0.08) * canvas.noise(FINE_TEXTURE_M)
        )
        np.clip(ragged, 1 / MAX_REACH**2, 2, out=ragged)  # no leaf outside its crown's window
        for number, (row, column, radius, top) in enumerate(self.places.tolist()):
            window = canvas.window(row, column, MAX_REACH * radius + canvas.cell_m)
            if window is None:
                continue
            near = 1 - ragged[window.cells] * (
                np.square(window.down / radius) + np.square(window.right / radius)
            )
            edge = np.clip(0.5 + near * np.float32(radius / 2 / canvas.cell_m), 0, 1)
            height = tops[window.cells]
            rises = _dome(near, bool(self.cones[number])) * np.float32(top)
            np.copyto(index[window.cells], number, where=rises > height)
            np.maximum(height, rises, out=height)
            np.maximum(coverage[window.cells], edge, out=coverage[window.cells])
        return tops, coverage, self.colors.T[:, index]

    @staticmethod
    def merge_crowns(items: Sequence[Item], side_m: float) -> tuple[Item, ...]:
        """Merge all crowns that reach the ground into one last item.

        Each item of crowns costs a pass over the canvas.
        """
        crowns = [item for item in items if isinstance(item, TreeCrowns)]
        others = tuple(item for item in items if not isinstance(item, TreeCrowns))
        if not crowns:
            return others
        places, colors, cones = (
            np.concatenate([getattr(item, name) for item in crowns])
            for name in ("places", "colors", "cones")
        )
        reach = MAX_REACH * places[:, 2]
        outside = np.abs(places[:, :2] - side_m / 2).max(1) - side_m / 2
        visible = outside < reach
        return (*others, TreeCrowns(places[visible], colors[visible], cones[visible]))


def _dome(near: Plane, cone: bool) -> Plane:
    """The height of a crown relative to its top, 0 outside.

    ``near`` is 1 at its center and 0 at its edge.
    """
    inner = np.maximum(near, 0)
    depth = np.float32(0.7 if cone else 0.6)
    rises = 1 - depth + depth * (inner if cone else np.sqrt(inner))
    return np.asarray(rises * (near > -0.1), dtype=np.float32)
