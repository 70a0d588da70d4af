"""What lies flat: the ground itself, parcels of it, water, and roads with their markings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .canvas import Canvas, Color, Material, Plane, rgb

WHITE: Color = (0.86, 0.86, 0.84)
YELLOW: Color = (0.82, 0.68, 0.22)


@dataclass(frozen=True)
class CropRows:
    """Furrows or rows of a crop: ``period_m`` apart along ``angle``, of contrast ``depth``.

    Every ``tracks_m`` meters (0: never) there are the two tracks of a tractor.
    """

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
    rows: CropRows | None = None

    def paint(self, canvas: Canvas) -> None:
        cells = (slice(None), slice(None))
        albedo = canvas.texture(self.material, cells)
        if self.rows is not None:
            albedo *= row_brightness(canvas, self.rows)
        if self.edge is None:
            canvas.albedo[:] = albedo
            return
        canvas.blend(
            cells, canvas.inside_coverage(edge_distance(canvas, self.edge, self.wave_m)), albedo
        )


@dataclass(frozen=True)
class Water:
    """Water within an edge (see :class:`Land`): brighter towards the bank, with ripples."""

    deep: Color
    shallow: Color
    edge: tuple[float, float, float, float]
    wave_m: float
    ripple: float
    wind: float

    def paint(self, canvas: Canvas) -> None:
        cells = (slice(None), slice(None))
        away = edge_distance(canvas, self.edge, self.wave_m)
        bank = Material((0.42, 0.38, 0.28), (0.30, 0.33, 0.18), 0.1, 0.15)
        reeds = canvas.inside_coverage(away - np.float32(1.2) - canvas.noise(1.5))
        canvas.blend(cells, reeds, canvas.texture(bank, cells))
        depth = 1 - np.exp(np.minimum(away, 0) / np.float32(4))
        swell = ripples(canvas, self.wind) * np.float32(self.ripple)
        albedo = rgb(self.shallow) + depth * (rgb(self.deep) - rgb(self.shallow))
        broad = 1 + np.float32(0.06) * canvas.noise(12.0)
        canvas.blend(cells, canvas.inside_coverage(away), albedo * broad + swell, 0.0)


@dataclass(frozen=True)
class Way:
    """A road or track: through a point along ``angle``, bent by ``bend`` (curvature, 1/m).

    ``half_m`` is half its width; ``lines`` are (offset, width, dash, gap) in meters: painted lines
    at an offset from the center line; a dash of 0 is a solid line.
    """

    row_m: float
    column_m: float
    angle: float
    half_m: float
    material: Material
    bend: float = 0.0
    lines: tuple[tuple[float, float, float, float], ...] = ()
    color: Color = WHITE

    def paint(self, canvas: Canvas) -> None:
        cells = (slice(None), slice(None))
        along, across = self.frame(canvas)
        coverage = canvas.band_coverage(across, self.half_m)
        if not coverage.any():
            return
        canvas.blend(cells, coverage, canvas.texture(self.material, cells))
        painted = np.zeros_like(across)
        for offset, width, dash, gap in self.lines:
            coverage = canvas.band_coverage(across - np.float32(offset), width / 2)
            if dash:
                coverage *= canvas.inside_coverage(
                    distance_to_period_center(along, dash + gap) - np.float32(dash / 2)
                )
            painted += coverage
        if self.lines:
            canvas.blend(cells, painted * paint_opacity(canvas, cells), rgb(self.color))

    def frame(self, canvas: Canvas) -> tuple[Plane, Plane]:
        """Locate every cell along and across the road: two float32 (side, side), in meters."""
        along, across = canvas.full_window(self.row_m, self.column_m).rotated(self.angle)
        if self.bend:
            slope = np.float32(self.bend) * along
            across = (across - slope * along / 2) / np.sqrt(1 + slope * slope)
        return along, across


@dataclass(frozen=True)
class ParkingBays:
    """The lines of parking bays around a point.

    ``rows`` double rows of ``bays`` pairs, nose to nose; a bay has (length, width) ``bay_m``, and
    the double rows are ``pitch_m`` apart, all in meters.
    """

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
        along, across = window.rotated(self.angle)
        row = distance_to_period_center(across + np.float32(size[1]), self.pitch_m)
        bay = distance_to_period_center(along + np.float32(size[0] + width / 2), width)
        lines = canvas.band_coverage(bay, 0.06) * canvas.band_coverage(row, length)
        lines = np.maximum(lines, canvas.band_coverage(row, 0.06))
        lines *= canvas.band_coverage(along, size[0] + 0.06) * canvas.band_coverage(across, size[1])
        canvas.blend(window.cells, lines * paint_opacity(canvas, window.cells), rgb(WHITE))


def distance_to_period_center(distance: Plane, period_m: float) -> Plane:
    """Compute the distance to the center of the enclosing period, in meters.

    ``distance``: float32 (rows, columns) in meters; the result has the same shape.
    """
    phase = distance * np.float32(1 / period_m)
    phase -= np.floor(phase) + np.float32(0.5)
    return np.asarray(np.abs(phase) * np.float32(period_m), dtype=np.float32)


def paint_opacity(canvas: Canvas, cells: tuple[slice, slice]) -> Plane:
    """Return the opacity of worn road paint: float32 (rows, columns) in [0.75, 1]."""
    return 1 - np.float32(0.25) * np.clip(canvas.noise(1.5)[cells], 0, 1)


def edge_distance(canvas: Canvas, edge: tuple[float, float, float, float], wave_m: float) -> Plane:
    """Estimate the distance of each cell from an edge (see :class:`Land`), in meters.

    Float32 (side, side), negative inside.
    """
    row, column, angle, radius = edge
    along, across = canvas.full_window(row, column).rotated(angle)
    if not radius:
        across = -across
    else:
        outside = np.sqrt(np.square(along / np.float32(1.4)) + np.square(across)) - abs(radius)
        across = outside if radius > 0 else -outside
    stray = canvas.noise(24.0) + np.float32(0.3) * canvas.noise(5.0)
    return np.asarray(across + np.float32(wave_m) * stray, dtype=np.float32)


def row_brightness(canvas: Canvas, rows: CropRows) -> Plane:
    """Compute the brightness of rows: float32 (side, side), a sine around 1 averaged over cells."""
    middle = canvas.side * canvas.cell_m / 2
    _, across = canvas.full_window(middle, middle).rotated(rows.angle)
    across = across + np.float32(0.12 * rows.period_m) * canvas.noise(5.0)
    cycles = canvas.cell_m / rows.period_m
    depth = rows.depth * np.sinc(cycles * np.cos(rows.angle)) * np.sinc(cycles * np.sin(rows.angle))
    light = 1 + np.float32(depth) * np.sin(across * np.float32(2 * np.pi / rows.period_m))
    if rows.tracks_m:
        wheels = distance_to_period_center(across, rows.tracks_m) - np.float32(0.9)
        light *= 1 - np.float32(0.35) * canvas.band_coverage(wheels, 0.22)
    return np.asarray(light, dtype=np.float32)


def ripples(canvas: Canvas, wind: float) -> Plane:
    """Compute the crests of ripples across the wind: float32 (side, side), of mean about 0."""
    middle = canvas.side * canvas.cell_m / 2
    along, _ = canvas.full_window(middle, middle).rotated(wind)
    bent = along + np.float32(0.9) * canvas.noise(5.0) + np.float32(0.4) * canvas.noise(1.5)
    crests = np.sin(bent * np.float32(2 * np.pi / 2.2)) + np.float32(0.8) * canvas.noise(0.9)
    return np.asarray(crests * np.clip(0.6 + canvas.noise(12.0), 0, 1.5), dtype=np.float32)
