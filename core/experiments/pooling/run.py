"""Place squares, run the corner filters and pooling layers, and find shared cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...filters.receptive_field import geometry
from .result import Result, Square, _all_but_largest
from .spec import Cell, Plane, Spec, random_offsets

if TYPE_CHECKING:
    from ...filters.stack import Response
    from ...jobs.progress import Progress
    from .alignment import Luck


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
    from .alignment import closed_form

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
    from ...filters import stack
    from . import alignment
    from .claims import claims

    pooling = spec.pooling()
    corners, canvas = place(spec)
    pictures = _pictures(spec, corners, canvas)
    response = stack.run(pictures, alignment.detectors(), pooling.layout())
    squares, fractions = [], {}
    for at, corner in enumerate(corners):
        luck = alignment.measure(spec.sizes_px[at], pooling)
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
        all_but_largest=tuple(alignment.all_but_largest(fractions)),
    )


def find_scene(spec: Spec, holds: bool, tries: int = 20_000) -> int | None:
    """The next seed whose random scene makes the claim true (or false); None when none is found."""
    from .alignment import measure

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
