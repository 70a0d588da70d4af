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


def _profiles(response: Response) -> Line:
    """(pictures * sizes, units) of length 1 each, every size's mean over pictures taken off.

    A unit that does not vary is all zero, so that its correlation with anything is zero.
    """
    centered = response.astype(np.float64) - response.mean(axis=0, dtype=np.float64)
    flat = centered.reshape(-1, response.shape[2])
    length = np.sqrt((flat * flat).sum(axis=0))
    return np.where(length > MIN_NORM, flat / np.maximum(length, MIN_NORM), 0.0)


def _best_others(alike: Line) -> tuple[NDArray[np.intp], Line]:
    """Each row's largest entry off the diagonal: where it is, and how large."""
    others = alike.copy()
    np.fill_diagonal(others, -2.0)
    return others.argmax(axis=1), others.max(axis=1)


def split_half(here: Response, there: Response, chosen: NDArray[np.bool_]) -> SplitHalf:
    """Choose on ``chosen`` and score on the rest.

    ``here``, ``there``: float32 (pictures, sizes, units), the responses at ``s`` and at
    ``s * 2**k``; ``chosen``: bool (pictures,). Raises UserError for fewer than two units.
    """
    if here.shape[2] < 2:
        raise UserError(f"a partner needs two units; this layer has {here.shape[2]}")
    ours, theirs = _profiles(here[chosen]), _profiles(there[chosen])
    alike = ours.T @ theirs
    partner, best = _best_others(alike)
    deceived = best > np.diag(alike) + MARGIN
    held, moved = _profiles(here[~chosen]), _profiles(there[~chosen])
    itself = (held * moved).sum(axis=0)
    other = (held * moved[:, partner]).sum(axis=0)
    unmoved = (held * held[:, partner]).sum(axis=0)
    return SplitHalf(partner, itself, other, unmoved, deceived)


def permute_photographs(names: Sequence[str], chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """An order (pictures,) that keeps the halves and gives each picture one of another photograph.

    Within a half, sorted by photograph, all move on by as many places as the largest photograph
    has pictures. Where one photograph has most of a half's pictures some get their own again.
    """
    labels = np.array(names)
    order = np.arange(len(labels))
    for half in (chosen, ~chosen):
        members = np.flatnonzero(half)
        members = members[np.argsort(labels[members], kind="stable")]
        largest = np.unique(labels[members], return_counts=True)[1].max()
        order[members] = np.roll(members, largest)
    return order
