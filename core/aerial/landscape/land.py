"""What lies flat: the ground itself, parcels of it, water and ways with their markings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .canvas import Canvas, Colour, Material, Plane, rgb

WHITE: Colour = (0.86, 0.86, 0.84)
YELLOW: Colour = (0.82, 0.68, 0.22)


@dataclass(frozen=True)
class Rows:
    """Furrows or rows of a crop: ``period_m`` apart along ``angle``, of contrast ``depth``; every
    ``tracks_m`` metres (0: never) the two tracks of a tractor."""

    angle: float
    period_m: float
    depth: float
    tracks_m: float = 0.0


@dataclass(frozen=True)
class Land:
    """A material everywhere, or on one side of a wavy line, or within or outside a wavy blob.

    ``edge`` is (row, column, angle, radius): with radius 0 the land lies to the right of the line
    through the point along the angle; with a positive one within a blob of that radius, stretched
    along the angle; with a negative one outside it. ``wave_m`` is how far the edge strays.
    """

    material: Material
    edge: tuple[float, float, float, float] | None = None
    wave_m: float = 0.0
    rows: Rows | None = None

    def paint(self, canvas: Canvas) -> None:
        place = (slice(None), slice(None))
        made = canvas.texture(self.material, place)
        if self.rows is not None:
            made *= furrows(canvas, self.rows)
        if self.edge is None:
            canvas.albedo[:] = made
            return
        canvas.paint(place, canvas.inside(outline(canvas, self.edge, self.wave_m)), made)


@dataclass(frozen=True)
class Water:
    """Water within an edge (see :class:`Land`): paler towards the bank, with ripples."""

    deep: Colour
    shallow: Colour
    edge: tuple[float, float, float, float]
    wave_m: float
    ripple: float
    wind: float

    def paint(self, canvas: Canvas) -> None:
        place = (slice(None), slice(None))
        away = outline(canvas, self.edge, self.wave_m)
        bank = Material((0.42, 0.38, 0.28), (0.30, 0.33, 0.18), 0.1, 0.15)
        reeds = canvas.inside(away - np.float32(1.2) - canvas.noise(1.5))
        canvas.paint(place, reeds, canvas.texture(bank, place))
        depth = 1 - np.exp(np.minimum(away, 0) / np.float32(4))
        swell = ripples(canvas, self.wind) * np.float32(self.ripple)
        made = rgb(self.shallow) + depth * (rgb(self.deep) - rgb(self.shallow))
        broad = 1 + np.float32(0.06) * canvas.noise(12.0)
        canvas.paint(place, canvas.inside(away), made * broad + swell, 0.0)


@dataclass(frozen=True)
class Way:
    """A road or track: through a point along ``angle``, bent by ``bend`` (one over metres).

    ``half_m`` is half its width; ``lines`` are (offset, width, dash, gap) in metres: painted lines
    at an offset from the middle; a dash of 0 is an unbroken line.
    """

    row_m: float
    column_m: float
    angle: float
    half_m: float
    material: Material
    bend: float = 0.0
    lines: tuple[tuple[float, float, float, float], ...] = ()
    colour: Colour = WHITE

    def paint(self, canvas: Canvas) -> None:
        place = (slice(None), slice(None))
        along, across = self.frame(canvas)
        cover = canvas.band(across, self.half_m)
        if not cover.any():
            return
        canvas.paint(place, cover, canvas.texture(self.material, place))
        painted = np.zeros_like(across)
        for offset, width, dash, gap in self.lines:
            cover = canvas.band(across - np.float32(offset), width / 2)
            if dash:
                cover *= canvas.inside(beats(along, dash + gap) - np.float32(dash / 2))
            painted += cover
        if self.lines:
            canvas.paint(place, painted * worn(canvas, place), rgb(self.colour))

    def frame(self, canvas: Canvas) -> tuple[Plane, Plane]:
        """Metres along the way and across it, of every cell."""
        along, across = canvas.whole(self.row_m, self.column_m).turned(self.angle)
        if self.bend:
            slope = np.float32(self.bend) * along
            across = (across - slope * along / 2) / np.sqrt(1 + slope * slope)
        return along, across


@dataclass(frozen=True)
class Bays:
    """The lines of parking bays about a point: ``rows`` double rows of ``bays`` pairs, nose to
    nose; a bay has (length, width) ``bay_m``, and the double rows stand ``pitch_m`` apart."""

    row_m: float
    column_m: float
    angle: float
    rows: int
    bays: int
    bay_m: tuple[float, float]
    pitch_m: float

    def paint(self, canvas: Canvas) -> None:
        length, width = self.bay_m
        size = (self.bays * width / 2, self.rows * self.pitch_m / 2)
        window = canvas.window(self.row_m, self.column_m, float(np.hypot(*size)))
        if window is None:
            return
        along, across = window.turned(self.angle)
        row = beats(across + np.float32(size[1]), self.pitch_m)
        bay = beats(along + np.float32(size[0] + width / 2), width)
        lines = canvas.band(bay, 0.06) * canvas.band(row, length)
        lines = np.maximum(lines, canvas.band(row, 0.06))
        lines *= canvas.band(along, size[0] + 0.06) * canvas.band(across, size[1])
        canvas.paint(window.place, lines * worn(canvas, window.place), rgb(WHITE))


def beats(distance: Plane, period_m: float) -> Plane:
    """The distance from the middle of the period that each place lies in, metres."""
    turns = distance * np.float32(1 / period_m)
    turns -= np.floor(turns) + np.float32(0.5)
    return np.asarray(np.abs(turns) * np.float32(period_m), dtype=np.float32)


def worn(canvas: Canvas, place: tuple[slice, slice]) -> Plane:
    """How much of a painted line is left, (rows, columns)."""
    return 1 - np.float32(0.25) * np.clip(canvas.noise(1.5)[place], 0, 1)


def outline(canvas: Canvas, edge: tuple[float, float, float, float], wave_m: float) -> Plane:
    """About how far each cell lies outside an edge (see :class:`Land`), metres, negative within."""
    row, column, angle, radius = edge
    along, across = canvas.whole(row, column).turned(angle)
    if not radius:
        across = -across
    else:
        far = np.sqrt(np.square(along / np.float32(1.4)) + np.square(across)) - abs(radius)
        across = far if radius > 0 else -far
    stray = canvas.noise(24.0) + np.float32(0.3) * canvas.noise(5.0)
    return np.asarray(across + np.float32(wave_m) * stray, dtype=np.float32)


def furrows(canvas: Canvas, rows: Rows) -> Plane:
    """The brightness of rows about 1, (side, side): a sine averaged over each cell."""
    middle = canvas.side * canvas.cell_m / 2
    _, across = canvas.whole(middle, middle).turned(rows.angle)
    across = across + np.float32(0.12 * rows.period_m) * canvas.noise(5.0)
    cycles = canvas.cell_m / rows.period_m
    depth = rows.depth * np.sinc(cycles * np.cos(rows.angle)) * np.sinc(cycles * np.sin(rows.angle))
    light = 1 + np.float32(depth) * np.sin(across * np.float32(2 * np.pi / rows.period_m))
    if rows.tracks_m:
        wheels = beats(across, rows.tracks_m) - np.float32(0.9)
        light *= 1 - np.float32(0.35) * canvas.band(wheels, 0.22)
    return np.asarray(light, dtype=np.float32)


def ripples(canvas: Canvas, wind: float) -> Plane:
    """Crests about 0 across the wind, (side, side)."""
    middle = canvas.side * canvas.cell_m / 2
    along, _ = canvas.whole(middle, middle).turned(wind)
    bent = along + np.float32(0.9) * canvas.noise(5.0) + np.float32(0.4) * canvas.noise(1.5)
    crests = np.sin(bent * np.float32(2 * np.pi / 2.2)) + np.float32(0.8) * canvas.noise(0.9)
    return np.asarray(crests * np.clip(0.6 + canvas.noise(12.0), 0, 1.5), dtype=np.float32)
