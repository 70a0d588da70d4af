"""Squares of several sizes, two corner detectors, and pooling again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core import fields, spec
from core.receptive import geometry

if TYPE_CHECKING:
    from core.experiments import Progress
    from core.experiments.pooling_claims import Claim
    from core.experiments.pooling_luck import Luck, Pooling
    from core.receptive import Geometry
    from core.stack import Response

Plane = NDArray[np.float32]
Cell = tuple[int, int]

MOST_ALIGNMENTS = 128


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    sizes_px: tuple[int, ...] = spec.numbers(
        (2, 4, 8, 16, 32),
        low=2,
        high=64,
        most=6,
        whole=True,
        unit="px",
        label="Sides of the squares",
    )
    row: int = spec.integer(0, low=0, high=127, unit="px", label="Move all squares down")
    column: int = spec.integer(0, low=0, high=127, unit="px", label="Move all squares right")
    depth: int = spec.integer(5, low=0, high=7, label="Pooling depth")
    pool: str = fields.pool()
    pool_size: int = fields.pool_size()
    pool_stride: int = fields.pool_stride()
    scene: str = spec.choice(
        "aligned",
        options=("aligned", "random"),
        label="Scene",
        help="'aligned': all squares at one offset. 'random': each at its own, drawn by the seed.",
    )
    seed: int = spec.integer(0, low=0, high=999_999, label="Seed of the random scene")

    def pooling(self) -> Pooling:
        """The pooling without the squares."""
        from core.experiments.pooling_luck import Pooling

        return Pooling(self.pool, self.pool_size, self.pool_stride, self.depth)

    def largest(self) -> dict[str, tuple[float, str]]:
        """A depth gives at most 128 alignments per axis to sweep."""
        most = max(d for d in range(8) if self.pool_stride**d <= MOST_ALIGNMENTS)
        return {
            "depth": (most, f"with a stride of {self.pool_stride}, for cells of 128 px at most")
        }

    def check(self) -> None:
        """Sizes must differ."""
        if len(set(self.sizes_px)) != len(self.sizes_px):
            raise spec.SpecError("sizes_px", _listed(self.sizes_px), "sizes that differ")

    def offsets(self) -> list[Cell]:
        """Where each square's upper left corner stands, from the start of its own slot."""
        if self.scene == "aligned":
            return [(self.row, self.column)] * len(self.sizes_px)
        return random_offsets(self.seed, len(self.sizes_px), self.pooling().alignments)


def _listed(values: tuple[int, ...]) -> str:
    return ",".join(str(one) for one in values)


def random_offsets(seed: int, count: int, period: int) -> list[Cell]:
    """Independent offsets, every alignment equally likely."""
    drawn = np.random.default_rng(seed).integers(0, period, size=(count, 2))
    return [(int(row), int(column)) for row, column in drawn]


@dataclass(frozen=True)
class Square:
    """One square: its side, its corner on the canvas, and what pooling does to its two corners.

    ``cells``: per level, the (row, column) of the cell of the upper left and of the bottom right
    corner; one and the same where some cell holds both. ``fraction`` and ``closed_form``: over all
    alignments, per level from 0. ``merged``: per level, whether some cell holds both.
    """

    size_px: int
    row: int
    column: int
    merged: tuple[bool, ...]
    cells: tuple[tuple[Cell, Cell], ...]
    fraction: tuple[float, ...]
    closed_form: tuple[float | None, ...]

    @property
    def merge_level(self) -> int | None:
        """The first level at which a cell holds both corners."""
        return self.merged.index(True) if any(self.merged) else None


@dataclass(frozen=True)
class Result:
    """``picture``: float32 (rows, columns), squares at 1. ``maps``: per level, float32 (2, rows,
    columns), the response of the upper-left and of the bottom-right detector to the whole scene.
    ``all_but_largest``: per level, the probability that all squares but the largest have merged.
    """

    spec: Spec
    picture: Plane
    squares: tuple[Square, ...]
    maps: tuple[Plane, ...]
    geometry: tuple[Geometry, ...]
    claims: tuple[Claim, ...]
    all_but_largest: tuple[float, ...]

    @property
    def claim_holds(self) -> bool:
        """At the deepest level, all squares but the largest have merged and the largest has not."""
        merged = {one.size_px: one.merged[-1] for one in self.squares}
        return _all_but_largest(merged)


def _all_but_largest(merged: dict[int, bool]) -> bool:
    largest = max(merged)
    return not merged[largest] and all(merged[size] for size in merged if size != largest)


def place(spec: Spec) -> tuple[list[Cell], tuple[int, int]]:
    """Upper left corners on the canvas, and the canvas (rows, columns).

    Each square has a slot of its own, and slots start at multiples of the deepest cell, so corners
    of different squares only meet where windows overlap. The canvas divides by that cell, plus what
    an overlapping window reaches beyond it.
    """
    pooling = spec.pooling()
    cell = pooling.alignments
    offsets = spec.offsets()
    reach = max(cell - 1, *(max(offset) for offset in offsets)) + max(spec.sizes_px)
    slot = -(-(reach + 1) // cell) * cell  # a pixel between neighbours, or corners would not show
    across = -(-len(spec.sizes_px) // 2) if len(spec.sizes_px) > 3 else len(spec.sizes_px)
    down = -(-len(spec.sizes_px) // across)
    margin = -(-max(0, pooling.reach(spec.depth) - cell) // cell) * cell
    corners = [
        (at // across * slot + offset[0], at % across * slot + offset[1])
        for at, offset in enumerate(offsets)
    ]
    return corners, (down * slot + margin, across * slot + margin)


def _pictures(spec: Spec, corners: list[Cell], canvas: tuple[int, int]) -> Plane:
    """The scene, then each square alone: float32 (1 + squares, rows, columns)."""
    pictures = np.zeros((1 + len(corners), *canvas), dtype=np.float32)
    for at, (size, (row, column)) in enumerate(zip(spec.sizes_px, corners, strict=True)):
        for index in (0, at + 1):
            pictures[index, row : row + size, column : column + size] = 1
    return pictures


def _cells(maps: Plane) -> tuple[Cell, Cell]:
    """(2, rows, columns) of one square: the strongest shared cell, or each corner's strongest."""
    shared = np.minimum(maps[0], maps[1])
    ways = (shared, shared) if shared.any() else (maps[0], maps[1])
    found = [divmod(int(one.argmax()), one.shape[1]) for one in ways]
    return found[0], found[1]


def _square(spec: Spec, at: int, corner: Cell, response: Response, luck: Luck) -> Square:
    from core.experiments.pooling_luck import closed_form

    size = spec.sizes_px[at]
    maps = [level[at + 1] for level in response.levels]
    merged = tuple(bool(((one[0] > 0) & (one[1] > 0)).any()) for one in maps)
    law = tuple(closed_form(size, spec.pooling(), level) for level in range(len(maps)))
    return Square(
        size_px=size,
        row=corner[0],
        column=corner[1],
        merged=merged,
        cells=tuple(_cells(one) for one in maps),
        fraction=tuple(luck.fraction()),
        closed_form=law,
    )


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Pool the scene, follow every square's corners, and sweep every alignment."""
    from core import stack
    from core.experiments import pooling_luck
    from core.experiments.pooling_claims import claims

    pooling = spec.pooling()
    corners, canvas = place(spec)
    pictures = _pictures(spec, corners, canvas)
    response = stack.run(pictures, pooling_luck.detectors(), pooling.layout())
    squares, fractions = [], {}
    for at, corner in enumerate(corners):
        luck = pooling_luck.measure(spec.sizes_px[at], pooling)
        squares.append(_square(spec, at, corner, response, luck))
        fractions[spec.sizes_px[at]] = luck.fraction()
        if progress:
            progress((at + 1) / len(corners))
    return Result(
        spec=spec,
        picture=pictures[0].copy(),  # a view would keep the whole batch alive
        squares=tuple(squares),
        maps=tuple(level[0].copy() for level in response.levels),
        geometry=tuple(geometry(pooling.layout(), canvas)),
        claims=claims(spec.pool, spec.pool_size, spec.pool_stride),
        all_but_largest=tuple(pooling_luck.all_but_largest(fractions)),
    )


def find_scene(spec: Spec, holds: bool, tries: int = 20_000) -> int | None:
    """The next seed whose random scene makes the claim true (or false); None when none is found."""
    from core.experiments.pooling_luck import measure

    pooling = spec.pooling()
    luck = {size: measure(size, pooling) for size in spec.sizes_px}
    for step in range(1, tries + 1):
        seed = (spec.seed + step) % 1_000_000
        offsets = random_offsets(seed, len(spec.sizes_px), pooling.alignments)
        merged = {
            size: bool(luck[size].shared(*offset)[-1])
            for size, offset in zip(spec.sizes_px, offsets, strict=True)
        }
        if _all_but_largest(merged) == holds:
            return seed
    return None


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises: levels 1 to D."""
    return {
        "squares": [
            {
                "size_px": one.size_px,
                "merge_level": one.merge_level,
                "same_cell_fraction": list(one.fraction[1:]),
                "closed_form": list(one.closed_form[1:]),
            }
            for one in result.squares
        ],
        "claims": [
            {"reading": one.reading, "true": one.true, "of": one.of} for one in result.claims
        ],
        "all_but_largest": list(result.all_but_largest[1:]),
    }
