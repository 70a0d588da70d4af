"""Filters that a trained network has learned: its depthwise kernels, one of which may be taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...filters.kernel_editing import normalised
from .kernel_editor import fields

NETWORK = "efficientnet-lite0"
COLUMNS = 16  # kernels side by side
Kernels = NDArray[np.float32]


def banks() -> dict[str, Kernels]:
    """The depthwise kernels of every block, (kernels, rows, columns), by the block's name.

    Reads the weights when it is first called. Raises NetworkMissing where they are not installed.
    """
    from ...networks import load

    return load(NETWORK).kernels


def titles() -> dict[str, str]:
    """Every block's name with what it holds, for people."""
    return {
        place: f"{place}: {len(kernels)} kernels of {kernels.shape[1]} x {kernels.shape[2]}"
        for place, kernels in banks().items()
    }


def tiled(kernels: Kernels) -> Kernels:
    """All kernels in one table, COLUMNS to a row, with a gap of one NaN between neighbours.

    Each is divided by its own largest weight, so it lies in [-1, 1]; one of zeros stays zero.
    """
    count, side = len(kernels), kernels.shape[1]
    step = side + 1
    table = np.full((-(-count // COLUMNS) * step - 1, COLUMNS * step - 1), np.nan, dtype=np.float32)
    for unit, kernel in enumerate(kernels):
        top, left = (step * at for at in divmod(unit, COLUMNS))
        most = float(np.abs(kernel).max())
        table[top : top + side, left : left + side] = kernel / (most or 1.0)
    return table


def unit_at(kernels: Kernels, row: int, column: int) -> int | None:
    """The number of the kernel that a cell of the table belongs to; None in a gap."""
    side = kernels.shape[1]
    (across, down) = divmod(column, side + 1), divmod(row, side + 1)
    unit = down[0] * COLUMNS + across[0]
    return None if side in (across[1], down[1]) or unit >= len(kernels) else unit


def taken(place: str, unit: int) -> dict[str, str]:
    """The fields of the spec that make this kernel the first filter, its strongest response 1.

    Raises ValueError, one sentence, for a kernel of zeros.
    """
    kernel = banks()[place][unit]
    if not kernel.any():
        raise ValueError(f"Kernel {unit} of {place} is zero throughout; choose another.")
    return fields(normalised(kernel))
