"""Verdicts on squares under pooling: shares of all alignments, counted one by one.

Every alignment was counted, so nothing is left to chance and an interval is the value itself.
"""

from __future__ import annotations

from ...evidence.intervals import exact
from ...evidence.verdict import Basis, Line, Verdict, judge
from .claims import Claim
from .result import Result, Square

HALF = Line("half of all alignments", 0.5, "%")


def corners_share_a_cell(result: Result, square: Square, level: int) -> Verdict:
    """Judge whether both corners of a square share a cell of a level at most alignments."""
    return judge(
        "corners-share-a-cell",
        exact(square.alignment_fraction[level]),
        HALF,
        Basis(alignments=result.spec.pooling().alignments ** 2),
        subject=f"{square.size_px} px, level {level}",
    )


def all_but_largest_share_a_cell(result: Result, level: int) -> Verdict:
    """Judge whether all squares but the largest merge at most alignments of all squares.

    The basis counts the alignments of one square; those of several are independent.
    """
    return judge(
        "all-but-largest-share-a-cell",
        exact(result.all_but_largest[level]),
        HALF,
        Basis(alignments=result.spec.pooling().alignments ** 2),
        subject=f"level {level}",
    )


def squares_give_one_output(claim: Claim) -> Verdict:
    """Judge whether one reading of the claim about a 4x4 and a 2x2 square is mostly true."""
    return judge(
        "4x4-and-2x2-give-one-output",
        exact(claim.fraction),
        HALF,
        Basis(alignments=claim.count_total),
        subject=claim.reading,
    )
