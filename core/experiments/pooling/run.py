"""Place squares, run the corner filters and pooling layers, and find shared cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...filters.receptive_field import geometry
from .result import Result, Square, claim_holds
from .spec import Cell, Plane, Spec, random_offsets

if TYPE_CHECKING:
    from ...filters.stack import Response
    from ...jobs.progress import Progress
    from .alignment import AlignmentSweep


def place_squares(spec: Spec) -> tuple[list[Cell], tuple[int, int]]:
    """Give the upper left corners on the canvas, and the canvas (rows, columns), in px.

    Each square has a slot of its own, and slots start at multiples of the last stride, so corners
    of different squares only meet where windows overlap. The canvas divides by that stride, plus
    what an overlapping window reaches beyond it.
    """
    pooling = spec.pooling()
    cell = pooling.alignments
    offsets = spec.offsets()
    reach = max(cell - 1, *(max(offset) for offset in offsets)) + max(spec.sizes_px)
    slot = -(-(reach + 1) // cell) * cell  # one empty pixel between squares
    across = -(-len(spec.sizes_px) // 2) if len(spec.sizes_px) > 3 else len(spec.sizes_px)
    down = -(-len(spec.sizes_px) // across)
    margin = -(-max(0, pooling.receptive_field(spec.depth) - cell) // cell) * cell
    corners = [
        (index // across * slot + offset[0], index % across * slot + offset[1])
        for index, offset in enumerate(offsets)
    ]
    return corners, (down * slot + margin, across * slot + margin)


def _pictures(spec: Spec, corners: list[Cell], canvas: tuple[int, int]) -> Plane:
    """The scene, then each square alone: float32 (1 + squares, rows, columns)."""
    pictures = np.zeros((1 + len(corners), *canvas), dtype=np.float32)
    for square, (size, (row, column)) in enumerate(zip(spec.sizes_px, corners, strict=True)):
        for index in (0, square + 1):
            pictures[index, row : row + size, column : column + size] = 1
    return pictures


def _cells(maps: Plane) -> tuple[Cell, Cell]:
    """The strongest shared cell, or each corner's strongest; ``maps``: (2, rows, columns)."""
    shared = np.minimum(maps[0], maps[1])
    responses = (shared, shared) if shared.any() else (maps[0], maps[1])
    first, second = (divmod(int(values.argmax()), values.shape[1]) for values in responses)
    return first, second


def _square(
    spec: Spec, index: int, corner: Cell, response: Response, sweep: AlignmentSweep
) -> Square:
    from .alignment import closed_form

    size = spec.sizes_px[index]
    maps = [level[index + 1] for level in response.levels]
    merged = tuple(bool(((first > 0) & (second > 0)).any()) for first, second in maps)
    formula = tuple(closed_form(size, spec.pooling(), level) for level in range(len(maps)))
    return Square(
        size_px=size,
        row=corner[0],
        column=corner[1],
        merged=merged,
        cells=tuple(_cells(level) for level in maps),
        alignment_fraction=tuple(sweep.alignment_fractions()),
        closed_form=formula,
    )


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Pool the scene, find the cells of every square's corners, and sweep every alignment."""
    from ...filters import stack
    from . import alignment
    from .claims import claims

    pooling = spec.pooling()
    corners, canvas = place_squares(spec)
    pictures = _pictures(spec, corners, canvas)
    response = stack.run(pictures, alignment.detectors(), pooling.layout())
    squares, fractions = [], {}
    for index, (size, corner) in enumerate(zip(spec.sizes_px, corners, strict=True)):
        sweep = alignment.sweep_alignments(size, pooling)
        squares.append(_square(spec, index, corner, response, sweep))
        fractions[size] = sweep.alignment_fractions()
        if progress:
            progress((index + 1) / len(corners))
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
    """Find the next seed whose random scene makes the claim true (or false); None if none does."""
    from .alignment import sweep_alignments

    pooling = spec.pooling()
    sweeps = {size: sweep_alignments(size, pooling) for size in spec.sizes_px}
    for step in range(1, tries + 1):
        seed = (spec.seed + step) % 1_000_000
        offsets = random_offsets(seed, len(spec.sizes_px), pooling.alignments)
        merged = {
            size: bool(sweeps[size].shares_cell(*offset)[-1])
            for size, offset in zip(spec.sizes_px, offsets, strict=True)
        }
        if claim_holds(merged) == holds:
            return seed
    return None


def summary(result: Result) -> dict[str, Any]:
    """Summarize a result under the keys that the command line promises, levels 1 to the depth."""
    return {
        "squares": [
            {
                "size_px": square.size_px,
                "merge_level": square.merge_level,
                "same_cell_fraction": list(square.alignment_fraction[1:]),
                "closed_form": list(square.closed_form[1:]),
            }
            for square in result.squares
        ],
        "claims": [
            {"reading": claim.reading, "true": claim.count_true, "of": claim.count_total}
            for claim in result.claims
        ],
        "all_but_largest": list(result.all_but_largest[1:]),
    }
