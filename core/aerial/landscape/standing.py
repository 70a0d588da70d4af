"""What stands on the ground and casts shadows: roofs, cars and tree crowns, with true sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .canvas import FINE_M, Canvas, Colour, Item, Material, Plane, Window, rgb

CAR_M = (4.5, 1.8, 1.45)  # a car's length, width and height, metres
RAGGED = 1.35  # how far a crown can reach, in radii
SCREEN: Colour = (0.09, 0.11, 0.13)


@dataclass(frozen=True)
class Roof:
    """A roof of ``length_m`` by ``width_m`` about a point; its ridge runs along ``angle``.

    ``kind`` is 'gable', 'hip' or 'flat'; ``rise`` the slope; ``eaves_m`` the height of its edge.
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
        along, across = window.turned(self.angle)
        cover = canvas.band(along, self.length_m / 2) * canvas.band(across, self.width_m / 2)
        if self.kind == "flat":
            self._flat(canvas, window, along, across, cover)
            return
        height, slopes = self._slopes(along, across)
        cover *= height > canvas.height[window.place]
        facing = canvas.sun.facing(*slopes)
        made = canvas.texture(self.material, window.place)
        made *= 1 + 0.12 * np.sin(across * np.float32(2 * np.pi / 0.7))  # rows of tiles
        ridge = canvas.band(across, 0.15) * (self.width_m > 5)
        canvas.paint(window.place, cover, made * (1 + 0.25 * ridge), height, facing)

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
        self, canvas: Canvas, window: Window, along: Plane, across: Plane, cover: Plane
    ) -> None:
        """A flat roof with a brighter parapet around it, half a metre higher."""
        edge = cover - canvas.band(along, self.length_m / 2 - 0.5) * canvas.band(
            across, self.width_m / 2 - 0.5
        )
        made = canvas.texture(self.material, window.place) * (1 + np.float32(0.22) * edge)
        height = np.where(edge > 0.5, np.float32(self.eaves_m + 0.5), np.float32(self.eaves_m))
        canvas.paint(window.place, cover, made, height)


@dataclass(frozen=True)
class Box:
    """A flat thing on or above the ground: a path, a chimney, a panel; no height: it lies flat."""

    row_m: float
    column_m: float
    length_m: float
    width_m: float
    angle: float
    albedo: Material | Colour
    height_m: float | None = None

    def paint(self, canvas: Canvas) -> None:
        reach = float(np.hypot(self.length_m, self.width_m)) / 2 + canvas.cell_m
        window = canvas.window(self.row_m, self.column_m, reach)
        if window is None:
            return
        along, across = window.turned(self.angle)
        cover = canvas.band(along, self.length_m / 2) * canvas.band(across, self.width_m / 2)
        of = self.albedo
        made = canvas.texture(of, window.place) if isinstance(of, Material) else rgb(of)
        canvas.paint(window.place, cover, made, self.height_m)


@dataclass(frozen=True)
class Car:
    """A car of :data:`CAR_M` about a point, along ``angle``."""

    row_m: float
    column_m: float
    angle: float
    colour: Colour

    def paint(self, canvas: Canvas) -> None:
        length, width, height = CAR_M
        window = canvas.window(self.row_m, self.column_m, 0.5 * length + 0.6)
        if window is None:
            return
        along, across = window.turned(self.angle)
        narrow = np.maximum(0, np.abs(along) - 1.7) ** 2 * np.float32(0.3)  # rounded ends
        cover = canvas.band(along, length / 2) * canvas.band(
            np.abs(across) + narrow - np.float32(0.05), width / 2
        )
        cabin = canvas.band(along + np.float32(0.35), 1.45) * canvas.band(across, 0.8)
        roof = canvas.band(along + np.float32(0.4), 0.85) * canvas.band(across, 0.62)
        glass = cabin - cabin * roof
        paint = rgb(self.colour)
        made = paint + glass * (rgb(SCREEN) - paint)
        stands = np.where(cabin > 0.5, np.float32(height), np.float32(0.8))
        facing = 1 + 0.1 * cabin * roof
        canvas.paint(window.place, cover, made, stands, facing)


Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class Crowns:
    """Tree crowns: ``places`` float32 (n, 4) of row, column, radius and top in metres; ``colours``
    float32 (n, 3) in [0, 1]; ``cones`` bool (n,): pointed as a spruce, or round."""

    places: Numbers
    colours: Numbers
    cones: NDArray[np.bool_]

    def paint(self, canvas: Canvas) -> None:
        place = self._place(canvas)
        if place is None:
            return
        tops, cover, hue = (plane[..., place[0], place[1]] for plane in self._canopy(canvas))
        fine = canvas.noise(FINE_M)[place]
        surface = tops + canvas.noise(0.9)[place] * np.float32(0.36) + fine * np.float32(0.1)
        reach = np.float32(2 * canvas.cell_m)
        down, right = np.zeros_like(surface), np.zeros_like(surface)
        down[1:-1] = (surface[2:] - surface[:-2]) / reach
        right[:, 1:-1] = (surface[:, 2:] - surface[:, :-2]) / reach
        facing = canvas.sun.facing(np.clip(down, -2, 2), np.clip(right, -2, 2))
        made = hue * (1 + np.float32(0.12) * fine)
        cover *= surface > canvas.height[place]
        canvas.paint(place, cover, made, surface, facing)

    def _place(self, canvas: Canvas) -> tuple[slice, slice] | None:
        """The cells that the crowns can reach."""
        if not len(self.places):
            return None
        reach = RAGGED * float(self.places[:, 2].max())
        low, high = self.places[:, :2].min(0) - reach, self.places[:, :2].max(0) + reach
        first = np.maximum(0, low // canvas.cell_m).astype(int)
        last = np.minimum(canvas.side, high // canvas.cell_m + 2).astype(int)
        if np.any(last - first < 3):
            return None
        return slice(first[0], last[0]), slice(first[1], last[1])

    def _canopy(self, canvas: Canvas) -> tuple[Plane, Plane, Plane]:
        """The canopy's height in metres, how much of each cell it covers, and its colour."""
        tops, cover = np.zeros_like(canvas.height), np.zeros_like(canvas.height)
        which = np.zeros(canvas.height.shape, dtype=np.intp)
        ragged = 1 + np.float32(0.4) * canvas.noise(1.5) + np.float32(0.08) * canvas.noise(FINE_M)
        np.clip(ragged, 1 / RAGGED**2, 2, out=ragged)  # no leaf outside its crown's window
        for number, (row, column, radius, top) in enumerate(self.places.tolist()):
            window = canvas.window(row, column, RAGGED * radius + canvas.cell_m)
            if window is None:
                continue
            near = 1 - ragged[window.place] * (
                np.square(window.down / radius) + np.square(window.right / radius)
            )
            edge = np.clip(0.5 + near * np.float32(radius / 2 / canvas.cell_m), 0, 1)
            here = tops[window.place]
            rises = _dome(near, bool(self.cones[number])) * np.float32(top)
            np.copyto(which[window.place], number, where=rises > here)
            np.maximum(here, rises, out=here)
            np.maximum(cover[window.place], edge, out=cover[window.place])
        return tops, cover, self.colours.T[:, which]

    @staticmethod
    def together(items: Sequence[Item], side_m: float) -> tuple[Item, ...]:
        """The items with all crowns that reach the ground last, as one item: each item of crowns
        costs a pass over the canvas."""
        crowns = [item for item in items if isinstance(item, Crowns)]
        others = tuple(item for item in items if not isinstance(item, Crowns))
        if not crowns:
            return others
        places, colours, cones = (
            np.concatenate([getattr(one, name) for one in crowns])
            for name in ("places", "colours", "cones")
        )
        reach = RAGGED * places[:, 2]
        outside = np.abs(places[:, :2] - side_m / 2).max(1) - side_m / 2
        seen = outside < reach
        return (*others, Crowns(places[seen], colours[seen], cones[seen]))


def _dome(near: Plane, cone: bool) -> Plane:
    """The height of a crown over that of its top, 0 outside; ``near`` is 1 in its middle and 0 at
    its edge."""
    inner = np.maximum(near, 0)
    share = np.float32(0.7 if cone else 0.6)
    rises = 1 - share + share * (inner if cone else np.sqrt(inner))
    return np.asarray(rises * (near > -0.1), dtype=np.float32)
