"""Each unit's best other unit at another size: chosen on some pictures, scored on the others.

The parts of the test in :mod:`core.experiments.network.units.partners`, as pure functions of arrays
``response[picture, size, unit]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....errors import UserError
from ....networks.unit_responses import Response

Line = NDArray[np.float64]

MARGIN = 0.1  # correlations that differ by less than this count as equal
MIN_CORRELATION = 0.5  # a partner whose held-out correlation is below this follows nothing
SIZE_TOLERANCE = 0.01  # of an octave: sizes nearer than this are the same
MIN_NORM = 1e-6  # below this norm of its centered responses, a unit has no correlation


@dataclass(frozen=True)
class SplitHalf:
    """One direction of one split: chosen on one half, scored on the other; all are (units,).

    ``partner``: the best other unit's number. ``self_correlation``, ``partner_correlation`` and
    ``same_size_correlation``: the held-out correlations of the unit at ``s`` with itself at ``s *
    2**k``, with the partner at ``s * 2**k``, and with the partner at ``s``; 0 where one of the two
    does not vary. ``beaten_when_chosen``: whether the partner seemed to beat the unit on the half
    that it was chosen on.
    """

    partner: NDArray[np.intp]
    self_correlation: Line
    partner_correlation: Line
    same_size_correlation: Line
    beaten_when_chosen: NDArray[np.bool_]

    @property
    def reassigned(self) -> NDArray[np.bool_]:
        """Where the partner follows the unit, and better than the unit itself does."""
        return (self.partner_correlation > self.self_correlation + MARGIN) & (
            self.partner_correlation > MIN_CORRELATION
        )

    @property
    def retained(self) -> NDArray[np.bool_]:
        """Where the unit follows itself, and better than the partner does: the opposite."""
        return (self.self_correlation > self.partner_correlation + MARGIN) & (
            self.self_correlation > MIN_CORRELATION
        )

    @property
    def copied(self) -> NDArray[np.bool_]:
        """Where the partner also does so better at the other size than at the unit's own."""
        return self.reassigned & (self.partner_correlation > self.same_size_correlation + MARGIN)


def size_pairs(sizes_px: Line, octaves: float) -> tuple[list[int], list[int]]:
    """Indices of all sizes ``s`` and of ``s * 2**octaves``, where the sweep holds both.

    ``sizes_px``: float64 (sizes,).
    """
    level = np.log2(sizes_px)
    near = np.abs(level[:, None] + octaves - level[None, :]) < SIZE_TOLERANCE
    here, there = np.nonzero(near)
    return here.tolist(), there.tolist()


def _profiles(response: Response, weights: Line | None) -> Response:
    """(pictures * sizes, units) of length 1 each, every size's mean over pictures taken off.

    ``weights``: of the pictures, (pictures,); None for equal ones. A unit that does not vary is all
    zero, so that its correlation with anything is zero.
    """
    shares = np.ones(len(response)) if weights is None else weights
    shares = (shares / shares.sum()).astype(np.float32)
    centered = response - np.tensordot(shares, response, axes=1)
    scale = np.sqrt(shares * len(shares))[:, None, None]
    flat = (centered * scale).reshape(-1, response.shape[2])
    length = np.sqrt((flat * flat).sum(axis=0))
    return np.where(length > MIN_NORM, flat / np.maximum(length, MIN_NORM), np.float32(0))


def _correlations(first: Response, second: Response) -> Line:
    """Of each unit's profile with another, float64 (units,)."""
    return np.asarray(np.einsum("ij,ij->j", first, second), dtype=np.float64)


def _direction(ours: Response, theirs: Response, held: Response, moved: Response) -> SplitHalf:
    """Choose by profiles at one size and the other, and score by held-out ones at both."""
    alike = ours.T @ theirs
    itself = np.diag(alike).copy()
    np.fill_diagonal(alike, -2.0)  # no unit is its own partner
    partner = alike.argmax(axis=1)
    return SplitHalf(
        partner,
        _correlations(held, moved),
        _correlations(held, moved[:, partner]),
        _correlations(held, held[:, partner]),
        alike[np.arange(len(partner)), partner] > itself + MARGIN,
    )


def split_half(
    small: Response,
    large: Response,
    chosen: NDArray[np.bool_],
    weights: Line | None = None,
) -> tuple[SplitHalf, SplitHalf]:
    """Choose on ``chosen`` and score on the rest, from small to large sizes and back.

    ``small``, ``large``: float32 (pictures, sizes, units), the responses at ``s`` and at
    ``s * 2**k``; ``chosen``: bool (pictures,); ``weights``: of the pictures, float64 (pictures,).
    Returns what follows a unit at the larger size, and what follows it at the smaller one. Raises
    UserError for fewer than two units.
    """
    if small.shape[2] < 2:
        raise UserError(f"a partner needs two units; this layer has {small.shape[2]}")
    ours, theirs, held, moved = (
        _profiles(values[part], None if weights is None else weights[part])
        for part in (chosen, ~chosen)
        for values in (small, large)
    )
    return _direction(ours, theirs, held, moved), _direction(theirs, ours, moved, held)


def permute_photographs(names: Sequence[str], seed: int) -> NDArray[np.intp]:
    """A random order (pictures,) that gives each picture one of another photograph.

    ``names``: the photograph of each picture. All pictures of a photograph get those of one other
    photograph, in turn where that has fewer. Raises UserError for fewer than two photographs.
    """
    labels = np.array(names)
    photographs = np.unique(labels)
    if len(photographs) < 2:
        raise UserError("the pictures come from one photograph; give at least two")
    random, same = np.random.default_rng(seed), np.arange(len(photographs))
    taken = same
    while (taken == same).any():
        taken = random.permutation(len(photographs))
    order = np.empty(len(labels), dtype=np.intp)
    for mine, other in zip(photographs, photographs[taken], strict=True):
        members, others = np.flatnonzero(labels == mine), np.flatnonzero(labels == other)
        order[members] = np.resize(others, len(members))
    return order
