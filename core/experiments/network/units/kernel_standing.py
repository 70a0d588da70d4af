"""Do the layers of a network hold more scaled copies among their kernels than chance gives?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....evidence.resampling import chance_limit

Line = NDArray[np.float64]

MIN_KERNELS = 30  # with fewer, a 95th percentile says little
ERRORS = 3  # standard errors of the share that repeats, which is no constant of the layer either
ABOVE, REPEATS, CHANCE = "above", "repeats", "chance"  # what the matches of a layer are


@dataclass(frozen=True, eq=False)
class KernelShares:
    """How many kernels of a layer match another better than 95 % of turned kernels do.

    ``share``: resized; ``repeats``: without resizing. ``control`` float64 (draws, 2): both shares
    among turned copies of the layer.
    """

    layer: str
    kernels: int
    share: float
    repeats: float
    control: Line


def standings(layers: Sequence[KernelShares]) -> dict[str, str]:
    """Say of each layer what its matches are: above chance, mere repeats, or chance.

    Above chance: more kernels match another resized than in any turned copy, and so does the number
    that is left when those that match without resizing are taken off. The limits hold for all
    layers at once. A layer of few kernels is left out.
    """
    enough = [one for one in layers if one.kernels >= MIN_KERNELS]
    if not enough:
        return {}
    control = np.stack([one.control for one in enough], axis=1)  # (draws, layers, 2)
    draws = np.concatenate((control[..., 0], control[..., 0] - control[..., 1]), axis=1)
    least = np.array([1 / one.kernels for one in enough])
    limits = chance_limit(draws, np.tile(least, 2)).reshape(2, -1)
    result = {}
    for one, limit, extra in zip(enough, *limits.tolist(), strict=True):
        error = np.sqrt(one.repeats * (1 - one.repeats) / one.kernels)
        is_more = one.share - one.repeats > extra + ERRORS * error
        result[one.layer] = CHANCE if one.share <= limit else ABOVE if is_more else REPEATS
    return result


def above_chance(layers: Sequence[KernelShares]) -> list[str]:
    """The layers that hold more scaled copies than chance, and more than they hold repeats."""
    return [layer for layer, standing in standings(layers).items() if standing == ABOVE]
